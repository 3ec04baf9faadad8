package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.onnx.adjoint.Dimension;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code range_constraints} of a program: the least and greatest values of the symbols that its
 * open lengths are made of.
 *
 * @param json a range by the name of a symbol, or of an expression of one
 */
record RangeConstraints(JsonObject json) {

  /** A multiple of a symbol, as SymPy's srepr writes it, or as a formula. */
  private static final Pattern MULTIPLE =
      Pattern.compile("Mul\\(Integer\\((\\d{1,9})\\), (\\w+)\\)|(\\d{1,9})\\*(\\w+)");

  private static final Pattern SUM =
      Pattern.compile("Add\\((.+), Integer\\((-?\\d{1,9})\\)\\)|(.+?) ([+-] \\d{1,9})");

  /** PyTorch itself lets pass what is shorter where the least length is no larger. */
  private static final long UNCHECKED = 2;

  /** What PyTorch's infinity is where it is written as a number. */
  private static final long INFINITE = 1L << 50;

  static RangeConstraints of(JsonObject program) {
    return new RangeConstraints(
        Json.isThere(program, "range_constraints")
            ? Json.object(program, "range_constraints")
            : new JsonObject());
  }

  /**
   * The lengths of a dimension: those of a symbol, a multiple of it, or one of these and a number.
   * An expression of another kind is not limited.
   */
  LengthRange of(Dimension dimension) {
    String text = dimension.symbol();
    long added = 0;
    Matcher sum = SUM.matcher(text);
    if (sum.matches()) {
      boolean written = sum.group(1) != null;
      text = written ? sum.group(1) : sum.group(3);
      added = Long.parseLong((written ? sum.group(2) : sum.group(4)).replaceAll("[+ ]", ""));
    }
    long factor = 1;
    Matcher multiple = MULTIPLE.matcher(text);
    if (multiple.matches()) {
      boolean written = multiple.group(1) != null;
      factor = Long.parseLong(written ? multiple.group(1) : multiple.group(3));
      text = written ? multiple.group(2) : multiple.group(4);
    }
    if (dimension.isKnown() || !text.matches("\\w+") || factor < 1) {
      return LengthRange.ANY;
    }
    LengthRange symbol = named(text);
    String whole =
        (factor == 1 ? text : factor + "*" + text)
            + (added == 0 ? "" : added > 0 ? " + " + added : " - " + -added);
    LengthRange own = named(whole);
    long first = Math.addExact(Math.multiplyExact(factor, symbol.least()), added);
    long least = Math.max(Math.max(first, own.least()), 1);
    least += Math.floorMod(first - least, factor);
    long most =
        symbol.most() == Long.MAX_VALUE
            ? Long.MAX_VALUE
            : Math.addExact(Math.multiplyExact(factor, symbol.most()), added);
    most = Math.min(most, own.most());
    return most < least ? LengthRange.ANY : new LengthRange(least, most, factor);
  }

  private LengthRange named(String name) {
    JsonElement found = json.get(name);
    if (found == null) {
      return LengthRange.ANY;
    }
    JsonObject range = Json.object(found);
    long least = limit(range, "min_val", 1);
    long most = limit(range, "max_val", Long.MAX_VALUE);
    return new LengthRange(
        least > UNCHECKED && least < INFINITE ? least : 1,
        most < 1 || most >= INFINITE ? Long.MAX_VALUE : most,
        1);
  }

  /** A limit, or what holds where it is infinite, which versions of PyTorch write in their ways. */
  private static long limit(JsonObject range, String key, long none) {
    JsonElement element = range.get(key);
    return element != null
            && element.isJsonPrimitive()
            && element.getAsString().matches("-?\\d{1,18}")
        ? Long.parseLong(element.getAsString())
        : none;
  }
}
