package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.torchscript.Value.Many;
import dev.limelight.onnx.torchscript.Value.Nothing;
import dev.limelight.onnx.torchscript.Value.Real;
import dev.limelight.onnx.torchscript.Value.Text;
import dev.limelight.onnx.torchscript.Value.Truth;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What code computes of numbers, lists and truth values, beside the tensors. */
final class Numbers {

  /** Where numbers that depend on the picture's size are computed in the graph. */
  interface Computed {

    /** Writes the operator of two numbers, and returns the name of its result. */
    String number(String operator, Whole a, Whole b);
  }

  private interface OfTwo {
    long of(long a, long b);
  }

  private static final Map<String, OfTwo> WHOLE =
      Map.of(
          "add", Math::addExact,
          "sub", Math::subtractExact,
          "mul", Math::multiplyExact,
          "floordiv", Math::floorDiv,
          "mod", Math::floorMod);

  /** PyTorch's operators by Python's. */
  private static final Map<String, String> NAMES =
      Map.of(
          "add", "add",
          "sub", "sub",
          "mul", "mul",
          "floordiv", "floordiv",
          "floor_divide", "floordiv",
          "remainder", "mod");

  private final int pictures;
  private final Computed graph;

  /**
   * @param pictures how many there are, whose sizes differ
   */
  Numbers(int pictures, Computed graph) {
    this.pictures = pictures;
    this.graph = graph;
  }

  /**
   * The result of an operator without tensors, or null if it is none of these.
   *
   * @param name of the operator, without "torch."
   */
  @Nullable Value of(String name, List<Value> values) {
    if (values.isEmpty()) {
      return null;
    }
    Value first = values.get(0);
    Value second = values.size() > 1 ? values.get(1) : Value.NOTHING;
    switch (name) {
      case "annotate", "unchecked_cast":
        return second;
      case "__not__":
        return new Truth(!truth(first));
      case "__is__", "__isnot__":
        boolean same = first instanceof Nothing && second instanceof Nothing || first == second;
        return new Truth(same == name.equals("__is__"));
      case "len":
        return first instanceof Many many ? known(many.items().size()) : null;
      case "__getitem__":
        return element(first, second);
      case "__contains__":
        return first instanceof Many many ? contains(many, second) : null;
      default:
        return arithmetic(name, values, first, second);
    }
  }

  private Truth contains(Many many, Value wanted) {
    return new Truth(
        many.items().stream().anyMatch(item -> Numbers.truth(compared("eq", item, wanted))));
  }

  /** An element of a list or tuple. */
  static Value element(Value of, Value index) {
    if (of instanceof Many many && index instanceof Whole whole && whole.isKnown()) {
      long at = whole.numbers()[0];
      long from = at < 0 ? at + many.items().size() : at;
      if (from >= 0 && from < many.items().size()) {
        return many.items().get((int) from);
      }
    }
    throw new UnsupportedException("its code takes an element that is not there");
  }

  /** The same number for all pictures. */
  Whole known(long number) {
    long[] numbers = new long[pictures];
    Arrays.fill(numbers, number);
    return new Whole(numbers, "");
  }

  private @Nullable Value arithmetic(String name, List<Value> values, Value first, Value second) {
    switch (name) {
      case "int", "Int", "IntImplicit":
        return first instanceof Real real
            ? known((long) real.number())
            : first instanceof Truth truth ? known(truth.holds() ? 1 : 0) : number(first);
      case "float", "Float", "FloatImplicit":
        return first instanceof Text text ? special(text.text()) : new Real(real(first));
      case "bool", "Bool":
        return new Truth(truth(first));
      case "NumToTensor", "ScalarImplicit", "to", "detach", "contiguous", "tensor":
        return number(first);
      case "neg":
        return first instanceof Real real
            ? new Real(-real.number())
            : first instanceof Whole whole ? two("sub", known(0), whole) : null;
      case "sqrt":
        return new Real(Math.sqrt(real(first)));
      case "ceil":
        return first instanceof Whole ? first : new Real(Math.ceil(real(first)));
      case "floor":
        return first instanceof Whole ? first : new Real(Math.floor(real(first)));
      case "rsub":
        return second instanceof Whole && first instanceof Whole
            ? of("sub", List.of(second, first))
            : null;
      case "eq", "ne", "lt", "le", "gt", "ge":
        return compared(name, first, second);
      default:
        return of(name, values, first, second);
    }
  }

