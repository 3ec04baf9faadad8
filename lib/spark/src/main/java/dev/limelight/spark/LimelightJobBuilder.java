package dev.limelight.spark;

import dev.limelight.method.Methods;
import dev.limelight.metric.Metrics;
import dev.limelight.model.Grid;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Objects;

/** The settings of a {@link LimelightJob}: the model is required. */
public final class LimelightJobBuilder {

  private ModelSource model;
  private InputSettings input = InputSettings.OF_THE_MODEL;
  private List<String> layers = List.of();
  private List<String> methods = List.of("grad-cam");
  private List<String> targets = List.of(JobSettings.TOP);
  private List<String> metrics = List.of();
  private int batch = 16;
  private boolean audit;
  private long seed;
  private Grid grid;
  private PictureColumns columns = new PictureColumns(null, null, null, null, null, List.of());

  LimelightJobBuilder() {}

  /** Where executors find the model; required. */
  public LimelightJobBuilder setModel(ModelSource newModel) {
    model = newModel;
    return this;
  }

  /** Maps at each of these layers; without it at the last one with spatial extent. */
  public LimelightJobBuilder optLayers(String... newLayers) {
    layers = List.of(newLayers);
    return this;
  }

  /**
   * Maps by each of these methods; Grad-CAM by default.
   *
   * @throws IllegalArgumentException if there is no such method; the message lists those there are
   */
  public LimelightJobBuilder optMethods(String... newMethods) {
    List.of(newMethods).forEach(Methods::named);
    methods = some(newMethods, "methods");
    return this;
  }

  /**
   * Maps of each of these targets, as {@link Target#parse} reads them; the top class by default.
   *
   * @throws IllegalArgumentException if one cannot be read
   */
  public LimelightJobBuilder optTargets(String... newTargets) {
    for (String target : newTargets) {
      if (target.contains("each(")) {
        throw new IllegalArgumentException(
            "each(..) is of a batch in one order, which a set of pictures does not have, and "
                + target
                + " came; name one class");
      }
      // A label may read like anything, and is known where the model is.
      if (!target.contains("(")) {
        Target.parse(target);
      }
    }
    targets = some(newTargets, "targets");
    return this;
  }

  /**
   * Measures each map by these metrics; none by default.
   *
   * @throws IllegalArgumentException if there is no such metric; the message lists those there are
   */
  public LimelightJobBuilder optMetrics(String... newMetrics) {
    List.of(newMetrics).forEach(Metrics::named);
    metrics = List.of(newMetrics);
    return this;
  }

  /** The names of the classes in the order of the outputs; without it those a model brings. */
  public LimelightJobBuilder optLabels(List<String> labels) {
    input = new InputSettings(input.size(), input.mean(), input.std(), labels);
    return this;
  }

  /** The input's width and height in pixels; without it what the model says, or 224. */
  public LimelightJobBuilder optSize(int size) {
    input = new InputSettings(size, input.mean(), input.std(), input.labels());
    return this;
  }

  /** The places of layers that give tokens; without it they are read from the shapes. */
  public LimelightJobBuilder optGrid(Grid newGrid) {
    grid = newGrid;
    return this;
  }

  /**
   * What pictures in [0, 1] are normalised by; without it what the model says.
   *
   * @param mean of red, green and blue, or null for the model's
   * @param std of red, green and blue, or null for the model's
   */
  public LimelightJobBuilder optNormalisation(float[] mean, float[] std) {
    input = new InputSettings(input.size(), mean, std, input.labels());
    return this;
  }

  /**
   * How many pictures of a partition are in memory at once; 16 by default, as more make nothing
   * faster.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public LimelightJobBuilder optBatch(int pictures) {
    if (pictures < 1) {
      throw new IllegalArgumentException(
          "a batch has at least one picture, and " + pictures + " came");
    }
    batch = pictures;
    return this;
  }

  /** Keeps of each map of the top class what {@link SparkAudit} needs, about 1 kB. */
  public LimelightJobBuilder optAudit(boolean kept) {
    audit = kept;
    return this;
  }

  /** The seed of metrics that draw random numbers; 0 by default. */
  public LimelightJobBuilder optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /**
   * The columns of a dataset that comes from none of Spark's sources.
   *
   * @param path that tells pictures apart
   * @param bytes of the picture's file
   */
  public LimelightJobBuilder optColumns(String path, String bytes) {
    columns =
        new PictureColumns(path, bytes, null, columns.label(), columns.mask(), columns.classes());
    return this;
  }

  /**
   * The column with the true class, an integer counted from 0; null where nobody knows.
   *
   * @param label the column's name
   */
  public LimelightJobBuilder optLabelColumn(String label) {
    columns =
        new PictureColumns(
            columns.path(), columns.bytes(), null, label, columns.mask(), columns.classes());
    return this;
  }

  /**
   * The column with the bytes of a black and white picture, white where the object is; null where
   * nobody knows.
   *
   * @param mask the column's name
   */
  public LimelightJobBuilder optMaskColumn(String mask) {
    columns =
        new PictureColumns(
            columns.path(), columns.bytes(), null, columns.label(), mask, columns.classes());
    return this;
  }

  /**
   * Takes the folder that a picture is in for its true class.
   *
   * @param classes the folders' names, in the order of the network's classes
   */
  public LimelightJobBuilder optFolderClasses(List<String> classes) {
    columns =
        new PictureColumns(columns.path(), columns.bytes(), null, null, columns.mask(), classes);
    return this;
  }

  /** The job. */
  public LimelightJob build() {
    Objects.requireNonNull(model, "setModel is required");
    return new LimelightJob(
        new JobSettings(model, input, grid, layers, methods, targets, metrics, batch, audit, seed),
        columns);
  }

  List<String> labels() {
    return input.labels();
  }

  List<String> methods() {
    return methods;
  }

  private static List<String> some(String[] names, String what) {
    if (names.length == 0) {
      throw new IllegalArgumentException("a job has " + what + ", at least one, and none came");
    }
    return List.of(names);
  }
}
