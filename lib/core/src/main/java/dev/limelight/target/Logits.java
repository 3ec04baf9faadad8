package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Classes and probabilities by the logits of one picture. */
@API(status = Status.INTERNAL)
public final class Logits {

  private Logits() {}

  /**
   * The number of outputs, K.
   *
   * @param output (N, K)
   * @throws IllegalArgumentException if it is anything else; the message says what to choose
   */
  public static int outputs(NDArray output) {
    Shape shape = output.getShape();
    if (shape.dimension() == 2) {
      return (int) shape.get(1);
    }
    throw new UnsupportedException(
        "a class needs an output (N, K), and this network gives "
            + shape
            + (shape.dimension() == 4
                ? ", a score for each class and place; choose Target.inside(class, mask) or"
                    + " Target.function"
                : "; choose a box, a class within a mask, or in Java Target.function"));
  }

  /** The classes of a score that is evidence for none. */
  static int[] noClasses(NDArray output) {
    int[] none = new int[(int) output.getShape().get(0)];
    Arrays.fill(none, -1);
    return none;
  }

  /** The number of classes that k outputs distinguish. */
  public static int classes(int outputs, boolean binary) {
    return outputs == 1 && binary ? 2 : outputs;
  }

  /** The class with the highest score; the first of several equal ones. */
  public static int top(float[] logits, boolean binary, OutputKind kind) {
    if (logits.length == 1) {
      return binary && logits[0] > kind.threshold() ? 1 : 0;
    }
    int top = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[top]) {
        top = i;
      }
    }
    return top;
  }

  /** The k classes with the highest scores, best first. */
  public static List<Integer> best(float[] logits, int k, boolean binary, OutputKind kind) {
    int classes = classes(logits.length, binary);
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException(
          "this network has "
              + Count.of(classes, "class")
              + ", and the best "
              + k
              + " were asked for");
    }
    // Of several outputs the logits, which have the order of their probabilities and cost nothing.
    boolean several = logits.length > 1;
    double[] scores =
        IntStream.range(0, classes)
            .mapToDouble(i -> several ? logits[i] : probability(logits, i, binary, kind))
            .toArray();
    return IntStream.range(0, classes)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(k)
        .toList();
  }

  /**
   * The probability of a class: by the softmax of several outputs, by the sigmoid of one.
   *
   * @param binary whether one output represents two classes
   * @param kind what the outputs are
   */
  public static double probability(float[] logits, int index, boolean binary, OutputKind kind) {
    boolean given = kind == OutputKind.PROBABILITIES;
    if (logits.length == 1) {
      double positive = given ? logits[0] : sigmoid(logits[0]);
      return binary && index == 0 ? 1 - positive : positive;
    }
    if (given) {
      return logits[index];
    }
    if (kind == OutputKind.SIGMOIDS) {
      return sigmoid(logits[index]);
    }
    double max = logits[top(logits, false, kind)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.exp(logits[index] - max) / sum;
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
