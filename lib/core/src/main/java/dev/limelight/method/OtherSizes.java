package dev.limelight.method;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.SplitModel;
import dev.limelight.support.UnsupportedException;
import java.util.function.Supplier;

/**
 * A network on pictures of other sizes than those it is asked about.
 *
 * @param split the network
 * @param input the pictures that it is asked about
 */
record OtherSizes(SplitModel split, NDArray input) {

  /**
   * Runs the network on one black picture.
   *
   * @throws UnsupportedException if the network does not take that size
   */
  void require(String method, int height, int width) {
    try (NDManager scope = input.getManager().newSubManager()) {
      NDArray black = scope.zeros(new Shape(1, input.getShape().get(1), height, width));
      // An engine may report what it refuses only when it is asked for numbers.
      run(method, black.getShape(), () -> split.head(split.features(black)).toFloatArray());
    }
  }

  /**
   * Runs something that gives the network pictures of another size.
   *
   * @param method that needs it, with which a refusal begins
   * @param shape of the pictures, (1, C, H, W)
   * @throws UnsupportedException if the network does not take that size
   */
  <T> T run(String method, Shape shape, Supplier<T> work) {
    try {
      return work.get();
    } catch (EngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
      if (e instanceof UnsupportedException other && other.isNoGradient()) {
        throw other;
      }
      throw new UnsupportedException(
          method
              + " shows the network the picture at other sizes too, and this network refuses "
              + size(shape)
              + " pixels where it takes "
              + size(input.getShape())
              + "; give a model whose height and width are free, or use grad-cam",
          e);
    }
  }

  private static String size(Shape pictures) {
    return pictures.get(3) + "x" + pictures.get(2);
  }
}
