package dev.limelight.onnx.pt2.operators;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Attention by scaled products. */
@MetaInfServices(AtenRules.class)
public final class Attention implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.of(
        "scaled_dot_product_attention.default", Attention::attention,
        "_scaled_dot_product_flash_attention_for_cpu.default", Attention::attention);
  }

  /** softmax(q k^T scale + mask) v. */
  private static void attention(Call n, GraphWriter g) {
    if (n.real("dropout_p", 0) != 0) {
      throw n.refuse("it drops at random, as in training; export the model in eval()");
    }
    if (n.flag("enable_gqa", false)) {
      throw n.refuse("its queries share keys in groups");
    }
    int rank = n.meta("key").rank();
    long[] turned = LongStream.range(0, rank).toArray();
    turned[rank - 1] = rank - 2;
    turned[rank - 2] = rank - 1;
    long width = n.meta("query").size(n.meta("query").rank() - 1);
    if (width < 1) {
      throw n.refuse("the length of its queries is open");
    }
    double scale = n.real("scale", 1 / Math.sqrt(width));
    // As PyTorch does, both factors get the root of the scale.
    double root = Math.sqrt(Math.abs(scale));
    ScalarType type = n.type();
    String query = g.scale(n.tensor("query"), scale < 0 ? -root : root, type);
    String key = g.scale(g.transpose(n.tensor("key"), turned), root, type);
    String scores = g.op("MatMul", query, key);
    if (n.has("attn_mask")) {
      scores = masked(n, g, scores);
    }
    if (n.flag("is_causal", false)) {
      scores = causal(n, g, scores);
    }
    String weights = g.op("Softmax", Attributes.with("axis", -1), scores);
    n.result(g.op("MatMul", weights, n.tensor("value")));
  }

  /** A mask of truth values says what is attended to, and one of numbers is added. */
  private static String masked(Call n, GraphWriter g, String scores) {
    String mask = n.tensor("attn_mask");
    if (n.meta("attn_mask").type() != ScalarType.BOOL) {
      return g.op("Add", scores, mask);
    }
    String never = g.number(Double.NEGATIVE_INFINITY, ScalarType.FLOAT32);
    return g.op("Where", mask, scores, never);
  }

  private static String causal(Call n, GraphWriter g, String scores) {
    long queries = n.meta("query").size(n.meta("query").rank() - 2);
    long keys = n.meta("key").size(n.meta("key").rank() - 2);
    if (queries < 0 || keys < 0) {
      throw n.refuse("it is causal, and the number of its tokens is open");
    }
    String all = g.repeated(Double.NEGATIVE_INFINITY, queries, keys);
    return g.op("Add", scores, g.op("Trilu", Attributes.with("upper", 1), all, g.whole(1)));
  }
}
