package dev.limelight.notebook;

/** Something of this package that says itself how it looks in a notebook. */
interface Showable {

  /** The output as it looks now. */
  Rendering rendering();
}
