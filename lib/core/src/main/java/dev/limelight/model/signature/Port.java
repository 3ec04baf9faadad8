package dev.limelight.model.signature;

import dev.limelight.io.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of a model as its file declares it.
 *
 * @param name its name, or its index where outputs have no names
 * @param type of its elements, such as "float32", or "" if the file does not say
 * @param shape its dimensions, -1 for one that is open; null if not even their number is known
 */
public record Port(String name, String type, @Nullable List<Long> shape) {

  /** {@link #classes} where the file leaves it open. */
  public static final long OPEN = 0;

  /** {@link #classes} of what is not (N, K). */
  public static final long NONE = -1;

  /** Copies the shape. */
  public Port {
    shape = shape == null ? null : List.copyOf(shape);
  }

  /** Of unknown type and shape. */
  public static Port named(String name) {
    return new Port(name, "", null);
  }

  /**
   * The number of classes K if it is (N, K), or (N, K) with further dimensions of one; {@link
   * #OPEN} if it may be, and {@link #NONE} if it is not.
   */
  public long classes() {
    if (!isReal()) {
      return NONE;
    }
    if (shape == null) {
      return OPEN;
    }
    if (shape.size() < 2 || shape.stream().skip(2).anyMatch(length -> length > 1)) {
      return NONE;
    }
    return shape.stream().skip(2).anyMatch(length -> length < 1)
        ? OPEN
        : Math.max(OPEN, shape.get(1));
  }

  /** Whether its elements are real numbers. */
  public boolean isReal() {
    return type.isEmpty() || type.contains("float") || type.equals("double");
  }

  /** Its name and shape, such as {@code logits (N, 1000)}. */
  public String text() {
    if (shape == null) {
      return Names.printable(name);
    }
    StringBuilder text = new StringBuilder(Names.printable(name)).append(" (");
    for (int i = 0; i < shape.size(); i++) {
      String open = i == 0 ? "N" : "?";
      text.append(i == 0 ? "" : ", ").append(shape.get(i) < 0 ? open : shape.get(i));
    }
    return text.append(')').toString();
  }
}
