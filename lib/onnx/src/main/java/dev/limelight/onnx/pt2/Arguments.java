package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The arguments of a call that are numbers, by the names of PyTorch's schema. Those that have their
 * default are missing.
 */
@API(status = Status.INTERNAL)
public abstract sealed class Arguments permits Call {

  /** A length: a number, or the name of a vector of one number that is computed. */
  public record Size(long length, String tensor) {

    /** Whether it is a number. */
    public boolean isKnown() {
      return tensor.isEmpty();
    }
  }

  final ExportNode node;
  final Scope scope;

  Arguments(ExportNode node, Scope scope) {
    this.node = node;
    this.scope = scope;
  }

  /** Whether an argument is there, and is not None. */
  public boolean has(String name) {
    JsonElement argument = node.arguments().get(name);
    return argument != null && !argument.getAsJsonObject().has("as_none");
  }

  Map.Entry<String, JsonElement> argument(String name) {
    JsonElement argument = node.arguments().get(name);
    if (argument == null) {
      throw refuse("its argument '" + name + "' is missing");
    }
    return Json.choice(argument);
  }

  JsonElement argument(String name, String kind) {
    Map.Entry<String, JsonElement> argument = argument(name);
    if (!argument.getKey().equals(kind)) {
      throw refuse(
          "its argument '" + name + "' is of the kind " + argument.getKey() + ", and not " + kind);
    }
    return argument.getValue();
  }

  /** Whether an argument is a tensor. */
  public boolean isTensor(String name) {
    return has(name) && argument(name).getKey().equals("as_tensor");
  }

  /** The name of the first argument. */
  public String first() {
    return node.arguments().keySet().stream()
        .findFirst()
        .orElseThrow(() -> refuse("it has no arguments"));
  }

  /** The names of the arguments, in the order of the schema. */
  public List<String> names() {
    return List.copyOf(node.arguments().keySet());
  }

  /** A whole number. */
  public long integer(String name) {
    Size size = size(name);
    if (!size.isKnown()) {
      throw refuse("its argument '" + name + "' depends on the size of the picture");
    }
    return size.length();
  }

  /** A whole number. */
  public long integer(String name, long otherwise) {
    return has(name) ? integer(name) : otherwise;
  }

  /** Whole numbers. */
  public long[] integers(String name) {
    return sizes(name).stream()
        .mapToLong(
            size -> {
              if (!size.isKnown()) {
                throw refuse("its argument '" + name + "' depends on the size of the picture");
              }
              return size.length();
            })
        .toArray();
  }

  /** Whole numbers, or others if they are missing. */
  public long[] integers(String name, long... otherwise) {
    return has(name) ? integers(name) : otherwise;
  }

  /** A list of so many whole numbers, of which one stands for all. */
  public long[] window(String name, int dimensions, long otherwise) {
    long[] given = integers(name);
    if (given.length == 1) {
      Arrays.fill(given = new long[dimensions], integers(name)[0]);
    }
    if (given.length == 0) {
      Arrays.fill(given = new long[dimensions], otherwise);
    }
    if (given.length != dimensions) {
      throw refuse("its argument '" + name + "' has " + given.length + " numbers");
    }
    return given;
  }

  /** A length. */
  public Size size(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    return switch (argument.getKey()) {
      case "as_int" -> new Size(Json.whole(argument.getValue(), name), "");
      case "as_bool" -> new Size(argument.getValue().getAsBoolean() ? 1 : 0, "");
      case "as_sym_int", "as_sym_float" -> size(Json.object(argument.getValue()));
      default -> throw refuse("its argument '" + name + "' is " + argument.getKey());
    };
  }

  /** Lengths. */
  public List<Size> sizes(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    List<Size> sizes = new ArrayList<>();
    switch (argument.getKey()) {
      case "as_int", "as_sym_int" -> sizes.add(size(name));
      case "as_ints" ->
          Json.array(argument.getValue(), name)
              .forEach(value -> sizes.add(new Size(Json.whole(value, name), "")));
      case "as_sym_ints" ->
          Json.array(argument.getValue(), name)
              .forEach(value -> sizes.add(size(Json.object(value))));
      // An empty list is of no kind.
      default -> {
        if (!argument.getKey().endsWith("s") || !Json.array(argument.getValue(), name).isEmpty()) {
          throw refuse("its argument '" + name + "' is " + argument.getKey());
        }
      }
    }
    return sizes;
  }

  private Size size(JsonObject size) {
    return size.has("as_name")
        ? new Size(-1, scope.read(Json.text(size, "as_name")))
        : new Size(Json.whole(size, "as_int"), "");
  }

  /**
   * A finite real number.
   *
   * @throws UnsupportedException if it is infinite or NaN
   */
  public double real(String name) {
    double value = infinite(name);
    if (!Double.isFinite(value)) {
      throw refuse("its argument '" + name + "' is " + value + ", and must be finite");
    }
    return value;
  }

  /** A finite real number. */
  public double real(String name, double otherwise) {
    return has(name) ? real(name) : otherwise;
  }

  /** A real number, which may be infinite. */
  public double infinite(String name) {
    Map.Entry<String, JsonElement> argument = argument(name);
    JsonElement value = argument.getValue();
    double number =
        switch (argument.getKey()) {
          case "as_bool" -> value.getAsBoolean() ? 1 : 0;
          case "as_int", "as_float" -> Json.real(value, name);
          case "as_sym_int", "as_sym_float" -> integer(name);
          default -> throw refuse("its argument '" + name + "' is " + argument.getKey());
        };
    if (Double.isNaN(number)) {
      throw refuse("its argument '" + name + "' is NaN");
    }
    return number;
  }

  /** Finite real numbers. */
  public double[] reals(String name) {
    List<JsonElement> values = Json.array(argument(name).getValue(), name).asList();
    double[] reals = values.stream().mapToDouble(value -> Json.real(value, name)).toArray();
    for (double real : reals) {
      if (!Double.isFinite(real)) {
        throw refuse("its argument '" + name + "' has " + real + ", and must be finite");
      }
    }
    return reals;
  }

  /** A truth value. */
  public boolean flag(String name, boolean otherwise) {
    return has(name) ? argument(name, "as_bool").getAsBoolean() : otherwise;
  }

  /** A text. */
  public String text(String name, String otherwise) {
    return has(name) ? argument(name, "as_string").getAsString() : otherwise;
  }

  /** The error for a call that cannot be translated. */
  public UnsupportedException refuse(String reason) {
    return new UnsupportedException("its operator " + node.described() + " is not read: " + reason);
  }
}
