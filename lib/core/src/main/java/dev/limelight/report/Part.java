package dev.limelight.report;

/** A part of a page. */
interface Part {

  /**
   * Appends its HTML.
   *
   * @param pictures those of the page, for links to them
   */
  void write(StringBuilder page, PictureIndex pictures);
}
