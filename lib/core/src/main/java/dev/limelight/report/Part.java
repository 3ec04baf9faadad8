package dev.limelight.report;

import dev.limelight.report.markup.Markup;

/** A part of a page. */
interface Part {

  /**
   * The part as HTML.
   *
   * @param pictures of the page, for links to them
   */
  Markup html(PictureIndex pictures);
}
