package dev.limelight.metric;

/**
 * The description of a metric, for users who choose one.
 *
 * @param name how it is called on the command line, such as "deletion"
 * @param higherIsBetter whether a larger value is better
 * @param needsMask whether it needs the mask of the object
 * @param paper who proposed it, where and when
 */
public record MetricInfo(String name, boolean higherIsBetter, boolean needsMask, String paper) {

  /** A metric whose larger values are better. */
  public static MetricInfo higherIsBetter(String name) {
    return new MetricInfo(name, true, false, "");
  }

  /** A metric whose smaller values are better. */
  public static MetricInfo lowerIsBetter(String name) {
    return new MetricInfo(name, false, false, "");
  }

  /** Needs the mask of the object. */
  public MetricInfo withMask() {
    return new MetricInfo(name, higherIsBetter, true, paper);
  }

  /** With who proposed it, where and when. */
  public MetricInfo withPaper(String newPaper) {
    return new MetricInfo(name, higherIsBetter, needsMask, newPaper);
  }
}
