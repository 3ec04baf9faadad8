package dev.limelight.spark;

import ai.djl.Device;
import dev.limelight.isolation.Isolation;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metrics;
import dev.limelight.model.Devices;
import dev.limelight.model.Grid;
import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.output.OutputReaders;
import dev.limelight.plugin.Distinct;
import dev.limelight.target.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link LimelightJob}: the model is required. */
public final class LimelightJobBuilder {

  private @Nullable ModelSource model;
  private EngineSettings engine = EngineSettings.USUAL;
  private InputSettings input = InputSettings.OF_THE_MODEL;
  private List<String> layers = List.of();
  private List<String> methods = List.of("grad-cam");
  private List<String> targets = List.of(JobSettings.TOP);
  private List<String> metrics = List.of();
  private int batch = 16;
  private boolean audit;
  private long seed;
  private @Nullable Grid grid;
  private NetworkChoice choice = NetworkChoice.NONE;
  private @Nullable Isolation isolation;
  private ColumnSettings columns = ColumnSettings.OF_SPARK;

  LimelightJobBuilder() {}

  /** The model; required. */
  public LimelightJobBuilder setModel(ModelSource newModel) {
    model = newModel;
    return this;
  }

  /**
   * The device of each executor, such as {@code Device.gpu(0)}; null, the default, for the first
   * GPU that its engine sees, or else the CPU.
   */
  public LimelightJobBuilder optDevice(@Nullable Device device) {
    engine = engine.withDevice(device == null ? null : Devices.name(device));
    return this;
  }

