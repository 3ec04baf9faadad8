package dev.limelight.report.segments;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.report.markup.Markup;
import dev.limelight.segment.SegmentValue;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The segments of a picture by their values, for the page beside the picture. */
@API(status = Status.INTERNAL)
public final class SegmentList {

  /** More fill a page and tell little. */
  private static final int MOST = 10;

  private SegmentList() {}

  /** A list for each map that is of segments; empty where none is. */
  public static Markup of(List<Explanation> maps) {
    return Markup.join(
        maps.stream().filter(one -> !one.segments().isEmpty()).map(SegmentList::of).toList());
  }

  private static Markup of(Explanation map) {
    List<SegmentValue> segments = map.segments();
    List<Integer> shown =
        IntStream.range(0, segments.size())
            .filter(i -> isShown(i, segments.size()))
            .boxed()
            .toList();
    return Markup.of(
        """
        <details class="segments" open><summary>{} segments by {}</summary>
        <table><caption>{}, in {}{}</caption>
        <thead><tr><th scope="col">rank</th><th scope="col">segment</th><th scope="col">value</th>\
        <th scope="col">error</th><th scope="col">area</th></tr></thead>
        <tbody>{}</tbody></table></details>
        """,
        segments.size(),
        map.method(),
        map.targetLabel(),
        map.map().unit().isEmpty() ? "no unit" : map.map().unit(),
        shown.size() == segments.size() ? "" : "; the " + MOST / 2 + " at either end",
        Markup.join(shown.stream().map(i -> row(i + 1, segments.get(i))).toList()));
  }

  private static boolean isShown(int rank, int count) {
    return count <= MOST || rank < MOST / 2 || rank >= count - MOST / 2;
  }

  private static Markup row(int rank, SegmentValue segment) {
    return Markup.of(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        rank,
        segment.name(),
        Heatmap.number(segment.value()),
        Double.isNaN(segment.error()) ? "not known" : Heatmap.number(segment.error()),
        String.format(Locale.ROOT, "%.1f %%", 100 * segment.area()));
  }
}
