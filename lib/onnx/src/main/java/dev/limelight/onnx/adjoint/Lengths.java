package dev.limelight.onnx.adjoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The length of a dimension as a product, so that lengths can be multiplied and divided.
 *
 * @param number the factor that is known
 * @param names the lengths that are open, sorted
 */
record Lengths(long number, List<String> names) {

  static final Lengths ONE = new Lengths(1, List.of());

  /** Anything else, such as a sum, is one name. */
  private static final Pattern PRODUCT = Pattern.compile("[\\w.~]+(\\*[\\w.~]+)*");

  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** The length of a dimension, or null if it has neither number nor name. */
  static @Nullable Lengths of(Dimension dimension) {
    if (dimension.isKnown()) {
      return new Lengths(dimension.size(), List.of());
    }
    String symbol = dimension.symbol();
    if (symbol.isEmpty()) {
      return null;
    }
    if (!PRODUCT.matcher(symbol).matches()) {
      return new Lengths(1, List.of(symbol));
    }
    long number = 1;
    List<String> names = new ArrayList<>();
    for (String factor : symbol.split("\\*", -1)) {
      if (NUMBER.matcher(factor).matches()) {
        number *= Long.parseLong(factor);
      } else {
        names.add(factor);
      }
    }
    Collections.sort(names);
    return new Lengths(number, names);
  }

  /** The product of some lengths, or null if one of them is unknown. */
  static @Nullable Lengths product(List<Dimension> dimensions) {
    Lengths product = ONE;
    for (Dimension dimension : dimensions) {
      Lengths next = of(dimension);
      if (next == null) {
        return null;
      }
      product = product.times(next);
    }
    return product;
  }

  Lengths times(Lengths other) {
    List<String> all = new ArrayList<>(names);
    all.addAll(other.names);
    Collections.sort(all);
    return new Lengths(number * other.number, all);
  }

  /** The quotient, or null if it is no product of whole numbers and names. */
  @Nullable Lengths over(Lengths other) {
    List<String> left = new ArrayList<>(names);
    for (String name : other.names) {
      if (!left.remove(name)) {
        return null;
      }
    }
    return other.number == 0 || number % other.number != 0
        ? null
        : new Lengths(number / other.number, left);
  }

  Dimension toDimension() {
    if (names.isEmpty() || number == 0) {
      return new Dimension(number, "");
    }
    String text = String.join("*", names);
    return new Dimension(-1, number == 1 ? text : number + "*" + text);
  }
}
