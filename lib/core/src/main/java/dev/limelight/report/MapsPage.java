package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.support.Count;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Pictures with their maps by several methods as one HTML page. */
@API(status = Status.INTERNAL)
public final class MapsPage {

  private MapsPage() {}

  /**
   * A picture and its maps.
   *
   * @param name of the picture on the page
   * @param maps one a method
   */
  public record Row(String name, List<Explanation> maps) {}

  private static long methods(Row row) {
    return row.maps().stream().map(one -> one.provenance().methodText()).distinct().count();
  }

  private static String boxes(Row row) {
    long count =
        row.maps().stream()
            .filter(one -> one.explainedBox() != null)
            .map(one -> one.provenance().target().toString())
            .distinct()
            .count();
    return count == 0 ? "" : ", " + Count.of(count, "box");
  }

  /** The page; the first method's maps are shown first. */
  public static HtmlReport of(String title, List<Row> rows, Map<String, String> manifest) {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle(title)
            .optIntroduction(
                Count.of(rows.size(), "picture")
                    + ", "
                    + Count.of(methods(rows.get(0)), "method")
                    + boxes(rows.get(0))
                    + ". The maps can be switched above the pictures.")
            .optManifest(manifest)
            .addHeading("Pictures");
    rows.forEach(row -> page.addMaps(row.name(), row.maps()));
    return page.build();
  }
}
