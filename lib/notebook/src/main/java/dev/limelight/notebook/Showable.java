package dev.limelight.notebook;

/** A value of this package that renders itself. */
interface Showable {

  /** The current output. */
  Rendering rendering();
}
