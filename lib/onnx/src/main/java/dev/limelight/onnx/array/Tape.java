package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What was computed from one array, step by step, so that results can be differentiated from the
 * last step back to the first.
 */
final class Tape {

  /**
   * An operand of a step.
   *
   * @param array the operand
   * @param pullback from the gradient of the result to its own, before the numbers that were
   *     repeated are summed
   */
  record Operand(JavaArray array, UnaryOperator<NDArray> pullback) {}

  private record Step(JavaArray result, List<Operand> operands) {}

  private final List<Step> steps = new ArrayList<>();

  /** The result of a step of one operand, recorded if that is. */
  static JavaArray recorded(JavaArray result, JavaArray from, UnaryOperator<NDArray> pullback) {
    return recorded(result, List.of(new Operand(from, pullback)));
  }

  /** The result of a step, recorded if one of its operands is. */
  static JavaArray recorded(JavaArray result, List<Operand> operands) {
    List<Operand> followed =
        operands.stream().filter(operand -> operand.array().tape() != null).toList();
    for (Operand operand : followed) {
      Tape tape = operand.array().tape();
      if (tape != null && result.tape() == null) {
        result.record(tape);
        tape.steps.add(new Step(result, followed));
      }
    }
    return result;
  }

  /** The gradient of the sum of a score with respect to an array; of nothing it depends on, 0. */
  NDArray gradient(JavaArray score, JavaArray leaf) {
    Map<JavaArray, NDArray> gradients = new IdentityHashMap<>();
    gradients.put(score, score.owner().ones(score.getShape(), DataType.FLOAT32));
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      NDArray gradient = gradients.remove(step.result());
      if (gradient != null) {
        for (Operand operand : step.operands()) {
          Shape shape = operand.array().getShape();
          NDArray own = summed(operand.pullback().apply(gradient), shape);
          gradients.merge(operand.array(), own, NDArray::add);
        }
      }
    }
    NDArray gradient = gradients.get(leaf);
    return gradient == null ? leaf.zerosLike() : gradient;
  }

  /** A gradient in the shape of an operand whose numbers were repeated: the sum of each. */
  private static NDArray summed(NDArray gradient, Shape shape) {
    Shape from = gradient.getShape();
    if (from.equals(shape)) {
      return gradient;
    }
    int more = from.dimension() - shape.dimension();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < from.dimension(); i++) {
      if (i < more || shape.get(i - more) == 1 && from.get(i) != 1) {
        axes.add(i);
      }
    }
    return gradient.sum(axes.stream().mapToInt(axis -> axis).toArray(), true).reshape(shape);
  }
}
