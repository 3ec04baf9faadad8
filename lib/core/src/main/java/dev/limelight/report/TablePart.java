package dev.limelight.report;

import dev.limelight.io.Html;
import dev.limelight.report.ReportTable.Cell;
import java.util.List;

/** A table with heads that sort it. */
record TablePart(ReportTable table) implements Part {

  @Override
  public void write(StringBuilder page, PictureIndex pictures) {
    String caption = Html.escape(table.caption());
    // The scrolling part takes the focus, so that arrow keys move it.
    page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .append(caption)
        .append("\">\n<table class=\"sortable\"><caption>")
        .append(caption)
        .append("</caption>\n<thead><tr>");
    for (int c = 0; c < table.columns().size(); c++) {
      page.append("<th scope=\"col\" aria-sort=\"none\"")
          .append(table.numeric(c) ? " class=\"number\"" : "")
          .append("><button type=\"button\" class=\"sort\">")
          .append(Html.escape(table.columns().get(c)))
          .append("</button></th>");
    }
    page.append("</tr></thead>\n<tbody>\n");
    for (List<Cell> row : table.rows()) {
      page.append("<tr>");
      for (int c = 0; c < row.size(); c++) {
        cell(page, row.get(c), table.numeric(c), pictures);
      }
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  private static void cell(StringBuilder page, Cell cell, boolean numeric, PictureIndex pictures) {
    page.append(numeric ? "<td class=\"number\"" : "<td");
    if (cell.value() != null) {
      page.append(" data-value=\"").append(cell.value()).append("\"");
    }
    page.append(">").append(pictures.linked(cell.text()));
    if (!cell.note().isEmpty()) {
      page.append(" <small>").append(Html.escape(cell.note())).append("</small>");
    }
    page.append("</td>");
  }
}
