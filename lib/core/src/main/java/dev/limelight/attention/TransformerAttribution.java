package dev.limelight.attention;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Gradient-weighted attention through all blocks of a transformer: {@code R = I}, then from the
 * first block to the last {@code R = R + E_h[max(0, A dy/dA)] R}; the map is {@code r R}, where r
 * is what the network's head reads, as for attention-rollout, without what the token had from the
 * beginning ({@code r R - r}).
 *
 * <p>These are formulas 5 and 6 of Chefer et al., "Generic Attention-model Explainability" (ICCV
 * 2021), for self-attention. Their first paper (CVPR 2021) weights the gradient by relevance
 * instead of by A and multiplies blocks as rollout does; that is not what this computes.
 *
 * @see <a href="https://arxiv.org/abs/2103.15679">Chefer et al. 2021, Generic Attention-model
 *     Explainability for Interpreting Bi-Modal and Encoder-Decoder Transformers</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record TransformerAttribution() implements Method {

  /** One channel, (N, 1, h, w); none is below 0. */
  @Override
  public NDArray parts(Evidence evidence) {
    AttentionMaps.Tokens tokens = evidence.tokens(AttentionForm.WEIGHTED);
    TokenRows rows = new TokenRows(evidence.size(), tokens.read());
    List<NDArray> blocks = evidence.attention(AttentionForm.WEIGHTED).blocks();
    for (int b = blocks.size() - 1; b >= 0; b--) {
      rows.addThrough(blocks.get(b).toFloatArray());
    }
    float[] values = rows.values();
    for (int i = 0; i < values.length; i++) {
      values[i] -= tokens.read()[i % tokens.count()];
    }
    return evidence.ofTokens(tokens, values);
  }

  @Override
  public Work work(Conditions at) {
    return at.attentionPass(
        AttentionForm.WEIGHTED, "attention of all blocks times its gradient, multiplied");
  }

  @Override
  public String unit(String score) {
    return "relative";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("transformer-attribution")
        .withSummary(
            "Attention of all blocks of a transformer, each weighted by the gradient of the class there: what reaches the head and counts for the class.")
        .withGradients()
        .withCost("one backward; graphs on ONNX Runtime only")
        .withPaper("Chefer et al., ICCV 2021")
        .withLink("https://arxiv.org/abs/2103.15679");
  }
}
