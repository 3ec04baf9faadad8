package dev.limelight.relevance;

import ai.djl.ndarray.NDArray;
import dev.limelight.io.Names;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.relevance.Composite;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Layer-wise relevance propagation for convolutional networks: the score is handed down layer by
 * layer, to each input in the share that it has in the output. Composites, named as in zennit:
 *
 * <ul>
 *   <li>"epsilon": {@code R_j = sum_k x_j w_jk / (y_k + eps sign y_k) R_k} everywhere
 *   <li>"epsilon-plus": {@code (x w)^+} in the place of {@code x w} for convolutions
 *   <li>"epsilon-gamma-box": {@code w + gamma w^+} for convolutions (with w^- where an input is
 *       below 0, and both exchanged where the output is), and at the picture {@code x w - low w^+ -
 *       high w^-}
 * </ul>
 *
 * Batch normalisations are folded into the convolution before them; sums, poolings, ReLUs and other
 * activations keep shares as they are. What biases and eps take is noted as "completeness gap",
 * {@code sum - y}; without biases it is near 0.
 *
 * <p>Not for transformers: use attn-lrp.
 *
 * @param composite "epsilon-gamma-box", "epsilon-plus" or "epsilon"
 * @param epsilon added to what is divided by, with its sign
 * @param gamma by how much more positive weights count
 * @param low the smallest value of a preprocessed picture
 * @param high the largest; where both are the same, those of each channel of the picture are taken
 * @see <a href="https://doi.org/10.1007/978-3-030-28954-6_10">Montavon et al. 2019, Layer-Wise
 *     Relevance Propagation: An Overview</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Lrp(String composite, double epsilon, double gamma, double low, double high)
    implements Method {

  private static final List<String> COMPOSITES =
      List.of("epsilon-gamma-box", "epsilon-plus", "epsilon");

  /** z-box, gamma and epsilon, with the values of the picture as its bounds. */
  public Lrp() {
    this("epsilon-gamma-box");
  }

  /** One of the composites, with its usual numbers. */
  public Lrp(String composite) {
    this(composite, 1e-6, 0.25, 0, 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no such composite, or a number is out of range
   */
  public Lrp {
    if (!COMPOSITES.contains(composite)) {
      throw new IllegalArgumentException(
          "the composites of lrp are "
              + String.join(", ", COMPOSITES)
              + ", but got "
              + Names.quoted(composite));
    }
    if (!(epsilon > 0) || !Double.isFinite(epsilon)) {
      throw new IllegalArgumentException(
          "the epsilon of lrp is above 0, but got " + epsilon + "; 1e-6 is usual");
    }
    if (!(gamma >= 0) || !Double.isFinite(gamma)) {
      throw new IllegalArgumentException(
          "the gamma of lrp is 0 or more, but got " + gamma + "; 0.25 is usual");
    }
    if (!(low <= high) || !Double.isFinite(low) || !Double.isFinite(high)) {
      throw new IllegalArgumentException(
          "the bounds of lrp are the smallest and the largest value of a preprocessed picture, but"
              + " got low "
              + low
              + " and high "
              + high);
    }
  }

  private Composite rules() {
    Composite.Kind kind =
        Composite.Kind.valueOf(composite.toUpperCase(Locale.ROOT).replace('-', '_'));
    return new Composite(kind, epsilon, gamma, low, high);
  }

  /** One a channel of the picture, signed, (N, C, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    return Shares.noted(evidence, evidence.relevance(rules()));
  }

  @Override
  public Work work(Conditions at) {
    return at.relevancePass(rules(), "relevance by the rules of " + composite);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("lrp")
        .withSummary(
            "The score of a convolutional network handed down layer by layer, to each input in the share that it has in the output.")
        .withCost("one backward, up to four with gamma; graphs on ONNX Runtime only")
        .withPaper("Bach et al., PLoS ONE 2015; Montavon et al. 2019")
        .withLink("https://doi.org/10.1007/978-3-030-28954-6_10");
  }
}
