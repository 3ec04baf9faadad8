package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.torchscript.Value.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of operators that work on each element. */
final class ElementShapes {

  /** Those that give the shape of their first argument. */
  private static final String SAME =
      "relu relu6 sigmoid tanh silu gelu hardswish hardsigmoid hardtanh leaky_relu elu selu celu mish"
          + " softplus log_sigmoid softmax log_softmax _softmax _log_softmax _safe_softmax clamp"
          + " clamp_min clamp_max neg exp log log2 log10 log1p expm1 sqrt rsqrt square abs sin cos tan"
          + " asin acos atan sinh cosh erf floor ceil round sign reciprocal dropout feature_dropout"
          + " alpha_dropout batch_norm instance_norm group_norm layer_norm rms_norm contiguous clone"
          + " detach alias to _to_copy type_as cumsum flip roll tril triu fill zero copy lift_fresh"
          + " positive logical_not bitwise_not isnan isinf channel_shuffle zeros_like ones_like full_like"
          + " prelu select_scatter slice_scatter";

  /** Those that repeat along dimensions of length one. */
  private static final String BROADCAST =
      "add sub rsub mul div pow fmod remainder floor_divide maximum minimum max.other min.other eq ne lt"
          + " le gt ge logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor __and__"
          + " __or__ __xor__ where addcmul addcdiv lerp masked_fill";

  private ElementShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    for (String name : SAME.split(" ")) {
      rules.put(name, ShapeRule.one((call, k) -> call.first().shapes().get(k)));
    }
    for (String name : BROADCAST.split(" ")) {
      rules.put(name, ShapeRule.one(ElementShapes::broadcast));
    }
    return rules;
  }

  private static long[] broadcast(BoundCall call, int k) {
    return broadcast(call, call.operands(), k);
  }

  static long[] broadcast(BoundCall call, List<Tensor> operands, int k) {
    long[] shape = {};
    for (Tensor operand : operands) {
      shape = broadcast(call, shape, operand.shapes().get(k));
    }
    return shape;
  }

  static long[] broadcast(BoundCall call, long[] a, long[] b) {
    int rank = Math.max(a.length, b.length);
    long[] shape = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long left = i > a.length ? 1 : a[a.length - i];
      long right = i > b.length ? 1 : b[b.length - i];
      if (left != right && left != 1 && right != 1) {
        throw call.refuse("its operands have the lengths " + left + " and " + right);
      }
      shape[rank - i] = left == 1 ? right : left;
    }
    return shape;
  }
}
