package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.support.UnsupportedException;
import java.util.function.Function;

/** Any function of the output. */
record OutputFunction(Function<NDArray, NDArray> function, String name) implements OutputTarget {

  @Override
  public NDArray score(NDArray output) {
    NDArray score = function.apply(output);
    Shape expected = new Shape(output.getShape().get(0));
    if (!score.getShape().equals(expected)) {
      throw new UnsupportedException(
          "the function '"
              + name
              + "' makes "
              + score.getShape()
              + " of an output "
              + output.getShape()
              + ", and one number a picture is wanted, "
              + expected
              + "; sum over the other dimensions");
    }
    return score;
  }

  @Override
  public String unit() {
    return "score";
  }

  @Override
  public String toString() {
    return name;
  }
}
