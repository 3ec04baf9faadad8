package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Channels times weights that were computed number by number. */
@API(status = Status.INTERNAL)
public final class ChannelWeighting {

  private ChannelWeighting() {}

  /**
   * {@code w_k A_k}.
   *
   * @param weights those of each picture, or of all pictures if there is one list only
   * @return (N, C, h, w)
   */
  public static NDArray channels(Evidence evidence, float[]... weights) {
    NDArray activations = evidence.activations();
    int channels = weights[0].length;
    float[] all = new float[weights.length * channels];
    for (int i = 0; i < weights.length; i++) {
      System.arraycopy(weights[i], 0, all, i * channels, channels);
    }
    Shape shape = new Shape(weights.length, channels, 1, 1);
    return NativeArrays.of(activations.getManager(), all, shape).mul(activations);
  }
}
