package dev.limelight.model;

import ai.djl.ndarray.types.Shape;
import dev.limelight.io.Names;
import dev.limelight.io.UnknownNameException;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A layer at which a network can be cut.
 *
 * @param path its name
 * @param kind the operator or block that computes it, in the engine's terms ({@code Convolution},
 *     {@code ParallelBlock})
 * @param shape its output for one picture, as (1, C, h, w)
 * @param layout the layout of the network's own output
 */
public record Layer(LayerPath path, String kind, Shape shape, Layout layout) {

  private static final String PLACES = "it can be cut at: ";
  private static final String NOWHERE = "it can be cut nowhere";

  /** A layer that gives (N, C, h, w). */
  public Layer(LayerPath path, String kind, Shape shape) {
    this(path, kind, shape, Layout.CHANNELS_FIRST);
  }

  /** Whether its output has spatial extent: both h and w are above one. */
  public boolean spatial() {
    return shape.get(2) > 1 && shape.get(3) > 1;
  }

  /**
   * The layer that is explained when none is named: the last one with spatial extent. Of several
   * names for the same layer it is the last, which for nested blocks is the outermost.
   *
   * @param layers in the order of computation
   */
  public static Layer last(List<Layer> layers) {
    Layer found = null;
    for (Layer layer : layers) {
      if (layer.spatial()) {
        found = layer;
      }
    }
    if (found == null) {
      throw new UnsupportedException(
          "a map needs a layer whose output has a height and a width above one, and none of these does: "
              + paths(layers)
              + "; check the size of the input");
    }
    return found;
  }

  public static IllegalArgumentException unknown(LayerPath path, List<LayerPath> known) {
    List<String> names = names(known);
    String rest = names.isEmpty() ? NOWHERE : Names.offer(path.name(), names, PLACES);
    return new UnknownNameException("layer", "no layer " + Names.quoted(path.name()) + "; " + rest);
  }

  /**
   * @param reason why the model cannot be cut there
   */
  public static UnsupportedException unknown(LayerPath path, String reason, List<LayerPath> known) {
    List<String> names = names(known);
    return new UnsupportedException(
        "the model cannot be cut at "
            + Names.quoted(path.name())
            + ", as "
            + reason
            + "; "
            + (names.isEmpty() ? NOWHERE : PLACES + Names.listed(path.name(), names)));
  }

  private static List<String> names(List<LayerPath> known) {
    return known.stream().map(LayerPath::name).toList();
  }

  private static String paths(List<Layer> layers) {
    return layers.isEmpty()
        ? "(no layer gives a grid of places)"
        : layers.stream().map(l -> l.path() + " " + l.shape()).collect(Collectors.joining(", "));
  }
}
