package dev.limelight.attention;

import ai.djl.ndarray.NDArray;
import dev.limelight.io.Names;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Attention rollout: {@code r R}, where {@code R = B_L ... B_1} and {@code B = (A + I) / 2} with
 * each row divided by its sum. A is a block's attention, put together over its heads; r is what the
 * network's head reads: the class token's row, the mean of the class and distillation tokens' rows,
 * or that of all patches.
 *
 * <p>Not where classes are to be told apart: the map is the same for all.
 *
 * @param fusion how heads are put together: "mean" (the paper), "max" or "min"
 * @param discard the share of the smallest values of each A that count as 0, from 0 (the paper) to
 *     below 1; what the first token, the class token, attends to itself is kept
 * @see <a href="https://arxiv.org/abs/2005.00928">Abnar and Zuidema 2020, Quantifying Attention
 *     Flow in Transformers</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record AttentionRollout(String fusion, double discard) implements Method {

  private static final List<String> FUSIONS = List.of("mean", "max", "min");

  /** The mean of the heads, of which nothing is discarded. */
  public AttentionRollout() {
    this("mean", 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no such fusion, or the share is not in [0, 1)
   */
  public AttentionRollout {
    if (!FUSIONS.contains(fusion)) {
      throw new IllegalArgumentException(
          "attention-rollout puts heads together by "
              + String.join(", ", FUSIONS)
              + ", but got "
              + Names.quoted(fusion));
    }
    if (!(discard >= 0 && discard < 1)) {
      throw new IllegalArgumentException(
          "attention-rollout discards a share from 0 to below 1 of each block's attention, but got "
              + discard
              + "; 0 is usual");
    }
  }

  private AttentionForm form() {
    return AttentionForm.valueOf(fusion.toUpperCase(Locale.ROOT));
  }

  /** One channel, (N, 1, h, w); none is below 0. */
  @Override
  public NDArray parts(Evidence evidence) {
    AttentionMaps.Tokens tokens = evidence.tokens(form());
    int t = tokens.count();
    TokenRows rows = new TokenRows(evidence.size(), tokens.read());
    List<NDArray> blocks = evidence.attention(form()).blocks();
    for (int b = blocks.size() - 1; b >= 0; b--) {
      float[] all = blocks.get(b).toFloatArray();
      for (int i = 0; i < evidence.size(); i++) {
        discard(all, i * t * t, t * t);
      }
      rows.averageThrough(all);
    }
    return evidence.ofTokens(tokens, rows.values());
  }

  /** Sets the smallest values to 0, but not the first. */
  private void discard(float[] all, int from, int count) {
    int least = (int) (count * discard);
    if (least == 0) {
      return;
    }
    float[] sorted = Arrays.copyOfRange(all, from, from + count);
    Arrays.sort(sorted);
    float bound = sorted[least - 1];
    int atBound = least;
    for (int i = 0; i < least; i++) {
      atBound -= sorted[i] < bound ? 1 : 0;
    }
    for (int i = from; i < from + count; i++) {
      boolean drop = all[i] < bound || all[i] == bound && atBound-- > 0;
      all[i] = drop && i > from ? 0 : all[i];
    }
  }

  @Override
  public Work work(Conditions at) {
    return at.attentionPass(form(), "attention of all blocks, multiplied");
  }

  @Override
  public String unit(String score) {
    return "relative";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("attention-rollout")
        .withSummary(
            "How much of each patch reaches the head of a transformer through the attention of all its blocks, the same for every class.")
        .withoutClasses()
        .withCost("nothing; graphs on ONNX Runtime only")
        .withPaper("Abnar and Zuidema, ACL 2020")
        .withLink("https://arxiv.org/abs/2005.00928");
  }
}
