package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layout;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.Stage;
import dev.limelight.onnx.array.JavaAutograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gradients by the adjoint of the graph, which ONNX Runtime runs. The engine that holds the arrays
 * differentiates the scores with respect to the logits, and the adjoint begins with that. As most
 * scores have the same gradient as the ones before, or that of the strongest output, the adjoint is
 * run together with the network for the expected one, and again only if it is another.
 */
final class OnnxAutograd implements Autograd, Network.Tail, Stage {

  /** To open a further session takes the time that it saves in about so many runs. */
  private static final int MANY = 64;

  private final OnnxHead part;
  private final Autograd recorder;
  private final @Nullable OnnxHead whole;
  private @Nullable Shape size;
  private int runs;
  private int further;
  private @Nullable Expected expected;

  /**
   * What the first score's gradient with respect to the logits will be.
   *
   * @param shape of the logits
   * @param seed the gradient
   * @param strongest whether that of each picture's strongest output is expected instead
   */
  private record Expected(Shape shape, float[] seed, boolean strongest) {

    NDList gradient(OnnxHead of, NDList inputs) {
      NDManager manager = inputs.head().getManager();
      return of.gradient(inputs, NativeArrays.of(manager, seed, shape), strongest);
    }
  }

  /**
   * Differentiates one part of a network.
   *
   * @param recorder of the engine that holds the arrays
   */
  OnnxAutograd(OnnxHead part, Autograd recorder) {
    this(part, recorder, null);
  }

  /**
   * Differentiates one part of a network, also in one session with what comes before it.
   *
   * @param whole the network, whose gradient gives what crosses the cut as well
   */
  OnnxAutograd(OnnxHead part, Autograd recorder, @Nullable OnnxHead whole) {
    this.part = part;
    this.recorder = recorder;
    this.whole = whole;
  }

  @Override
  public NDList run(NDList inputs) {
    return part.run(inputs);
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
    return gradients(from, runs(from, head, scores));
  }

  /** What the adjoint of a whole network gives for one score, the logits first. */
  NDList all(NDArray input, Function<NDArray, NDList> score) {
    long n = input.getShape().get(0);
    return runs(
            new Cut(input, new NDList()),
            cut -> SplitModel.logits(part.run(cut.toList()).head(), n),
            score)
        .perScore()
        .get(0);
  }

  private static Gradients gradients(Cut from, Runs runs) {
    return new Gradients(
        runs.logits(),
        runs.perScore().stream().map(result -> from.layout().maps(result.get(1))).toList());
  }

  @Override
  public Optional<SplitModel.Run> run(
      NDArray input, Function<NDList, Cut> cut, Function<NDArray, NDList> scores) {
    long n = input.getShape().get(0);
    if (!input.getShape().equals(size)) {
      // The first part alone checks the memory for a size.
      size = input.getShape();
      runs = 0;
    }
    Expected guess = expected(n);
    if (whole == null || guess == null || ++runs <= MANY) {
      return Optional.empty();
    }
    OnnxHead both = whole;
    NDList result =
        SplitModel.accepted(
            input.getShape(), () -> guess.gradient(both, new NDList(detached(input))));
    Cut from = cut.apply(result.subNDList(2));
    NDArray logits = SplitModel.logits(result.head(), n);
    return Optional.of(
        new SplitModel.Run(
            from, gradients(from, runs(from.toList(), logits, guess, result, scores))));
  }

  @Override
  public Network.TailGradients gradients(
      SplitModel last, List<Layout> layouts, Cut from, Function<NDArray, NDList> scores) {
    long n = from.activations().getShape().get(0);
    Runs runs = runs(from, cut -> SplitModel.logits(part.run(cut.toList()).head(), n), scores);
    // The logits, the gradient at each layer, and the output of each but the first.
    List<Layout> all = new ArrayList<>(List.of(from.layout()));
    all.addAll(layouts);
    List<List<NDArray>> gradients = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Layout layout = all.get(i);
      int at = 1 + i;
      gradients.add(runs.perScore().stream().map(found -> layout.maps(found.get(at))).toList());
    }
    List<Cut> cuts = new ArrayList<>();
    for (int i = 0; i < layouts.size(); i++) {
      NDArray output = runs.perScore().get(0).get(1 + all.size() + i);
      cuts.add(new Cut(layouts.get(i).maps(output), new NDList(), layouts.get(i)));
    }
    List<NDArray> atLast = gradients.remove(layouts.size());
    return new Network.TailGradients(cuts, new Gradients(runs.logits(), atLast), gradients);
  }

  @Override
  public void close() {
    part.close();
    if (whole != null) {
      whole.close();
    }
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
    Expected guess = expected(n);
    if (guess == null) {
      return runs(inputs, head.apply(cut), null, null, scores);
    }
    NDList result = guess.gradient(part, inputs);
    return runs(inputs, SplitModel.logits(result.head(), n), guess, result, scores);
  }

  private @Nullable Expected expected(long n) {
    return expected != null && expected.shape().get(0) == n ? expected : null;
  }

  /**
   * Differentiates each score.
   *
   * @param inputs of the part
   * @param guess with what the adjoint was run, or null
   * @param first what it gave, or null
   */
  private Runs runs(
      NDList inputs,
      NDArray logits,
      @Nullable Expected guess,
      @Nullable NDList first,
      Function<NDArray, NDList> scores) {
    List<NDArray> seeds =
        recorder.gradients(new Cut(logits, new NDList()), Cut::activations, scores).perScore();
    List<NDList> perScore = new ArrayList<>();
    if (first != null
        && guess != null
        && !seeds.isEmpty()
        && isAsExpected(guess, seeds.get(0), logits)) {
      perScore.add(first);
    } else {
      expected = seeds.isEmpty() ? null : next(seeds.get(0), logits);
    }
    List<NDArray> others = seeds.subList(perScore.size(), seeds.size());
    further += Math.max(0, others.size() - 1);
    if (others.size() > 1 && further > MANY && part.takes(logits.getShape().get(0))) {
      NDArray gradients = part.gradients(inputs, stacked(others));
      for (int i = 0; i < others.size(); i++) {
        perScore.add(new NDList(logits, gradients.get(i)));
      }
    } else {
      others.forEach(seed -> perScore.add(part.gradient(inputs, seed, false)));
    }
    return new Runs(logits, perScore);
  }

  private static NDArray stacked(List<NDArray> seeds) {
    NDArray one = seeds.get(0);
    int size = Math.toIntExact(one.size());
    float[] all = new float[Math.multiplyExact(seeds.size(), size)];
    for (int i = 0; i < seeds.size(); i++) {
      System.arraycopy(seeds.get(i).toFloatArray(), 0, all, i * size, size);
    }
    Shape shape = new Shape(seeds.size()).addAll(one.getShape());
    return NativeArrays.of(one.getManager(), all, shape);
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
