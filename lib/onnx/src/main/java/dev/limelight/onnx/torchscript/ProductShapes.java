package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.torchscript.Value.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of products of matrices, and of new tensors. */
final class ProductShapes {

  private static final long[] NONE = {};

  private ProductShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    rules.put("linear", ShapeRule.one(ProductShapes::linear));
    for (String name : List.of("matmul", "mm", "bmm", "mv", "dot")) {
      rules.put(
          name,
          ShapeRule.one(
              (call, k) -> {
                List<Tensor> both = call.operands();
                return product(call, both.get(0).shapes().get(k), both.get(1).shapes().get(k));
              }));
    }
    rules.put("addmm", ShapeRule.one((call, k) -> added(call, k, "mat1", "mat2")));
    rules.put("baddbmm", ShapeRule.one((call, k) -> added(call, k, "batch1", "batch2")));
    rules.put("einsum", ShapeRule.one(ProductShapes::einsum));
    rules.put("scaled_dot_product_attention", ShapeRule.one(ProductShapes::attention));
    for (String name : List.of("zeros", "ones", "full", "new_zeros", "new_ones", "new_full")) {
      rules.put(name, ShapeRule.one((call, k) -> call.wholes("size", k)));
    }
    rules.put("scalar_tensor", ShapeRule.one((call, k) -> NONE));
    rules.put("arange", ShapeRule.one(ProductShapes::range));
    rules.put("linspace", ShapeRule.one((call, k) -> new long[] {call.whole("steps", 1, k)}));
    return rules;
  }

  private static long[] linear(BoundCall call, int k) {
    long[] shape = call.shape("input", k).clone();
    long[] weight = call.shape("weight", k);
    if (weight.length != 2 || shape.length == 0 || shape[shape.length - 1] != weight[1]) {
      throw call.refuse(
          "it multiplies " + Arrays.toString(shape) + " and " + Arrays.toString(weight));
    }
    shape[shape.length - 1] = weight[0];
    return shape;
  }

  private static long[] product(BoundCall call, long[] a, long[] b) {
    if (a.length == 0 || b.length == 0) {
      throw call.refuse("it multiplies a number");
    }
    long[] left = a.length == 1 ? new long[] {1, a[0]} : a;
    long[] right = b.length == 1 ? new long[] {b[0], 1} : b;
    if (left[left.length - 1] != right[right.length - 2]) {
      throw call.refuse("it multiplies " + Arrays.toString(a) + " and " + Arrays.toString(b));
    }
    long[] batch =
        ElementShapes.broadcast(
            call, Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2));
    int rank = batch.length + (a.length > 1 ? 1 : 0) + (b.length > 1 ? 1 : 0);
    long[] shape = Arrays.copyOf(batch, rank);
    if (a.length > 1) {
      shape[batch.length] = left[left.length - 2];
    }
    if (b.length > 1) {
      shape[rank - 1] = right[right.length - 1];
    }
    return shape;
  }

  private static long[] added(BoundCall call, int k, String first, String second) {
    return product(call, call.shape(first, k), call.shape(second, k));
  }

  private static long[] einsum(BoundCall call, int k) {
    String equation = call.text("equation").replace(" ", "");
    List<Tensor> tensors = call.tensors("tensors");
    String[] sides = equation.split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length != 2 || equation.contains(".") || terms.length != tensors.size()) {
      throw call.refuse("its equation is " + equation);
    }
    Map<Character, Long> lengths = new HashMap<>();
    for (int i = 0; i < terms.length; i++) {
      long[] shape = tensors.get(i).shapes().get(k);
      if (shape.length != terms[i].length()) {
        throw call.refuse("its equation has other dimensions than its tensors");
      }
      for (int axis = 0; axis < shape.length; axis++) {
        lengths.merge(terms[i].charAt(axis), shape[axis], Math::max);
      }
    }
    return sides[1].chars().mapToLong(letter -> lengths.getOrDefault((char) letter, 0L)).toArray();
  }

  private static long[] attention(BoundCall call, int k) {
    long[] query = call.shape("query", k);
    long[] key = call.shape("key", k);
    long[] value = call.shape("value", k);
    int rank = query.length;
    if (rank < 2
        || key.length != rank
        || value.length != rank
        || query[rank - 1] != key[rank - 1]
        || key[rank - 2] != value[rank - 2]) {
      throw call.refuse("its queries, keys and values do not fit");
    }
    long[] shape = query.clone();
    shape[rank - 1] = value[rank - 1];
    return shape;
  }

  private static long[] range(BoundCall call, int k) {
    double start = call.arguments().containsKey("start") ? number(call, "start", k) : 0;
    double step = call.arguments().containsKey("step") ? number(call, "step", k) : 1;
    double length = Math.ceil((number(call, "end", k) - start) / step);
    if (!(length >= 0 && length < 1 << 24)) {
      throw call.refuse("it counts " + length + " numbers");
    }
    return new long[] {(long) length};
  }

  private static double number(BoundCall call, String name, int k) {
    return call.arguments().get(name) instanceof Value.Whole whole
        ? whole.numbers()[k]
        : call.real(name, 0);
  }
}
