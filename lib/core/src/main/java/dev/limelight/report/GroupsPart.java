package dev.limelight.report;

import dev.limelight.io.Html;
import java.util.List;

/**
 * Groups in their order.
 *
 * @param groups them
 * @param firstMean how many mean maps the page's data has before theirs
 */
record GroupsPart(List<Group> groups, int firstMean) implements Part {

  @Override
  public void write(StringBuilder page, PictureIndex pictures) {
    int mean = firstMean;
    page.append("<ol class=\"groups\">\n");
    for (Group group : groups) {
      page.append("<li class=\"group\">\n<div class=\"group-head\"><h3>")
          .append(Html.escape(group.title()))
          .append("</h3>");
      if (!group.score().isEmpty()) {
        page.append("<span class=\"score\">").append(Html.escape(group.score())).append("</span>");
      }
      page.append("</div>\n<p>").append(Html.escape(group.sentence())).append("</p>\n");
      if (group.mean() != null) {
        page.append("<figure class=\"mean\" data-mean=\"")
            .append(mean++)
            .append("\"><figcaption>mean map</figcaption></figure>\n");
      }
      page.append("<ul class=\"members\">\n");
      for (String member : group.members()) {
        member(page, member, pictures);
      }
      page.append("</ul>\n</li>\n");
    }
    page.append("</ol>\n");
  }

  private static void member(StringBuilder page, String name, PictureIndex pictures) {
    int place = pictures.place(name);
    page.append("<li");
    if (place >= 0) {
      page.append(" data-picture=\"").append(place).append("\"");
    }
    page.append(">").append(pictures.linked(name)).append("</li>\n");
  }
}
