package dev.limelight.report;

/** A part of a page. */
interface Part {

  /**
   * Its HTML.
   *
   * @param pictures those of the page, for links to them
   */
  Markup html(PictureIndex pictures);
}
