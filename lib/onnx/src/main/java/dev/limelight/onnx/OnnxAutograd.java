package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.onnxruntime.engine.OrtNDArray;
import dev.limelight.model.Autograd;
import dev.limelight.model.Gradients;
import dev.limelight.support.UnsupportedException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime differentiates nothing. Where a linear head follows the layer its gradient is known
 * all the same; the engine that holds the arrays records that head instead of the graph's own.
 */
final class OnnxAutograd implements Autograd {

  private final @Nullable LinearHead head;
  private final Autograd recorder;
  private final String refusal;
  private boolean proven;

  /**
   * Knows the gradient of one head.
   *
   * @param head what follows the layer, or null if it is not linear
   * @param recorder of the engine that holds the arrays
   * @param refusal what to say where there is no gradient
   */
  OnnxAutograd(@Nullable LinearHead head, Autograd recorder, String refusal) {
    this.head = head;
    this.recorder = recorder;
    this.refusal = refusal;
  }

  @Override
  public NDArray detached(NDArray array) {
    // ONNX Runtime's own arrays can do next to nothing; any result is of the other engine.
    return array instanceof OrtNDArray ? array.add(0) : array.stopGradient();
  }

  @Override
  public <T> T inference(Supplier<T> work) {
    return work.get();
  }

  @Override
  public Gradients gradients(
      NDArray activations, Function<NDArray, NDArray> graph, Function<NDArray, NDList> scores) {
    if (head == null || !head.covers(activations.getShape()) || !proven(head, activations, graph)) {
      throw UnsupportedException.noGradient(refusal);
    }
    return recorder.gradients(activations, head::logits, scores);
  }

  /** Compares the head once with the output of the graph. */
  private boolean proven(LinearHead head, NDArray activations, Function<NDArray, NDArray> graph) {
    if (!proven) {
      NDArray expected = graph.apply(activations);
      NDArray actual = head.logits(activations);
      proven =
          expected.getShape().equals(actual.getShape())
              && !(largest(actual.sub(expected)) > 1e-3f * Math.max(1e-3f, largest(expected)));
    }
    return proven;
  }

  private static float largest(NDArray array) {
    return array.abs().max().toFloatArray()[0];
  }
}