  private @Nullable Value of(String name, List<Value> values, Value first, Value second) {
    boolean rounded = values.size() > 2 && values.get(values.size() - 1) instanceof Text;
    String python = rounded && name.equals("div") ? "floordiv" : NAMES.get(name);
    if (first instanceof Whole a && second instanceof Whole b && python != null) {
      boolean scaled = values.size() > 2 && values.get(2) instanceof Whole alpha && !isOne(alpha);
      return scaled && !rounded ? null : two(python, a, b);
    }
    if (!isNumber(first) || !isNumber(second)) {
      return null;
    }
    return switch (name) {
      case "add" -> new Real(real(first) + real(second));
      case "sub" -> new Real(real(first) - real(second));
      case "mul" -> new Real(real(first) * real(second));
      case "floor_divide" -> new Real(Math.floor(real(first) / real(second)));
      case "clamp" ->
          values.size() == 2 || values.get(2) instanceof Nothing
              ? new Real(Math.max(real(first), real(second)))
              : null;
      case "div", "truediv", "true_divide" -> new Real(real(first) / real(second));
      case "pow" -> power(first, second);
      default -> null;
    };
  }

  private static boolean isOne(Whole alpha) {
    return alpha.isKnown() && alpha.numbers()[0] == 1;
  }

  private Value power(Value first, Value second) {
    double power = Math.pow(real(first), real(second));
    boolean whole = first instanceof Whole && second instanceof Whole && power == (long) power;
    return whole ? known((long) power) : new Real(power);
  }

  private Whole two(String operator, Whole a, Whole b) {
    long[] numbers = new long[pictures];
    for (int k = 0; k < pictures; k++) {
      numbers[k] = Objects.requireNonNull(WHOLE.get(operator)).of(a.numbers()[k], b.numbers()[k]);
    }
    boolean known = a.isKnown() && b.isKnown();
    return new Whole(numbers, known ? "" : graph.number("_operator." + operator, a, b));
  }

  private Value compared(String name, Value first, Value second) {
    if (first instanceof Text || first instanceof Truth || first instanceof Nothing) {
      boolean same = first.equals(second);
      return new Truth(same == name.equals("eq"));
    }
    if (first instanceof Whole a && second instanceof Whole b) {
      boolean holds = false;
      for (int k = 0; k < pictures; k++) {
        long left = a.numbers()[k];
        long right = b.numbers()[k];
        boolean now = holds(name, Long.compare(left, right));
        if (k > 0 && now != holds) {
          throw new UnsupportedException("its code has a condition on the size of the picture");
        }
        holds = now;
      }
      return new Truth(holds);
    }
    return new Truth(holds(name, Double.compare(real(first), real(second))));
  }

  private static boolean holds(String name, int compared) {
    return switch (name) {
      case "eq" -> compared == 0;
      case "ne" -> compared != 0;
      case "lt" -> compared < 0;
      case "le" -> compared <= 0;
      case "gt" -> compared > 0;
      default -> compared >= 0;
    };
  }

  private static Real special(String text) {
    return new Real(
        switch (text) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.NaN;
        });
  }

  private static @Nullable Value number(Value value) {
    return isNumber(value) ? value : null;
  }

  private static boolean isNumber(Value value) {
    return value instanceof Whole || value instanceof Real;
  }

  /** A number that does not depend on the picture. */
  static double real(Value value) {
    if (value instanceof Real real) {
      return real.number();
    }
    if (value instanceof Whole whole && whole.isKnown()) {
      return whole.numbers()[0];
    }
    if (value instanceof Truth truth) {
      return truth.holds() ? 1 : 0;
    }
    throw new UnsupportedException(
        "its code computes a number with a fraction from the size of the picture");
  }

  /** Whether a condition holds. */
  static boolean truth(Value value) {
    if (value instanceof Truth truth) {
      return truth.holds();
    }
    if (value instanceof Whole whole && whole.isKnown()) {
      return whole.numbers()[0] != 0;
    }
    throw new UnsupportedException("its code has a condition on the numbers of the picture");
  }
}
