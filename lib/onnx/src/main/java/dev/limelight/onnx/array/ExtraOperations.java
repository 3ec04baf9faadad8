package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.util.ArrayList;
import java.util.List;

/** The operations that DJL keeps apart from the others, of which a few are needed. */
final class ExtraOperations {

  private ExtraOperations() {}

  static NDArrayEx of(JavaArray array) {
    return Refusal.proxy(
        NDArrayEx.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "getArray" -> array;
              case "relu" -> array.apply(Unary.RELU);
              case "sigmoid" -> array.apply(Unary.SIGMOID);
              case "tanh" -> array.tanh();
              case "rsub" -> left(array, arguments[0]).sub(array);
              case "rdiv" -> left(array, arguments[0]).div(array);
              case "concat" ->
                  JavaArray.concatenated(
                      together(array, (NDList) arguments[0]), (int) arguments[1]);
              case "stack" -> stacked(together(array, (NDList) arguments[0]), (int) arguments[1]);
              default -> throw Refusal.of(method.getName());
            });
  }

  private static NDArray left(JavaArray array, Object operand) {
    return operand instanceof Number n ? array.owner().number(n.floatValue()) : (NDArray) operand;
  }

  private static List<JavaArray> together(JavaArray first, NDList others) {
    List<JavaArray> all = new ArrayList<>(List.of(first));
    others.forEach(other -> all.add(first.owner().from(other)));
    return all;
  }

  private static JavaArray stacked(List<JavaArray> parts, int axis) {
    return JavaArray.concatenated(parts.stream().map(part -> part.expandDims(axis)).toList(), axis);
  }
}
