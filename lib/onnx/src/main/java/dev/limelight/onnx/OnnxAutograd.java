package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layout;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.onnx.array.JavaAutograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gradients by the adjoint of the graph, which ONNX Runtime runs. The engine that holds the arrays
 * differentiates the scores with respect to the logits, and the adjoint begins with that. As most
 * scores have the same gradient as the ones before, or that of the strongest output, the adjoint is
 * run together with the network for the expected one, and again only if it is another.
 */
final class OnnxAutograd implements Autograd, Network.Tail {

  private final OnnxHead part;
  private final Autograd recorder;
  private @Nullable Expected expected;

  /**
   * What the first score's gradient with respect to the logits will be.
   *
   * @param shape of the logits
   * @param seed the gradient
   * @param strongest whether that of each picture's strongest output is expected instead
   */
  private record Expected(Shape shape, float[] seed, boolean strongest) {}

  /**
   * Differentiates one part of a network.
   *
   * @param recorder of the engine that holds the arrays
   */
  OnnxAutograd(OnnxHead part, Autograd recorder) {
    this.part = part;
    this.recorder = recorder;
  }

  @Override
  public NDArray detached(NDArray array) {
    // ONNX Runtime's own arrays can do next to nothing; with another engine, any result is of that.
    return array instanceof OrtNDArray && !(recorder instanceof JavaAutograd)
        ? array.add(0)
        : recorder.detached(array);
  }

  @Override
  public <T> T inference(Supplier<T> work) {
    return recorder.inference(work);
  }

  @Override
  public Gradients gradients(
      Cut from, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    Runs runs = runs(from, head, scores);
    return new Gradients(
        runs.logits(),
        runs.perScore().stream().map(result -> from.layout().maps(result.get(1))).toList());
  }

  @Override
  public Network.TailGradients gradients(
      SplitModel later, Layout layout, Cut from, Function<NDArray, NDList> scores) {
    long n = from.activations().getShape().get(0);
    Runs runs = runs(from, cut -> SplitModel.logits(part.run(cut.toList()).head(), n), scores);
    List<NDArray> atFrom = new ArrayList<>();
    List<NDArray> atLater = new ArrayList<>();
    for (NDList result : runs.perScore()) {
      atFrom.add(from.layout().maps(result.get(1)));
      atLater.add(layout.maps(result.get(3)));
    }
    NDArray output = layout.maps(runs.perScore().get(0).get(2));
    return new Network.TailGradients(
        new Cut(output, new NDList(), layout), new Gradients(runs.logits(), atLater), atFrom);
  }

  @Override
  public void close() {
    part.close();
  }

  /**
   * What the adjoint gives.
   *
   * @param logits the network's output
   * @param perScore the outputs of the adjoint for each score
   */
  private record Runs(NDArray logits, List<NDList> perScore) {}

  private Runs runs(Cut from, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    Cut cut = from.with(detached(from.activations()));
    // A graph without gradients says so before it is run.
    part.gradient();
    NDList inputs = cut.toList();
    long n = cut.activations().getShape().get(0);
    Expected guess = expected != null && expected.shape().get(0) == n ? expected : null;
    NDList result = null;
    NDArray logits;
    if (guess == null) {
      logits = head.apply(cut);
    } else {
      NDArray seed = NativeArrays.of(cut.activations().getManager(), guess.seed(), guess.shape());
      result = part.gradient(inputs, seed, guess.strongest());
      logits = SplitModel.logits(result.head(), n);
    }
    List<NDArray> seeds =
        recorder.gradients(new Cut(logits, new NDList()), Cut::activations, scores).perScore();
    List<NDList> perScore = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i++) {
      NDArray seed = seeds.get(i);
      if (i > 0 || result == null || guess == null || !isAsExpected(guess, seed, logits)) {
        result = part.gradient(inputs, seed, false);
      }
      perScore.add(result);
    }
    expected = seeds.isEmpty() ? null : next(seeds.get(0), logits);
    return new Runs(logits, perScore);
  }

  private static boolean isAsExpected(Expected guess, NDArray seed, NDArray logits) {
    float[] values = seed.toFloatArray();
    return guess.strongest()
        ? isOfStrongest(values, logits)
        : guess.shape().equals(seed.getShape()) && Arrays.equals(values, guess.seed());
  }

  /** The same as this time: the strongest output if that is what it was, or else the same one. */
  private static Expected next(NDArray seed, NDArray logits) {
    float[] values = seed.toFloatArray();
    return new Expected(seed.getShape(), values, isOfStrongest(values, logits));
  }

  /** Whether a gradient is one for the strongest output of each picture and zero for the others. */
  private static boolean isOfStrongest(float[] seed, NDArray logits) {
    float[] outputs = logits.toFloatArray();
    int n = Math.toIntExact(logits.getShape().get(0));
    int width = outputs.length / n;
    for (int i = 0; i < n; i++) {
      int best = 0;
      for (int k = 1; k < width; k++) {
        best = outputs[i * width + k] > outputs[i * width + best] ? k : best;
      }
      for (int k = 0; k < width; k++) {
        if (seed[i * width + k] != (k == best ? 1 : 0)) {
          return false;
        }
      }
    }
    return true;
  }
}
