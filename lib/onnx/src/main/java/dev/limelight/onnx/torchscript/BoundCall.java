package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.torchscript.Value.Many;
import dev.limelight.onnx.torchscript.Value.Real;
import dev.limelight.onnx.torchscript.Value.Tensor;
import dev.limelight.onnx.torchscript.Value.Text;
import dev.limelight.onnx.torchscript.Value.Truth;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of an operator. Lengths are those of one of the pictures, of the index {@code k}.
 *
 * @param schema of the operator
 * @param arguments by name; those that have their default may be missing
 */
record BoundCall(Schema schema, Map<String, Value> arguments) {

  boolean has(String name) {
    return arguments.containsKey(name);
  }

  /** The first argument, a tensor. */
  Tensor first() {
    return tensor(schema.parameters().get(0).name());
  }

  Tensor tensor(String name) {
    if (arguments.get(name) instanceof Tensor tensor) {
      return tensor;
    }
    throw refuse("its argument '" + name + "' is no tensor");
  }

  /** The values of a list. */
  List<Value> items(String name) {
    if (arguments.get(name) instanceof Many many) {
      return many.items();
    }
    throw refuse("its argument '" + name + "' is no list");
  }

  /** The tensors of a list, without those that are None. */
  List<Tensor> tensors(String name) {
    return items(name).stream().filter(Tensor.class::isInstance).map(Tensor.class::cast).toList();
  }

  /** All arguments that are tensors, lists left out. */
  List<Tensor> operands() {
    return arguments.values().stream()
        .filter(Tensor.class::isInstance)
        .map(Tensor.class::cast)
        .toList();
  }

  long[] shape(String name, int k) {
    return tensor(name).shapes().get(k);
  }

  long whole(String name, long otherwise, int k) {
    Value value = arguments.get(name);
    if (value == null) {
      return otherwise;
    }
    return value instanceof Whole whole ? whole.numbers()[k] : (long) real(name, 0);
  }

  /** Whole numbers; one stands for a list of one. */
  long[] wholes(String name, int k) {
    Value value = arguments.get(name);
    if (value instanceof Many many) {
      return many.items().stream()
          .mapToLong(item -> item instanceof Whole whole ? whole.numbers()[k] : bad(name))
          .toArray();
    }
    return value instanceof Whole whole ? new long[] {whole.numbers()[k]} : new long[0];
  }

  private long bad(String name) {
    throw refuse("its argument '" + name + "' has something that is no whole number");
  }

  /** A number for each dimension, of which one stands for all, and none for another. */
  long[] window(String name, int dimensions, long otherwise, int k) {
    long[] given = wholes(name, k);
    if (given.length < 2) {
      long all = given.length == 0 ? otherwise : given[0];
      given = new long[dimensions];
      Arrays.fill(given, all);
    }
    if (given.length != dimensions) {
      throw refuse("its argument '" + name + "' has " + given.length + " numbers");
    }
    return given;
  }

  double real(String name, double otherwise) {
    Value value = arguments.get(name);
    if (value == null) {
      return otherwise;
    }
    return number(value, name);
  }

  private double number(Value value, String name) {
    if (value instanceof Real real) {
      return real.number();
    }
    if (value instanceof Whole whole && whole.isKnown()) {
      return whole.numbers()[0];
    }
    throw refuse("its argument '" + name + "' is no known number");
  }

  /** Real numbers, or null if they are missing. */
  double @Nullable [] reals(String name) {
    return arguments.get(name) instanceof Many many
        ? many.items().stream().mapToDouble(item -> number(item, name)).toArray()
        : null;
  }

  boolean flag(String name) {
    return arguments.get(name) instanceof Truth truth && truth.holds();
  }

  String text(String name) {
    return arguments.get(name) instanceof Text text ? text.text() : "";
  }

  /** A dimension, counted from the front. */
  int axis(long axis, int rank) {
    long from = axis < 0 ? axis + Math.max(1, rank) : axis;
    if (from < 0 || from >= Math.max(1, rank)) {
      throw refuse("it is along dimension " + axis + " of a tensor that has " + rank);
    }
    return (int) from;
  }

  int axis(String name, long otherwise, int rank) {
    return axis(whole(name, otherwise, 0), rank);
  }

  UnsupportedException refuse(String reason) {
    return new UnsupportedException("its operator " + schema.name() + " is not read: " + reason);
  }
}
