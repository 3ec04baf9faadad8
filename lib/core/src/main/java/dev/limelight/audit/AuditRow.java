package dev.limelight.audit;

import dev.limelight.Explanation;
import dev.limelight.data.Example;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * The result of an audit for one picture: small, so that a million fit into memory.
 *
 * @param index its index in the set
 * @param name its name in the set
 * @param label its true class, or -1
 * @param predicted the class that the network predicted and the map explains, or -1 after an error
 * @param predictedLabel the name of that class
 * @param probability of that class
 * @param map the positive evidence, {@link #SIDE} x {@link #SIDE}, row by row, with a sum of 1;
 *     empty if there is none
 * @param border the share of the evidence within a tenth of the side from an edge, except on the
 *     object
 * @param object the share on the object, or NaN if it is not known, as where the mask marks nothing
 *     or everything of what the network saw
 * @param error why the picture could not be read or explained; empty if it could
 */
@API(status = Status.INTERNAL)
public record AuditRow(
    int index,
    String name,
    int label,
    int predicted,
    String predictedLabel,
    double probability,
    float[] map,
    double border,
    double object,
    String error)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The width and height of the maps. */
  public static final int SIDE = 16;

  private static final double BORDER = 0.1;

  /** Checks, and copies the map. */
  public AuditRow {
    Objects.requireNonNull(error, "error");
    map = map.clone();
  }

  /** A copy of the map, row by row. */
  @Override
  public float[] map() {
    return map.clone();
  }

  /** The row of a picture that could not be read or explained. */
  public static AuditRow failed(int index, String name, String reason) {
    return new AuditRow(
        index, name, -1, -1, "", Double.NaN, new float[0], Double.NaN, Double.NaN, reason);
  }

  /** The row of an explanation of the predicted class. */
  public static AuditRow of(int index, Example example, Explanation explanation) {
    Heatmap visible = explanation.heatmap();
    Heatmap positive = explanation.map().positive().resized(visible.width(), visible.height());
    boolean blank = explanation.map().isBlank();
    Mask object = example.mask() == null || blank ? null : explanation.cropped(example.mask());
    if (object != null && object.isUniform()) {
      object = null;
    }
    return new AuditRow(
        index,
        example.name(),
        example.label(explanation.predicted()),
        explanation.predicted(),
        explanation.predictedLabel(),
        explanation.probability(explanation.predicted()),
        blank ? new float[0] : small(positive),
        blank ? Double.NaN : border(positive, object),
        object == null ? Double.NaN : share(object, explanation.map().positive()),
        "");
  }

  /** The same row without its map. */
  public AuditRow withoutMap() {
    return new AuditRow(
        index,
        name,
        label,
        predicted,
        predictedLabel,
        probability,
        new float[0],
        border,
        object,
        error);
  }

  /** The heatmap of a mean map, {@link #SIDE} x {@link #SIDE} values, row by row. */
  public static Heatmap heatmap(float[] mean) {
    return new Heatmap(SIDE, SIDE, mean, "share of the evidence");
  }

  /** Whether the picture could not be read or explained. */
  public boolean failed() {
    return !error.isEmpty();
  }

  /** Whether there is a map with positive evidence. */
  public boolean mapped() {
    return map.length > 0;
  }

  /** The share neither on the object nor near the border; NaN without a map. */
  public double background() {
    return 1 - border - (Double.isNaN(object) ? 0 : object);
  }

  /** The map with its values summed into cells of equal size, with a sum of 1. */
  private static float[] small(Heatmap map) {
    float[] values = map.values();
    int[] cells = new int[map.width()];
    Arrays.setAll(cells, x -> x * SIDE / map.width());
    double[] sums = new double[SIDE * SIDE];
    for (int y = 0; y < map.height(); y++) {
      int row = y * SIDE / map.height() * SIDE;
      for (int x = 0; x < map.width(); x++) {
        sums[row + cells[x]] += values[y * map.width() + x];
      }
    }
    double total = Arrays.stream(sums).sum();
    float[] small = new float[sums.length];
    for (int i = 0; i < small.length; i++) {
      small[i] = (float) (sums[i] / total);
    }
    return small;
  }

  private static double share(Mask object, Heatmap positive) {
    Heatmap resized = positive.resized(object.width(), object.height());
    return resized.isBlank() ? Double.NaN : object.shareOf(resized);
  }

  private static double border(Heatmap map, @Nullable Mask object) {
    float[] values = map.values();
    double border = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      double x = (i % map.width() + 0.5) / map.width();
      double y = (i / map.width() + 0.5) / map.height();
      boolean edge = Math.min(Math.min(x, 1 - x), Math.min(y, 1 - y)) < BORDER;
      boolean covered =
          object != null && object.get((int) (x * object.width()), (int) (y * object.height()));
      border += edge && !covered ? values[i] : 0;
      total += values[i];
    }
    return border / total;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditRow row
        && index == row.index
        && name.equals(row.name)
        && label == row.label
        && predicted == row.predicted
        && predictedLabel.equals(row.predictedLabel)
        && Double.compare(probability, row.probability) == 0
        && Arrays.equals(map, row.map)
        && Double.compare(border, row.border) == 0
        && Double.compare(object, row.object) == 0
        && error.equals(row.error);
  }

  @Override
  public int hashCode() {
    return 31 * index + name.hashCode();
  }
}
