package dev.limelight.report;

import dev.limelight.report.markup.Markup;
import dev.limelight.report.segments.SegmentList;
import java.util.List;
import java.util.stream.IntStream;

/** A grid of pictures, over which the page's script draws maps. */
record MapGrid(int first, int count) implements Part {

  @Override
  public Markup html(PictureIndex pictures) {
    return Markup.of(
        "<div class=\"grid\">\n{}</div>\n",
        Markup.join(
            IntStream.range(first, first + count).mapToObj(i -> card(i, pictures.all())).toList()));
  }

  private static Markup card(int number, List<PictureMaps> all) {
    PictureMaps maps = all.get(number);
    return Markup.of(
        """
        <article class="card" id="picture-{}" data-picture="{}">
        <figure class="frame">{}<output class="value" hidden></output></figure>
        <div class="bar"></div>
        <h3><button type="button" class="open" aria-haspopup="dialog">{}</button></h3>
        {}<div class="told"></div>
        {}</article>
        """,
        number,
        number,
        Photo.of(Canvas.of(maps), all.size(), "The picture " + maps.name() + " without a map"),
        maps.name(),
        Markup.of("<p class=\"note\">{}</p>\n", maps.note()).when(!maps.note().isEmpty()),
        SegmentList.of(maps.maps().stream().map(JudgedMap::explanation).toList()));
  }
}
