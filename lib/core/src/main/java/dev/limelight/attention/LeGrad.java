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
 * LeGrad: the mean over all blocks of a transformer of {@code E_(h,q)[max(0, dy_l/dA_l)]}, over
 * heads and queries. {@code y_l} is the score of what the network's head makes of the mean of all
 * tokens after block l.
 *
 * <p>For a target that is not a sum of logits, the score's slope at the network's own logits is
 * used at all blocks.
 *
 * @see <a href="https://arxiv.org/abs/2404.03214">Bousselham et al. 2025, LeGrad: An Explainability
 *     Method for Vision Transformers via Feature Formation Sensitivity</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record LeGrad() implements Method {

  /** One channel, (N, 1, h, w); none is below 0. */
  @Override
  public NDArray parts(Evidence evidence) {
    AttentionMaps.Tokens tokens = evidence.tokens(AttentionForm.LAYERED);
    List<NDArray> blocks = evidence.attention(AttentionForm.LAYERED).blocks();
    float[] mean = new float[evidence.size() * tokens.count()];
    for (NDArray block : blocks) {
      float[] values = block.toFloatArray();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += values[i] / blocks.size();
      }
    }
    return evidence.ofTokens(tokens, mean);
  }

  @Override
  public Work work(Conditions at) {
    return at.attentionPass(AttentionForm.LAYERED, "gradients at the attention of every block");
  }

  @Override
  public String unit(String score) {
    return "relative";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("le-grad")
        .withSummary(
            "Where the attention of a transformer would have to grow for the class to gain, block by block.")
        .withGradients()
        .withCost("about one backward; graphs on ONNX Runtime only")
        .withPaper("Bousselham et al., ICCV 2025")
        .withLink("https://arxiv.org/abs/2404.03214");
  }
}
