package dev.limelight.report;

import dev.limelight.report.ReportTable.Cell;
import dev.limelight.report.markup.Markup;
import java.util.List;
import java.util.stream.IntStream;

/** A table that is sorted by its headers. */
record TablePart(ReportTable table) implements Part {

  private static final Markup NUMBER = Markup.of(" class=\"number\"");

  @Override
  public Markup html(PictureIndex pictures) {
    // The scrolling part can have the focus, so that arrow keys move it.
    return Markup.of(
        """
        <p class="table-caption">{}</p>
        <div class="scroll" tabindex="0" role="region" aria-label="{}">
        <table class="sortable" aria-label="{}">
        <thead><tr>{}</tr></thead>
        <tbody>
        {}</tbody></table></div>
        """,
        table.caption(),
        table.caption(),
        table.caption(),
        Markup.join(IntStream.range(0, table.columns().size()).mapToObj(this::head).toList()),
        Markup.join(table.rows().stream().map(row -> row(row, pictures)).toList()));
  }

  private Markup head(int column) {
    return Markup.of(
        "<th scope=\"col\" aria-sort=\"none\"{}><button type=\"button\""
            + " class=\"sort\">{}</button></th>",
        NUMBER.when(table.numeric(column)),
        table.columns().get(column));
  }

  private Markup row(List<Cell> row, PictureIndex pictures) {
    return Markup.of(
        "<tr>{}</tr>\n",
        Markup.join(
            IntStream.range(0, row.size())
                .mapToObj(column -> cell(row.get(column), table.numeric(column), pictures))
                .toList()));
  }

  private static Markup cell(Cell cell, boolean numeric, PictureIndex pictures) {
    Double value = cell.value();
    return Markup.of(
        "<td{}{}>{}{}</td>",
        NUMBER.when(numeric),
        value == null ? Markup.EMPTY : Markup.of(" data-value=\"{}\"", value),
        pictures.linked(cell.text()),
        Markup.of(" <small>{}</small>", cell.note()).when(!cell.note().isEmpty()));
  }
}
