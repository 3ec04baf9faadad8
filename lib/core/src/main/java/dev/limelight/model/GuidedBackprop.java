package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Guided backpropagation through one network.
 *
 * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg et al. 2015, Striving for
 *     Simplicity</a>
 */
@API(status = Status.INTERNAL)
public interface GuidedBackprop extends AutoCloseable {

  /**
   * The backward pass from the score to the picture; every ReLU, clipped ones too, passes only
   * positive gradients of positive inputs.
   *
   * @param input pictures, (N, C, H, W); unchanged
   * @param score (N, K) logits to (N) scores
   * @return the logits, and one gradient, (N, C, H, W); of the manager of the input
   */
  Gradients gradients(NDArray input, Function<NDArray, NDArray> score);

  /** What of the network it acts on, as far as it is known before it has run. */
  Rectifiers rectifiers();

  @Override
  void close();

  /**
   * The activations of a network.
   *
   * @param guided how many are ReLUs, clipped or not, whose gradients are guided
   * @param others how many are similar, such as SiLU, GELU or a leaky ReLU, and keep their
   *     gradients
   */
  record Rectifiers(int guided, int others) {

    /**
     * The same.
     *
     * @throws UnsupportedException if there is no ReLU
     */
    public Rectifiers required() {
      if (guided == 0) {
        throw new UnsupportedException(
            "guided backpropagation changes the gradient of ReLUs, and this network has none"
                + (others == 0
                    ? ""
                    : " but " + Count.of(others, "activation") + " such as SiLU or GELU")
                + ", so that it would be the plain gradient; use the method saliency");
      }
      return this;
    }

    /** How far it reaches, as an addition to a sentence; empty if every activation is guided. */
    public String limits() {
      return others == 0 || guided == 0
          ? ""
          : ", of " + guided + " of " + Count.of(guided + others, "activation");
    }
  }

  /**
   * A ReLU, {@code min(max(u, 0), upper)}, as guided backpropagation treats it.
   *
   * @param upper the upper bound: infinity for the plain ReLU, 6 for ReLU6
   */
  record Relu(float upper) {

    /** Its output. */
    public NDArray of(NDArray input) {
      NDArray positive = input.maximum(0);
      return Float.isInfinite(upper) ? positive : positive.minimum(upper);
    }

    /**
     * The gradient before a ReLU whose own gradient is 0 where its output is 0: {@code max(g, 0)}.
     *
     * @param gradient g, of its output
     */
    public static NDArray guided(NDArray gradient) {
      return gradient.getNDArrayInternal().relu();
    }

    /**
     * The gradient of its input: {@code max(g, 0)} where {@code 0 < u < upper}, and else 0.
     *
     * @param gradient g, of its output
     * @param input u
     */
    public NDArray back(NDArray gradient, NDArray input) {
      NDArray passed = gradient.maximum(0).mul(input.gt(0).toType(gradient.getDataType(), false));
      return Float.isInfinite(upper)
          ? passed
          : passed.mul(input.lt(upper).toType(gradient.getDataType(), false));
    }
  }
}