  /**
   * The threads of PyTorch or ONNX Runtime in each executor; by default the environment variable
   * OMP_NUM_THREADS, which is also MXNet's.
   *
   * @throws IllegalArgumentException if it is below one
   */
  public LimelightJobBuilder optThreads(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("threads are a number from 1, but got " + number);
    }
    engine = engine.withThreads(number);
    return this;
  }

  /**
   * Classes that the {@code serving.properties} of a folder may name as its blockFactory, apart
   * from DJL's; executors need their jar.
   */
  public LimelightJobBuilder optBlockFactory(String... classes) {
    engine = engine.withFactories(List.of(classes));
    return this;
  }

  /** The layers; by default the last one with spatial extent. */
  public LimelightJobBuilder optLayers(String... newLayers) {
    layers = Distinct.names(List.of(newLayers), "layer").values();
    return this;
  }

  /**
   * The methods; by default Grad-CAM.
   *
   * @throws IllegalArgumentException if there is no such method; the message lists all methods
   */
  public LimelightJobBuilder optMethods(String... newMethods) {
    List.of(newMethods).forEach(Methods::named);
    methods = atLeastOne(newMethods, "method");
    return this;
  }

  /**
   * The targets, in the syntax of {@link Target#parse}; by default the top class.
   *
   * @throws IllegalArgumentException if one cannot be parsed
   */
  public LimelightJobBuilder optTargets(String... newTargets) {
    for (String target : newTargets) {
      if (target.contains("each(")) {
        throw new IllegalArgumentException(
            "each(..) needs a batch in a fixed order, which a set of pictures does not have, but"
                + " got "
                + target
                + "; name one class");
      }
      // A label can be any text, and only executors know the labels.
      if (!target.contains("(")) {
        Target.parse(target);
      }
    }
    targets = atLeastOne(newTargets, "target");
    return this;
  }

  /**
   * The metrics of each map; by default none.
   *
   * @throws IllegalArgumentException if there is no such metric; the message lists all metrics
   */
  public LimelightJobBuilder optMetrics(String... newMetrics) {
    List.of(newMetrics).forEach(Metrics::named);
    metrics = Distinct.names(List.of(newMetrics), "metric").values();
    return this;
  }

  /** The names of the classes in the order of the outputs; by default the model's. */
  public LimelightJobBuilder optLabels(List<String> labels) {
    input = input.withLabels(labels);
    return this;
  }

  /** The input's width and height in pixels; by default the model's, or 224. */
  public LimelightJobBuilder optSize(int size) {
    return optPreprocessing(input.preprocessing().with(Setting.SIZE, String.valueOf(size)));
  }

  /** The settings of the preprocessing that replace the model's. */
  public LimelightJobBuilder optPreprocessing(PreprocessingSettings settings) {
    input = input.with(settings);
    return this;
  }

  /**
   * The samples of picture files that are black and white, such as 0 and 4095 for 12 bits stored in
   * 16; by default the range of the file's type.
   *
   * @throws IllegalArgumentException unless black is below white and both are finite
   */
  public LimelightJobBuilder optRange(double black, double white) {
    if (!Double.isFinite(black) || !Double.isFinite(white) || black >= white) {
      throw new IllegalArgumentException(
          "a range is from black up to white, such as 0 and 4095, but got "
              + black
              + " and "
              + white);
    }
    input = input.withRange(black, white);
    return this;
  }

  /** Whether the model takes (N, H, W, C) although its file does not say so. */
  public LimelightJobBuilder optChannelsLast(boolean channelsLast) {
    input = input.withChannelsLast(channelsLast);
    return this;
  }

  /** The grid of layers with tokens; null, the default, to derive it from the shapes. */
  public LimelightJobBuilder optGrid(@Nullable Grid newGrid) {
    grid = newGrid;
    return this;
  }

  /** The output to explain, of a model with several; null, the default, to find it. */
  public LimelightJobBuilder optOutput(@Nullable String name) {
    choice = new NetworkChoice(name, 0, choice.constants(), choice.reader());
    return this;
  }

  /**
   * What the outputs of a detector or a segmentation are read as; null, the default, for a
   * classifier.
   *
   * @param name of the reader, such as {@code yolo}, or {@code auto} for the only one that fits
   * @throws IllegalArgumentException if there is no such reader
   */
  public LimelightJobBuilder optReader(@Nullable String name) {
    choice = choice.withReader(OutputReaders.checked(name));
    return this;
  }

  /**
   * The value of an input beside the picture, the same for all pictures.
   *
   * @param values one for all of its elements, or one for each
   */
  public LimelightJobBuilder optConstant(String name, double... values) {
    Map<String, List<Double>> all = new LinkedHashMap<>(choice.constants());
    all.put(name, Arrays.stream(values).boxed().toList());
    choice = new NetworkChoice(choice.output(), 0, all, choice.reader());
    return this;
  }

  /** Whether each executor loads and runs the model in a separate process; by default not. */
  public LimelightJobBuilder optIsolated(boolean isolated) {
    isolation = isolated ? limits() : null;
    return this;
  }

  /**
   * Isolates the model, and ends its process when it takes longer.
   *
   * @param limit for loading the model, and for each picture; in whole seconds
   */
  public LimelightJobBuilder optTimeLimit(Duration limit) {
    isolation = limits().withSeconds((int) Math.min(Integer.MAX_VALUE, limit.toSeconds()));
    return this;
  }

  /**
   * Isolates the model, and limits the memory of its process.
   *
   * @param bytes from 2 GiB
   */
  public LimelightJobBuilder optMemoryLimit(long bytes) {
    isolation = limits().withMemory(bytes);
    return this;
  }

  private Isolation limits() {
    return isolation == null ? Isolation.STANDARD : isolation;
  }

  /**
   * The normalisation of pictures in [0, 1]; by default the model's.
   *
   * @param mean the mean of each channel, or null for the model's
   * @param std the standard deviation of each channel, or null for the model's
   */
  public LimelightJobBuilder optNormalisation(float @Nullable [] mean, float @Nullable [] std) {
    PreprocessingSettings settings = input.preprocessing();
    settings = mean == null ? settings : settings.with(Setting.MEAN, mean);
    return optPreprocessing(std == null ? settings : settings.with(Setting.STD, std));
  }

  /**
   * The number of pictures of a partition in memory at once; by default 16, because more are not
   * faster.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public LimelightJobBuilder optBatch(int pictures) {
    if (pictures < 1) {
      throw new IllegalArgumentException("a batch needs at least one picture, but got " + pictures);
    }
    batch = pictures;
    return this;
  }

  /** Stores the data for {@link SparkAudit} with each map of the top class, about 1 kB. */
  public LimelightJobBuilder optAudit(boolean stored) {
    audit = stored;
    return this;
  }

  /** The seed of metrics with random numbers; by default 0. */
  public LimelightJobBuilder optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /**
   * The columns of a dataset that is not from one of Spark's sources.
   *
   * @param path the column that identifies a picture
   * @param bytes the column with the bytes of the picture's file
   */
  public LimelightJobBuilder optColumns(String path, String bytes) {
    columns = columns.withFiles(new PictureSource.Encoded(path, bytes));
    return this;
  }

  /**
   * The column with the true class, an integer counted from 0; null if unknown.
   *
   * @param label the column's name
   */
  public LimelightJobBuilder optLabelColumn(@Nullable String label) {
    columns = columns.withLabel(label);
    return this;
  }

  /**
   * The column with the bytes of the mask, a black and white picture, white on the object; null if
   * unknown.
   *
   * @param mask the column's name
   */
  public LimelightJobBuilder optMaskColumn(@Nullable String mask) {
    columns = columns.withMask(mask);
    return this;
  }

  /**
   * Uses the folder of a picture as its true class.
   *
   * @param classes the names of the folders, in the order of the network's classes
   */
  public LimelightJobBuilder optFolderClasses(List<String> classes) {
    columns = columns.withClasses(classes);
    return this;
  }

  /**
   * Uses the folder of a picture as its true class: a label of the network, or the index of a class
   * if all folders are indices.
   *
   * @param folders the names of all folders, in any order
   */
  LimelightJobBuilder optFolders(List<String> folders) {
    columns = columns.withFolders(folders);
    return this;
  }

  /** The job. */
  public LimelightJob build() {
    Objects.requireNonNull(model, "setModel is required");
    return new LimelightJob(
        new JobSettings(
            model, engine, input, grid, choice, isolation, layers, methods, targets, metrics, batch,
            audit, seed),
        columns);
  }

  EngineSettings engine() {
    return engine;
  }

  List<String> methods() {
    return methods;
  }

  private static List<String> atLeastOne(String[] names, String kind) {
    if (names.length == 0) {
      throw new IllegalArgumentException("a job needs at least one " + kind + ", but got none");
    }
    return Distinct.names(List.of(names), kind).values();
  }
}
