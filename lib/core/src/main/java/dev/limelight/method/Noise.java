package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Noise for the changed copies of a picture, which have numbers. */
@API(status = Status.INTERNAL)
@FunctionalInterface
public interface Noise {

  /** So many values for the copy of that number, the same whenever they are asked for. */
  float[] of(int copy, int size);

  /**
   * Normal noise around 0 with a standard deviation of 1. That of each copy depends on the seed and
   * its number alone, so that the batches make no difference.
   */
  static Noise normal(long seed) {
    return (copy, size) -> {
      SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + copy);
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    };
  }

  /**
   * The noise of several copies.
   *
   * @param copies their numbers
   * @param one the shape of the noise of one, (1, C, h, w)
   * @return (copies, C, h, w)
   */
  default NDArray array(int[] copies, Shape one, NDManager scope) {
    int size = (int) one.size();
    float[] values = new float[Math.multiplyExact(copies.length, size)];
    for (int i = 0; i < copies.length; i++) {
      System.arraycopy(of(copies[i], size), 0, values, i * size, size);
    }
    return NativeArrays.of(scope, values, new Shape(copies.length).addAll(one.slice(1)));
  }

  /**
   * Noisy copies of a picture.
   *
   * @param picture (1, C, H, W)
   * @param share the standard deviation, as a share of the picture's range
   */
  default PerturbedCopies on(NDArray picture, double share) {
    float deviation = (float) (share * picture.max().sub(picture.min()).toFloatArray()[0]);
    return (from, to, scope) ->
        array(IntStream.range(from, to).toArray(), picture.getShape(), scope)
            .mul(deviation)
            .add(picture);
  }
}
