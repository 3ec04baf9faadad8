package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import dev.limelight.model.Layer;
import dev.limelight.model.finer.FinerLayers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The layers before the explained one that a method reads too, which are larger than it: the
 * nearest first. All that a method asks for at several layers comes from one forward.
 */
@API(status = Status.INTERNAL)
public final class Finer {

  private final Layer explained;
  private final List<Layer> layers;

  private Finer(Layer explained, List<Layer> layers) {
    this.explained = explained;
    this.layers = List.copyOf(layers);
  }

  /** Chooses layers; a refusal begins with the method. */
  static Finer of(FinerLayers search, String method, int count, List<String> names) {
    List<Layer> chosen = search.choose(method, count, names);
    return new Finer(search.layer(), chosen);
  }

  /** The explained layer. */
  Layer explained() {
    return explained;
  }

  List<Layer> layers() {
    return layers;
  }

  /** The finer layers and the explained one, in the order of computation. */
  List<Layer> inOrder() {
    List<Layer> order = new ArrayList<>(layers);
    Collections.reverse(order);
    order.add(explained);
    return order;
  }

  /** The names of the finer layers, the nearest first. */
  public List<String> names() {
    return layers.stream().map(each -> each.path().name()).toList();
  }

  /** The number of channels of all finer layers together. */
  public long channels() {
    return layers.stream().mapToLong(each -> each.shape().get(1)).sum();
  }

  /**
   * The gradients of a score at the finer layers and at the explained one, from one recording.
   *
   * @param finer (N, C, h, w) at each finer layer, the nearest first
   * @param explained (N, C, h, w) at the explained layer
   */
  public record Slopes(List<NDArray> finer, NDArray explained) {}
}
