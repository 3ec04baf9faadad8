package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.pt2.ScalarType;
import dev.limelight.onnx.torchscript.Value.Real;
import dev.limelight.onnx.torchscript.Value.Tensor;
import dev.limelight.onnx.torchscript.Value.Truth;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The types of what operators give, by PyTorch's promotion. */
final class ResultTypes {

  /** PyTorch's numbers in code, which are not those of a .pt2. */
  private static final Map<Long, ScalarType> CODES =
      Map.of(
          0L, ScalarType.UINT8,
          1L, ScalarType.INT8,
          2L, ScalarType.INT16,
          3L, ScalarType.INT32,
          4L, ScalarType.INT64,
          5L, ScalarType.FLOAT16,
          6L, ScalarType.FLOAT32,
          7L, ScalarType.FLOAT64,
          11L, ScalarType.BOOL,
          15L, ScalarType.BFLOAT16);

  private static final Set<String> TRUTHS =
      Set.of(
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
          "logical_and",
          "logical_or",
          "logical_xor",
          "logical_not",
          "isnan",
          "isinf",
          "any",
          "all");

  private static final Set<String> SUMS = Set.of("sum", "prod", "cumsum");

  private static final Set<String> PROMOTING =
      Set.of(
          "add",
          "sub",
          "rsub",
          "mul",
          "div",
          "pow",
          "fmod",
          "remainder",
          "floor_divide",
          "maximum",
          "minimum",
          "max",
          "min",
          "addcmul",
          "addcdiv",
          "lerp",
          "where");

  /** Those that make real numbers of whole ones. */
  private static final Set<String> REAL =
      Set.of(
          "div",
          "sqrt",
          "rsqrt",
          "exp",
          "log",
          "log2",
          "log10",
          "log1p",
          "sin",
          "cos",
          "tanh",
          "sigmoid",
          "erf",
          "reciprocal",
          "softmax",
          "log_softmax",
          "mean");

  private ResultTypes() {}

  /** The code of a type, as an attribute gives it. */
  static long code(ScalarType type) {
    return CODES.entrySet().stream()
        .filter(each -> each.getValue() == type)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** The type of a result. */
  static ScalarType of(BoundCall call, int result) {
    String name = call.schema().name();
    if (TRUTHS.contains(name)) {
      return ScalarType.BOOL;
    }
    boolean indices =
        result == 1 && !name.equals("var_mean") && !name.matches("unbind|chunk|split.*|tensor_.*");
    if (name.startsWith("arg") || indices) {
      return ScalarType.INT64;
    }
    if (call.arguments().get("dtype") instanceof Whole code) {
      return named(call, code);
    }
    if (call.has("other") && (name.equals("to") || name.equals("type_as"))) {
      return call.tensor("other").type();
    }
    ScalarType type = own(call, name);
    if (SUMS.contains(name) && !type.isReal()) {
      return ScalarType.INT64;
    }
    boolean floors = name.equals("div") && call.has("rounding_mode");
    return REAL.contains(name) && !floors && !type.isReal() ? ScalarType.FLOAT32 : type;
  }

  private static ScalarType named(BoundCall call, Whole code) {
    ScalarType type = code.isKnown() ? CODES.get(code.numbers()[0]) : null;
    if (type == null) {
      throw call.refuse("its result is of a type that is not read");
    }
    return type;
  }

  private static ScalarType own(BoundCall call, String name) {
    switch (name) {
      case "zeros", "ones", "linspace":
        return ScalarType.FLOAT32;
      case "full":
        return ofNumber(call.arguments().get("fill_value"));
      case "scalar_tensor":
        return ScalarType.FLOAT32;
      case "arange":
        return call.arguments().values().stream().anyMatch(Real.class::isInstance)
            ? ScalarType.FLOAT32
            : ScalarType.INT64;
      case "embedding":
        return call.tensor("weight").type();
      case "cat", "concat", "stack", "einsum":
        return promoted(call.items("tensors"));
      default:
        return PROMOTING.contains(name) ? promoted(operands(call, name)) : call.first().type();
    }
  }

  private static List<Value> operands(BoundCall call, String name) {
    List<Value> operands = new ArrayList<>(call.arguments().values());
    if (name.equals("where")) {
      operands.remove(0);
    }
    operands.removeIf(
        value -> !(value instanceof Tensor || value instanceof Whole || value instanceof Real));
    return operands;
  }

  private static ScalarType ofNumber(@Nullable Value value) {
    return value instanceof Real
        ? ScalarType.FLOAT32
        : value instanceof Truth ? ScalarType.BOOL : ScalarType.INT64;
  }

  /** Tensors with dimensions count before those without, and these before numbers. */
  private static ScalarType promoted(List<Value> operands) {
    ScalarType type = null;
    for (int rank = 2; rank >= 0; rank--) {
      ScalarType ofRank = null;
      for (Value operand : operands) {
        int own = operand instanceof Tensor tensor ? tensor.rank() > 0 ? 2 : 1 : 0;
        if (own == rank) {
          ScalarType each = operand instanceof Tensor tensor ? tensor.type() : ofNumber(operand);
          ofRank = ofRank == null ? each : ofRank.with(each);
        }
      }
      if (ofRank != null && (type == null || category(ofRank) > category(type))) {
        type = ofRank;
      }
    }
    if (type == null) {
      throw new UnsupportedException("an operator has no operands");
    }
    return type;
  }

  private static int category(ScalarType type) {
    return type.isReal() ? 2 : type == ScalarType.BOOL ? 0 : 1;
  }
}
