package dev.limelight;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.PlainArray;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SharedNetwork;
import dev.limelight.target.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** What a batch asks of its engine, in a network for pictures of 64 x 64. */
public final class EngineCalls {

  /** Some engines work differently from the second batch of a size on. */
  private static final int TURNS = 3;

  private static final Preprocessing BY = Preprocessing.of(64, 64);

  private EngineCalls() {}

  /**
   * How many arrays an engine makes until the explanations of a batch are in Java: what is computed
   * picture by picture needs more for a larger batch.
   */
  public static int arrays(Model model, Method method, Target target, int pictures) {
    Question question = question(pictures).methods(method).targets(target);
    int[] arrays = new int[1];
    run(
        model,
        question,
        (pass, maker) -> {
          Source.Part part = question.source().part(0, pictures, BY);
          maker.explain(List.of(pass), part, 0);
          arrays[0] =
              pass.evidence(List.of(target)).get(0).input().getManager().getManagedArrays().size();
        });
    return arrays[0];
  }

  /** What is asked of maps and outputs when they are read into Java, in order. */
  static List<String> reads(Model model, Method method, Target target, int pictures) {
    List<String> calls = new ArrayList<>();
    run(
        model,
        question(pictures).methods(method).targets(target),
        (pass, maker) -> {
          calls.clear();
          Target resolved = maker.model().resolved(target);
          Evidence evidence = pass.evidence(List.of(resolved)).get(0);
          NDArray map = method.map(evidence);
          PlainArray maps = PlainArray.of(counted(map, calls));
          RawMaps.of(evidence, new CountedTarget(resolved, calls), maps);
        });
    return calls;
  }

  private static Question question(int pictures) {
    return Question.of(pictures, EngineCalls::picture);
  }

  private static float[] picture(int index) {
    Random random = new Random(index);
    float[] values = new float[3 * 64 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static void run(Model model, Question question, BiConsumer<Pass, ExplanationMaker> work) {
    Source source = question.source();
    Shape shape = source.shape(BY);
    try (Explainer explainer = Explainer.builder().setModel(model).optPreprocessing(BY).build()) {
      ExplanationMaker maker = new ExplanationMaker(explainer.model(), question);
      LocalRunner runner = (LocalRunner) explainer.runner();
      SharedNetwork network = runner.network();
      for (int i = 0; i < TURNS; i++) {
        try (SharedNetwork.Cuts cuts = network.cuts(List.of(runner.defaultLayer(shape)));
            NDManager scope = network.network().manager().newSubManager()) {
          NDArray batch = source.part(0, source.count(), BY).in(scope);
          work.accept(runner.limits().pass(network, cuts.splits().get(0), batch), maker);
        }
      }
    }
  }

  /** The same array, which notes what it is asked; shapes cost nothing. */
  private static NDArray counted(NDArray array, List<String> calls) {
    return (NDArray)
        Proxy.newProxyInstance(
            EngineCalls.class.getClassLoader(),
            new Class<?>[] {NDArray.class},
            (proxy, called, arguments) -> {
              if (!called.getName().equals("getShape")) {
                calls.add(called.getName());
              }
              try {
                return called.invoke(array, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A target that is asked with arrays that note it. */
  private record CountedTarget(Target of, List<String> calls) implements Target {

    @Override
    public NDArray score(NDArray logits) {
      return of.score(logits);
    }

    @Override
    public int[] classes(NDArray logits) {
      return of.classes(counted(logits, calls));
    }

    @Override
    public Target of(int picture, NDArray logits) {
      return of.of(picture, logits);
    }

    @Override
    public PlainArray prediction(NDArray output) {
      return of.prediction(counted(output, calls));
    }
  }
}
