package dev.limelight.metric;

/**
 * The description of a metric, for users who choose one.
 *
 * @param name how it is called on the command line, such as "deletion"
 * @param summary what it shows, in one sentence
 * @param higherIsBetter whether a larger value is better
 * @param needsMask whether it needs the mask of the object
 * @param paper who proposed it, where and when
 * @param link where to read the paper, or empty
 */
public record MetricInfo(
    String name,
    String summary,
    boolean higherIsBetter,
    boolean needsMask,
    String paper,
    String link) {

  /** A metric whose larger values are better. */
  public static MetricInfo higherIsBetter(String name) {
    return new MetricInfo(name, "", true, false, "", "");
  }

  /** A metric whose smaller values are better. */
  public static MetricInfo lowerIsBetter(String name) {
    return new MetricInfo(name, "", false, false, "", "");
  }

  /** With what it shows, in one sentence. */
  public MetricInfo withSummary(String newSummary) {
    return new MetricInfo(name, newSummary, higherIsBetter, needsMask, paper, link);
  }

  /** Needs the mask of the object. */
  public MetricInfo withMask() {
    return new MetricInfo(name, summary, higherIsBetter, true, paper, link);
  }

  /** With who proposed it, where and when. */
  public MetricInfo withPaper(String newPaper) {
    return new MetricInfo(name, summary, higherIsBetter, needsMask, newPaper, link);
  }

  /** With where to read the paper. */
  public MetricInfo withLink(String newLink) {
    return new MetricInfo(name, summary, higherIsBetter, needsMask, paper, newLink);
  }
}
