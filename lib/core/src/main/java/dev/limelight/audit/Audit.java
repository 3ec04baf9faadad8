package dev.limelight.audit;

import dev.limelight.Explainer;
import dev.limelight.cam.GradCam;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts of pictures that a network looks at, over a set of pictures: for each predicted class
 * the shares of its evidence on border, background and object, the mean map, and clusters of
 * similar maps. A network that recognises a class by a watermark or a border has a cluster whose
 * evidence is in a region in which that of other classes is not. A network that looks at objects
 * has no such cluster, as objects can be anywhere. A class with fewer than {@link Cluster#FEWEST}
 * maps has no clusters, and a single picture is none (after Lapuschkin et al. 2019, Unmasking
 * Clever Hans predictors and assessing what machines really learn).
 *
 * @param rows one per picture, in their order
 * @param classes the results of each predicted class, by its index
 * @param clusters of all classes, the most suspicious first
 */
public record Audit(List<AuditRow> rows, List<ClassAudit> classes, List<Cluster> clusters) {

  /** Copies the lists. */
  public Audit {
    rows = List.copyOf(rows);
    classes = List.copyOf(classes);
    clusters = List.copyOf(clusters);
  }

  /**
   * Explains every picture for the class that the network predicts, by Grad-CAM. The row of a
   * picture that cannot be read or explained has the reason.
   */
  public static Audit of(Explainer explainer, ImageSet images) {
    return builder().setExplainer(explainer).setImages(images).run();
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The audit of rows, one per picture.
   *
   * @param seed of the clustering
   */
  public static Audit of(List<AuditRow> rows, long seed) {
    List<ClassAudit> classes = new ArrayList<>();
    for (int predicted :
        rows.stream()
            .mapToInt(AuditRow::predicted)
            .filter(c -> c >= 0)
            .distinct()
            .sorted()
            .toArray()) {
      classes.add(classAudit(rows.stream().filter(row -> row.predicted() == predicted).toList()));
    }
    return new Audit(rows, classes, clusters(new InMemoryMaps(rows), seed));
  }

  /**
   * Clusters of similar maps, compared with the maps of other classes.
   *
   * @param seed of the clustering
   * @return of all classes, the most suspicious first
   */
  public static List<Cluster> clusters(AuditMaps maps, long seed) {
    return new ClusterFinder(maps, seed).find();
  }

  private static ClassAudit classAudit(List<AuditRow> rows) {
    List<AuditRow> mapped = rows.stream().filter(AuditRow::mapped).toList();
    List<AuditRow> labelled = rows.stream().filter(row -> row.label() >= 0).toList();
    MapSum sum = new MapSum();
    mapped.forEach(sum::add);
    return new ClassAudit(
        rows.get(0).predicted(),
        rows.get(0).predictedLabel(),
        rows.size(),
        rows.size() - mapped.size(),
        mean(
            labelled.stream().mapToDouble(row -> row.label() == row.predicted() ? 1 : 0).average()),
        mean(mapped.stream().mapToDouble(AuditRow::border).average()),
        mean(mapped.stream().mapToDouble(AuditRow::background).average()),
        sum.object(),
        AuditRow.heatmap(sum.mean()));
  }

  private static double mean(OptionalDouble average) {
    return average.orElse(Double.NaN);
  }

  /** The clusters that are worth a warning, the most suspicious first. */
  public List<Cluster> suspicious() {
    return clusters.stream().filter(Cluster::suspicious).toList();
  }

  /** The pictures that could not be read or explained. */
  public List<AuditRow> failures() {
    return rows.stream().filter(AuditRow::failed).toList();
  }

  /** The share of correct predictions, of the pictures whose class is known. */
  public double accuracy() {
    return mean(
        rows.stream()
            .filter(row -> row.label() >= 0 && row.predicted() >= 0)
            .mapToDouble(row -> row.label() == row.predicted() ? 1 : 0)
            .average());
  }

  /** The counts, and a sentence per suspicious cluster. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(
        Count.of(rows.size(), "picture")
            + ", "
            + Count.of(classes.size(), "predicted class")
            + ", "
            + Count.of(failures().size(), "failure"));
    long blank = rows.stream().filter(row -> !row.failed() && !row.mapped()).count();
    if (blank > 0) {
      lines.add(Count.of(blank, "picture") + " without positive evidence");
    }
    suspicious().forEach(cluster -> lines.add("suspicious: " + cluster.sentence()));
    if (suspicious().isEmpty() && tooSmall() < classes.size()) {
      lines.add("no class is recognised by location");
    }
    if (tooSmall() > 0) {
      lines.add(tooSmallSentence());
    }
    return String.join("\n", lines);
  }

  /** How many classes have too few maps for clusters. */
  public int tooSmall() {
    return (int)
        classes.stream().filter(one -> one.pictures() - one.blank() < Cluster.FEWEST).count();
  }

  /** That some classes could not be examined, and why. */
  public String tooSmallSentence() {
    int few = tooSmall();
    String which =
        few == classes.size() && few > 1
            ? "all " + few + " classes have"
            : few + " of " + Count.of(classes.size(), "class") + (few == 1 ? " has" : " have");
    return String.format(
        Locale.ROOT,
        "%s fewer than %d maps, too few to see whether evidence always lies in one place, as that"
            + " of a watermark does",
        which,
        Cluster.FEWEST);
  }

  /** The settings of an {@link Audit}: explainer and images are required. */
  public static final class Builder {

    private @Nullable Explainer explainer;
    private @Nullable ImageSet images;
    private Method method = new GradCam();
    private long seed;
    private IntConsumer progress = done -> {};

    Builder() {}

    /** The explainer of the network; required. */
    public Builder setExplainer(Explainer newExplainer) {
      explainer = newExplainer;
      return this;
    }

    /** The pictures; required. */
    public Builder setImages(ImageSet newImages) {
      images = newImages;
      return this;
    }

    /** The method of the maps; Grad-CAM by default. */
    public Builder optMethod(Method newMethod) {
      method = newMethod;
      return this;
    }

    /** The seed of the clustering; 0 by default. */
    public Builder optSeed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /** Receives the number of pictures that are done. */
    public Builder optProgress(IntConsumer newProgress) {
      progress = newProgress;
      return this;
    }

    /**
     * Explains all pictures.
     *
     * @throws UnsupportedException if the method cannot run on this network
     * @throws CancellationException within one batch of an interrupt
     */
    public Audit run() {
      return new AuditRun(
              Objects.requireNonNull(explainer, "setExplainer is required"),
              Objects.requireNonNull(images, "setImages is required"),
              method,
              seed,
              progress)
          .run();
    }
  }
}
