package dev.limelight.relevance;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.relevance.Composite;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Layer-wise relevance propagation for transformers: where two tensors that depend on the picture
 * are multiplied, each gets half (uniform rule); a softmax passes relevance as its linearisation
 * does; activations and normalisations pass it unchanged (identity rule, the deviation of a
 * normalisation counts as a constant); products with weights have no epsilon. It is computed as
 * gradient times input with these rules in the place of gradients. On a network of linear layers it
 * is input-x-gradient.
 *
 * <p>What biases take is noted as "completeness gap", {@code sum - y}.
 *
 * @see <a href="https://arxiv.org/abs/2402.05602">Achtibat et al. 2024, AttnLRP: Attention-Aware
 *     Layer-Wise Relevance Propagation for Transformers</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record AttnLrp() implements Method {

  /** One a channel of the picture, signed, (N, C, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    return Shares.noted(evidence, evidence.relevance(Composite.attention()));
  }

  @Override
  public Work work(Conditions at) {
    return at.relevancePass(Composite.attention(), "relevance by the rules of AttnLRP");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("attn-lrp")
        .withSummary(
            "The score of a transformer handed down to the pixels, with rules for attention, activations and normalisations.")
        .withCost("one backward; graphs on ONNX Runtime only")
        .withPaper("Achtibat et al., ICML 2024")
        .withLink("https://arxiv.org/abs/2402.05602");
  }
}
