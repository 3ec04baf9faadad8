package dev.limelight.evaluation;

import dev.limelight.Explainer;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Metrics;
import dev.limelight.model.LayerPath;
import dev.limelight.plugin.Distinct;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of an {@link Evaluation}: explainer and images are required. */
public final class EvaluationBuilder {

  private static final Logger LOGGER = LoggerFactory.getLogger(EvaluationBuilder.class);

  @Nullable Explainer explainer;
  @Nullable ImageSet images;
  List<? extends Method> methods =
      Stream.of(
              "grad-cam",
              "grad-cam++",
              "layer-cam",
              "eigen-cam",
              "random-cam",
              "center-blob",
              "sobel")
          .map(Methods::named)
          .toList();
  List<LayerPath> layers = List.of();
  List<? extends Metric> metrics =
      Stream.of("insertion", "deletion", "average-drop", "pointing-game", "energy-in-mask")
          .map(Metrics::named)
          .toList();
  boolean trueClass;
  @Nullable Path folder;
  long seed;
  EvaluationListener listener = (done, total, cells, explanations) -> {};

  EvaluationBuilder() {}

  /** Of the network; required. */
  public EvaluationBuilder setExplainer(Explainer newExplainer) {
    explainer = newExplainer;
    return this;
  }

  /** The pictures; required. */
  public EvaluationBuilder setImages(ImageSet newImages) {
    images = newImages;
    return this;
  }

  /** The methods; by default some of the CAM family and the three controls. */
  public EvaluationBuilder optMethods(List<? extends Method> newMethods) {
    methods = List.copyOf(newMethods);
    return this;
  }

  /** The methods. */
  public EvaluationBuilder optMethods(Method... newMethods) {
    return optMethods(List.of(newMethods));
  }

  /** The layers, each alone; by default that of the explainer. */
  public EvaluationBuilder optLayers(List<LayerPath> newLayers) {
    layers = List.copyOf(newLayers);
    return this;
  }

  /** The metrics; by default insertion, deletion, average drop and two of localisation. */
  public EvaluationBuilder optMetrics(List<? extends Metric> newMetrics) {
    metrics = List.copyOf(newMetrics);
    return this;
  }

  /** The metrics. */
  public EvaluationBuilder optMetrics(Metric... newMetrics) {
    return optMetrics(List.of(newMetrics));
  }

  /**
   * Explains the true class, and not the predicted one. A picture whose true class is unknown, or
   * whose class has a name that other classes have too, is discarded.
   */
  public EvaluationBuilder optTrueClass(boolean newTrueClass) {
    trueClass = newTrueClass;
    return this;
  }

  /**
   * Where results are kept, picture by picture: an evaluation that was killed goes on from there.
   * Without it they are in memory only.
   */
  public EvaluationBuilder optFolder(Path newFolder) {
    folder = newFolder;
    return this;
  }

  /** The seed of everything random; 0 by default. */
  public EvaluationBuilder optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /** Is called after each picture. */
  public EvaluationBuilder optListener(EvaluationListener newListener) {
    listener = newListener;
    return this;
  }

  /**
   * Measures all. A method, metric or layer that is given several times counts once, which is
   * logged.
   *
   * @throws IOException if the folder cannot be written, or holds an evaluation with other settings
   * @throws IllegalArgumentException if true classes are to be explained and none is known
   * @throws IllegalArgumentException if two methods or metrics differ but have one name
   * @throws CancellationException within one batch of an interrupt; what is done stays done
   */
  public Evaluation run() throws IOException {
    Objects.requireNonNull(explainer, "setExplainer is required");
    Objects.requireNonNull(images, "setImages is required");
    if (methods.isEmpty() || metrics.isEmpty()) {
      throw new IllegalArgumentException(
          "an evaluation needs a method and a metric or more; call optMethods and optMetrics");
    }
    methods = distinct(methods, "method", method -> method.info().name());
    metrics = distinct(metrics, "metric", metric -> metric.info().name());
    layers = distinct(layers, "layer", LayerPath::name);
    return new EvaluationRun(this, explainer, images).run();
  }

  private static <T> List<T> distinct(
      List<? extends T> given, String kind, Function<T, String> name) {
    Distinct<T> distinct = Distinct.of(given, kind, name);
    distinct.repetitions().forEach(LOGGER::warn);
    return distinct.values();
  }
}
