package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Finds the layer that is explained when none is named. */
final class DefaultLayer {

  /** A change of the logits below this share of them is rounding. */
  private static final float ROUNDING = 1e-5f;

  /** How far the ratio of sides may be from the picture's. */
  private static final double MOST_SKEWED = 2;

  private final Network network;
  private final Shape picture;
  private final @Nullable Grid grid;

  /**
   * Prepares the search.
   *
   * @param input the shape of one picture, (C, H, W)
   * @param grid that of the tokens if it is known, or null
   */
  DefaultLayer(Network network, Shape input, @Nullable Grid grid) {
    this.network = network;
    this.picture = new Shape(1).addAll(input);
    this.grid = grid;
  }

  /**
   * The last layer with spatial extent; of several heads, the last one that all of them read. Where
   * a head reads a class token alone, that is the last one of its shape whose locations still reach
   * the head.
   *
   * @throws UnsupportedException if there is none, or if the grid of a later layer is ambiguous
   */
  Layer find() {
    List<Layer> layers = new ArrayList<>();
    UnsupportedException unclear = null;
    boolean known = false;
    List<Network.Output> outputs = network.outputs(picture.slice(1));
    for (Network.Output output : outputs) {
      known |= output.order() != null;
      List<Layout> readings = output.readings(picture, grid);
      if (!output.feature() || isFlattened(output, layers) || known && isSkewed(output, readings)) {
        continue;
      }
      if (readings.size() > 1) {
        unclear = Layout.ambiguous(output.path(), output.shape(), picture, readings);
      } else if (readings.size() == 1) {
        Layer layer = output.as(readings.get(0));
        layers.add(layer);
        unclear = layer.spatial() ? null : unclear;
      }
    }
    if (network.joinsOutputs()) {
      // What is read of one head says nothing of another's boxes.
      Layer shared = passed(layers);
      if (shared != null) {
        return shared;
      }
    }
    if (unclear != null) {
      throw unclear;
    }
    checkFeatures(outputs, layers);
    Layer last = Layer.last(layers);
    return last.layout().prefix() == 0 ? last : reaching(layers, last);
  }

  /**
   * Whether it is made of the maps before it, with all locations in a row, (N, C, h w), or with one
   * direction left, (N, C, h), which its shape alone does not tell from C tokens.
   */
  private static boolean isFlattened(Network.Output output, List<Layer> before) {
    if (output.order() != null) {
      return output.order() == Layout.Order.FLATTENED;
    }
    Shape shape = output.shape();
    if (shape.dimension() != 3) {
      return false;
    }
    for (int i = before.size() - 1; i >= 0; i--) {
      Layer layer = before.get(i);
      if (layer.spatial() && layer.layout().order() != Layout.Order.TOKENS) {
        Shape maps = layer.shape();
        long locations = maps.get(2) * maps.get(3);
        boolean tokens = shape.get(1) >= locations && shape.get(1) <= locations + Layout.MAX_PREFIX;
        return !tokens && (shape.get(1) == maps.get(1) || shape.get(2) == locations);
      }
    }
    return false;
  }

  /**
   * Whether its height and width are far from the picture's ratio, as those of attention's heads
   * are. It is asked only where the network knows the order of dimensions of what convolutions
   * give: those may squeeze a picture.
   */
  private boolean isSkewed(Network.Output output, List<Layout> readings) {
    if (output.order() != null || output.shape().dimension() != 4 || readings.size() != 1) {
      return false;
    }
    Shape maps = readings.get(0).shape(output.shape());
    double ratio = (double) maps.get(2) * picture.get(3) / ((double) maps.get(3) * picture.get(2));
    return ratio > MOST_SKEWED || ratio < 1 / MOST_SKEWED;
  }

  /** What is said where all outputs with a height and a width are but the picture, or scores. */
  private void checkFeatures(List<Network.Output> outputs, List<Layer> layers) {
    List<String> others =
        outputs.stream()
            .filter(output -> !output.feature() && output.readings(picture, grid).size() == 1)
            .map(output -> output.as(output.readings(picture, grid).get(0)))
            .filter(Layer::spatial)
            .map(layer -> layer.path().name())
            .toList();
    if (layers.stream().noneMatch(Layer::spatial) && !others.isEmpty()) {
      throw new UnsupportedException(
          "no layer gives maps of one picture; those with a height and a width ("
              + String.join(", ", others)
              + ") only rearrange the picture or its scores, as where a network adds mirrored copies"
              + " of the picture to the batch; name a layer, or export the model without that");
    }
  }

  private @Nullable Layer passed(List<Layer> layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer layer = layers.get(i);
      if (layer.spatial() && network.isPassed(layer.path())) {
        return layer;
      }
    }
    return null;
  }

  private Layer reaching(List<Layer> layers, Layer last) {
    try (NDManager scope = network.manager().newSubManager()) {
      NDArray noise = noise(scope);
      for (int i = layers.lastIndexOf(last); i >= 0; i--) {
        Layer layer = layers.get(i);
        boolean sameShape =
            layer.shape().equals(last.shape()) && layer.layout().equals(last.layout());
        if (sameShape && reaches(layer, noise)) {
          return layer;
        }
      }
    }
    return last;
  }

  /** Whether the logits change when all locations are set to zero and the other tokens are kept. */
  private boolean reaches(Layer layer, NDArray input) {
    try (SplitModel split = network.split(layer.path(), grid)) {
      Cut cut = split.features(input);
      NDArray logits = split.head(cut);
      NDArray without = split.head(cut.with(cut.activations().zerosLike()));
      return largest(without.sub(logits)) > ROUNDING * largest(logits);
    }
  }

  private static float largest(NDArray array) {
    return array.abs().max().toFloatArray()[0];
  }

  private NDArray noise(NDManager scope) {
    Random random = new Random(0);
    float[] values = new float[Math.toIntExact(picture.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return NativeArrays.of(scope, values, picture);
  }
}
