package dev.limelight.report;

import dev.limelight.io.Html;

/** Cards of pictures, which the page's script draws maps over. */
record MapGrid(int first, int count) implements Part {

  @Override
  public void write(StringBuilder page, PictureIndex pictures) {
    page.append("<div class=\"grid\">\n");
    for (int i = first; i < first + count; i++) {
      PictureMaps maps = pictures.all().get(i);
      String name = Html.escape(maps.name());
      page.append("<article class=\"card\" id=\"picture-")
          .append(i)
          .append("\" data-picture=\"")
          .append(i)
          .append("\">\n<figure class=\"frame\">")
          .append(Photo.of(Canvas.of(maps), "The picture " + maps.name() + " without a map"))
          .append("<output class=\"value\" hidden></output></figure>\n")
          .append("<div class=\"bar\"></div>\n")
          .append("<h3><button type=\"button\" class=\"open\" aria-haspopup=\"dialog\">")
          .append(name)
          .append("</button></h3>\n");
      if (!maps.note().isEmpty()) {
        page.append("<p class=\"note\">").append(Html.escape(maps.note())).append("</p>\n");
      }
      page.append("<div class=\"told\"></div>\n</article>\n");
    }
    page.append("</div>\n");
  }
}
