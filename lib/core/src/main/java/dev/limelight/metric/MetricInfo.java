package dev.limelight.metric;

/**
 * What a user wants to know of a metric before choosing it.
 *
 * @param name how it is called on the command line, such as "deletion"
 * @param higherIsBetter whether a larger value speaks for the map
 * @param needsMask whether it needs the mask of the object
 * @param paper who proposed it, where and when
 */
public record MetricInfo(String name, boolean higherIsBetter, boolean needsMask, String paper) {

  /** A metric whose larger values speak for the map. */
  public static MetricInfo higherIsBetter(String name) {
    return new MetricInfo(name, true, false, "");
  }

  /** A metric whose smaller values speak for the map. */
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
