package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A network from the picture to the logits, differentiated with respect to the picture. Each kind
 * of gradient is prepared at its first use.
 */
@API(status = Status.INTERNAL)
public final class WholeNetwork implements AutoCloseable {

  private final Network network;
  private final Map<Shape, Long> footprints = new HashMap<>();
  private @Nullable SplitModel cutAtInput;
  private @Nullable GuidedBackprop guided;

  /** Of a network; its model owns the parameters. */
  public WholeNetwork(Network network) {
    this.network = network;
  }

  /**
   * The gradients of scores with respect to the picture.
   *
   * @param input pictures, (N, C, H, W)
   * @param scores (N, K) logits to one tensor a score, each summed over the batch
   * @throws UnsupportedException if the engine has none
   */
  public Gradients gradients(NDArray input, Function<NDArray, NDList> scores) {
    checkGradients();
    if (cutAtInput == null) {
      cutAtInput = network.whole();
    }
    return cutAtInput.gradients(new Cut(input, new NDList()), scores);
  }

  /**
   * Guided backpropagation from the score to the picture; the forward pass gives the logits too.
   *
   * @throws UnsupportedException if the network's ReLUs cannot be found; the message says why
   */
  public Gradients guidedGradients(NDArray input, Function<NDArray, NDArray> score) {
    return guided().gradients(input, score);
  }

  /**
   * Checks that the network can be differentiated.
   *
   * @throws UnsupportedException if it cannot
   */
  public void checkGradients() {
    network.gradients().require();
  }

  /**
   * Checks that guided backpropagation can run, and prepares it.
   *
   * @throws UnsupportedException if it cannot
   */
  public void prepareGuided() {
    guided();
  }

  /** The activations that guided backpropagation acts on. */
  public GuidedBackprop.Rectifiers rectifiers() {
    return guided().rectifiers();
  }

  private GuidedBackprop guided() {
    checkGradients();
    if (guided == null) {
      guided = network.guidedBackprop();
    }
    return guided;
  }

  /**
   * The approximate memory of a forward pass, in bytes per picture: the outputs of all layers.
   *
   * @param picture its shape, (C, H, W)
   */
  public long footprint(Shape picture) {
    return footprints.computeIfAbsent(
        picture,
        shape ->
            Float.BYTES
                * (shape.size()
                    + network.outputs(shape).stream().mapToLong(l -> l.shape().size()).sum()));
  }

  @Override
  public void close() {
    if (cutAtInput != null) {
      cutAtInput.close();
      cutAtInput = null;
    }
    if (guided != null) {
      guided.close();
      guided = null;
    }
  }
}
