package dev.limelight;

import ai.djl.ndarray.types.Shape;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Where the network of an explainer runs: in this process, or in one of its own. */
interface Runner extends AutoCloseable {

  /**
   * The layers at which the network can be cut.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  List<Layer> layers(Shape input);

  /** The layers that have weights, from the output down to the input. */
  List<String> weightedLayers();

  /**
   * The layer that is explained when none is named.
   *
   * @param input the shape of one picture, (C, H, W)
   */
  LayerPath defaultLayer(Shape input);

  /**
   * How many pictures go through the network at once.
   *
   * @param picture the shape of one, (C, H, W)
   * @param count how many there are
   */
  int pictures(Shape picture, int count);

  /** How many threads may explain at once; others take turns. */
  default int concurrency() {
    return 1;
  }

  /**
   * The network cut at layers, for one call.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  Session open(List<LayerPath> layers);

  /** Whether what the output holds has been measured, or needs not be. */
  boolean isMeasured();

  /** A model with what its output was measured to hold. */
  ModelInfo measured(ModelInfo model);

  /**
   * A model with what its outputs mean.
   *
   * @param layers at which it is cut
   * @param picture the shape of one picture, (C, H, W)
   * @throws IllegalArgumentException if no reader reads them, or several may
   */
  default ModelInfo read(ModelInfo model, List<LayerPath> layers, Shape picture) {
    return model;
  }

  /** Frees the cuts at some layers; a later request cuts the network again. */
  void free(Collection<LayerPath> layers);

  /** A copy of which so many layers, from the output on, are shuffled; it is closed with this. */
  Runner shuffled(int count, long seed);

  @Override
  void close();

  /** The network cut at some layers, as long as a call needs it. */
  interface Session extends AutoCloseable {

    /**
     * Explains one batch.
     *
     * @param maker what is asked
     * @param from the index of its first picture among all
     * @return for each target and, within it, each method one a picture
     */
    List<Explanation> explain(ExplanationMaker maker, Source.Part part, int from);

    /** The outputs for one batch, (N, K), row by row. */
    float[] logits(Source.Part part);

    /**
     * What a detector finds in one picture, in pixels of the input.
     *
     * @param part the picture
     * @throws UnsupportedException if its outputs are not read as boxes
     */
    List<Detection> detect(Source.Part part, NonMaximumSuppression suppression);

    /**
     * What a function makes of the evidence of one batch at the only layer.
     *
     * @param target resolved
     * @throws UnsupportedException if evidence cannot leave the network, or there are several
     *     layers
     */
    <T> T evidence(Source.Part part, Target target, Function<Evidence, T> function);

    /**
     * Measures on noise what the output holds, unless that is known.
     *
     * @param picture the shape of one picture, (C, H, W)
     */
    void measure(Shape picture);

    /**
     * The cost of methods at each layer.
     *
     * @param input the shape of one picture, (C, H, W)
     */
    List<Plan.Row> plan(Shape input, List<? extends Method> methods, Target target);

    @Override
    void close();
  }
}
