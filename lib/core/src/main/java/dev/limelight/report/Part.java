package dev.limelight.report;

/** A part of a page. */
interface Part {

  /**
   * The part as HTML.
   *
   * @param pictures of the page, for links to them
   */
  Markup html(PictureIndex pictures);
}
