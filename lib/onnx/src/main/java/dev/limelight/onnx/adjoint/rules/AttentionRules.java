package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/**
 * Attention as one operator, {@code Y = softmax(scale Q K^T + mask) V} for each head, without what
 * only language models use: causal masks, caches of keys and values, and heads that share them.
 */
@MetaInfServices(GradientRules.class)
public final class AttentionRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "Attention",
        AttentionRules::attention,
        FusedRules.DOMAIN + "MultiHeadAttention",
        AttentionRules::multiHeadAttention,
        FusedRules.DOMAIN + "Attention",
        AttentionRules::attentionOfProjections);
  }

  private static void attention(GraphBuilder g, Operation n) {
    refuseInputs(n, 4, 5, 6);
    if (n.integer("is_causal", 0) != 0 || n.real("softcap", 0) != 0) {
      throw n.refuse("it is causal or capped");
    }
    long heads = n.integer("q_num_heads", 0);
    if (heads != n.integer("kv_num_heads", 0)
        || g.rank(n.x(0)) == 4 && g.length(n.x(0), 1) != g.length(n.x(1), 1)) {
      throw n.refuse("its heads share keys");
    }
    n.refuseGradientOf("its mask is", 3);
    Heads apart = new Heads(g, g.rank(n.x(0)) == 4 ? 0 : heads);
    String mask = n.has(3) ? additive(g, n.x(3), n.x(0)) : "";
    List<String> qkv = List.of(n.x(0), n.x(1), n.x(2));
    List<String> gradients = gradients(g, n, apart, qkv, mask);
    for (int i = 0; i < 3; i++) {
      if (n.wants(i)) {
        n.gradient(i, gradients.get(i));
      }
    }
  }

  /** Three inputs and one bias for all of them. */
  private static void multiHeadAttention(GraphBuilder g, Operation n) {
    refuseInputs(n, 4, 6, 7, 8, 9);
    refuseCausal(n);
    n.refuseGradientOf("its bias is", 3, 5);
    if (!n.has(1) || !n.has(2) || g.rank(n.x(1)) != 3 || g.rank(n.x(2)) != 3) {
      throw n.refuse("its keys and values are not tensors of their own with three dimensions");
    }
    List<String> qkv = List.of(n.x(0), n.x(1), n.x(2));
    if (n.has(3)) {
      List<String> biases =
          g.ops("Split", 3, Attributes.with("axis", 0).and("num_outputs", 3), n.x(3));
      qkv =
          List.of(
              g.add(n.x(0), biases.get(0)),
              g.add(n.x(1), biases.get(1)),
              g.add(n.x(2), biases.get(2)));
    }
    Heads apart = new Heads(g, n.integer("num_heads", 0));
    List<String> gradients = gradients(g, n, apart, qkv, n.optional(5));
    for (int i = 0; i < 3; i++) {
      if (n.wants(i)) {
        n.gradient(i, gradients.get(i));
      }
    }
  }

  /** One input, from which one matrix makes queries, keys and values. */
  private static void attentionOfProjections(GraphBuilder g, Operation n) {
    refuseInputs(n, 3, 4, 6);
    refuseCausal(n);
    n.refuseGradientOf("its weights are", 1, 2, 5);
    if (n.integers("qkv_hidden_sizes") != null || n.integer("do_rotary", 0) != 0) {
      throw n.refuse("it has qkv_hidden_sizes or rotates");
    }
    String projected = g.op("MatMul", n.x(0), n.x(1));
    String all = n.has(2) ? g.add(projected, n.x(2)) : projected;
    Attributes last = Attributes.with("axis", -1);
    List<String> qkv = g.ops("Split", 3, last.and("num_outputs", 3), all);
    Heads apart = new Heads(g, n.integer("num_heads", 0));
    List<String> gradients = gradients(g, n, apart, qkv, n.optional(5));
    String joined = g.op("Concat", last, gradients.toArray(new String[0]));
    n.gradient(0, g.op("MatMul", joined, g.transpose(n.x(1), 1, 0)));
  }

  private static void refuseInputs(Operation n, int... inputs) {
    for (int input : inputs) {
      if (n.has(input)) {
        throw n.refuse("it has the input " + input);
      }
    }
  }

  private static void refuseCausal(Operation n) {
    if (n.integer("unidirectional", 0) != 0) {
      throw n.refuse("it is causal");
    }
  }

  /** A mask of truth values as one to add. */
  private static String additive(GraphBuilder g, String mask, String like) {
    if (g.type(mask) != DataType.BOOL) {
      return mask;
    }
    double lowest = g.type(like) == DataType.FLOAT16 ? -65504 : -Float.MAX_VALUE;
    return g.where(mask, g.number(0, like), g.number(lowest, like));
  }

  /**
   * The gradients of queries, keys and values: with {@code P} the softmax, {@code dV = P^T dY},
   * {@code dS = P (dY V^T - sum(dY Y))}, {@code dQ = scale dS K} and {@code dK = scale dS^T Q}.
   */
  private static List<String> gradients(
      GraphBuilder g, Operation n, Heads apart, List<String> qkv, String mask) {
    String q = apart.apart(qkv.get(0));
    String k = apart.apart(qkv.get(1));
    String v = apart.apart(qkv.get(2));
    String y = apart.apart(n.y());
    String dy = apart.apart(n.dy());
    String scale = scale(g, n, q);
    String scores = g.mul(g.op("MatMul", q, apart.turned(k)), scale);
    String masked = mask.isEmpty() ? scores : g.add(scores, mask);
    String p = g.op("Softmax", Attributes.with("axis", -1), masked);
    String dv = g.op("MatMul", apart.turned(p), dy);
    String along = g.sum(g.mul(dy, y), -1);
    String dp = g.op("MatMul", dy, apart.turned(v));
    String ds = g.mul(g.mul(p, g.sub(dp, along)), scale);
    String dq = g.op("MatMul", ds, k);
    String dk = g.op("MatMul", apart.turned(ds), q);
    return List.of(apart.together(dq), apart.together(dk), apart.together(dv));
  }

  /** One over the root of the length of a query, unless the node says another. */
  private static String scale(GraphBuilder g, Operation n, String q) {
    double given = n.real("scale", 0);
    if (given != 0) {
      return g.number(given, q);
    }
    String length = g.cast(g.op("Shape", Attributes.with("start", -1), q), q);
    return g.op("Reciprocal", g.op("Sqrt", length));
  }

  /** Tensors whose last dimension holds all heads, and the same with an axis of heads. */
  private record Heads(GraphBuilder g, long count) {

    String apart(String tensor) {
      return count == 0 ? tensor : g.transpose(g.reshape(tensor, 0, 0, count, -1), 0, 2, 1, 3);
    }

    String together(String tensor) {
      return count == 0 ? tensor : g.reshape(g.transpose(tensor, 0, 2, 1, 3), 0, 0, -1);
    }

    String turned(String tensor) {
      return g.transpose(tensor, 0, 1, 3, 2);
    }
  }
}
