package dev.limelight.report.segments;

import dev.limelight.Explanation;
import dev.limelight.io.Csv;
import dev.limelight.segment.SegmentValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The values of the segments of pictures, as files have them. */
@API(status = Status.INTERNAL)
public final class SegmentsTable {

  private SegmentsTable() {}

  /** The segments of one picture, the largest value first; an error that is not known is null. */
  public static List<Map<String, @Nullable Object>> rows(Explanation explanation) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (SegmentValue segment : explanation.segments()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("segment", segment.number());
      row.put("name", segment.name());
      row.put("value", segment.value());
      row.put("standardError", Double.isNaN(segment.error()) ? null : segment.error());
      row.put("area", segment.area());
      row.put(
          "box",
          List.of(
              segment.box().getX(),
              segment.box().getY(),
              segment.box().getWidth(),
              segment.box().getHeight()));
      rows.add(row);
    }
    return rows;
  }

  /**
   * All segments as comma-separated values, a line each.
   *
   * @param names of the pictures, one an explanation
   */
  public static String csv(List<String> names, List<Explanation> explanations) {
    StringBuilder csv =
        new StringBuilder(
            "index,picture,target,rank,segment,name,value,unit,standard error,area,x,y,width,height\n");
    for (int i = 0; i < explanations.size(); i++) {
      Explanation one = explanations.get(i);
      int rank = 0;
      for (SegmentValue segment : one.segments()) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%d,%s,%s,%d,%d,%s,%s,%s,%s,%s,%s,%s,%s,%s\n",
                i,
                Csv.quoted(names.get(i)),
                Csv.quoted(one.targetLabel()),
                ++rank,
                segment.number(),
                Csv.quoted(segment.name()),
                segment.value(),
                Csv.quoted(one.map().unit()),
                Double.isNaN(segment.error()) ? "" : segment.error(),
                segment.area(),
                segment.box().getX(),
                segment.box().getY(),
                segment.box().getWidth(),
                segment.box().getHeight()));
      }
    }
    return csv.toString();
  }
}
