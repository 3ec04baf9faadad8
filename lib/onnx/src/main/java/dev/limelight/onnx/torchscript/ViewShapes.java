package dev.limelight.onnx.torchscript;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Shapes of the same elements in another shape or order, and of repeated ones. */
final class ViewShapes {

  private ViewShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    for (String name : List.of("view", "_unsafe_view", "reshape")) {
      rules.put(
          name,
          ShapeRule.one(
              (call, k) -> fitted(call, k, call.wholes(call.has("size") ? "size" : "shape", k))));
    }
    for (String name : List.of("view_as", "reshape_as", "expand_as")) {
      rules.put(name, ShapeRule.one((call, k) -> call.shape("other", k)));
    }
    rules.put("flatten", ShapeRule.one(ViewShapes::flatten));
    rules.put("unflatten", ShapeRule.one(ViewShapes::unflatten));
    rules.put("squeeze", ShapeRule.one(ViewShapes::squeeze));
    rules.put("unsqueeze", ShapeRule.one(ViewShapes::unsqueeze));
    rules.put("permute", ShapeRule.one(ViewShapes::permute));
    rules.put("transpose", ShapeRule.one((call, k) -> swapped(call, k, "dim0", "dim1")));
    rules.put("swapaxes", ShapeRule.one((call, k) -> swapped(call, k, "axis0", "axis1")));
    rules.put("t", ShapeRule.one(ViewShapes::reversed));
    rules.put("numpy_T", ShapeRule.one(ViewShapes::reversed));
    rules.put("expand", ShapeRule.one(ViewShapes::expand));
    rules.put("repeat", ShapeRule.one(ViewShapes::repeat));
    rules.put("pad", ShapeRule.one(ViewShapes::padded));
    rules.put("constant_pad_nd", ShapeRule.one(ViewShapes::padded));
    rules.put("reflection_pad2d", ShapeRule.one(ViewShapes::padded));
    rules.put("replication_pad2d", ShapeRule.one(ViewShapes::padded));
    return rules;
  }

  private static long[] input(BoundCall call, int k) {
    return call.first().shapes().get(k);
  }

  private static long count(long[] shape) {
    return LongStream.of(shape).reduce(1, Math::multiplyExact);
  }

  /** A length of -1 is what is left. */
  private static long[] fitted(BoundCall call, int k, long[] wanted) {
    long[] shape = wanted.clone();
    long all = count(input(call, k));
    int open = -1;
    long others = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == -1 && open < 0) {
        open = i;
      } else {
        others = Math.multiplyExact(others, shape[i]);
      }
    }
    if (open >= 0 && others > 0) {
      shape[open] = all / others;
    }
    if (LongStream.of(shape).anyMatch(length -> length < 0) || count(shape) != all) {
      throw call.refuse(
          "it makes " + Arrays.toString(wanted) + " of " + Arrays.toString(input(call, k)));
    }
    return shape;
  }

  private static long[] flatten(BoundCall call, int k) {
    long[] shape = input(call, k);
    int start = call.axis("start_dim", 0, shape.length);
    int end = call.axis("end_dim", -1, shape.length);
    if (shape.length == 0) {
      return new long[] {1};
    }
    long[] flat = new long[shape.length - (end - start)];
    System.arraycopy(shape, 0, flat, 0, start);
    flat[start] = count(Arrays.copyOfRange(shape, start, end + 1));
    System.arraycopy(shape, end + 1, flat, start + 1, shape.length - end - 1);
    return flat;
  }

  private static long[] unflatten(BoundCall call, int k) {
    long[] shape = input(call, k);
    int axis = call.axis("dim", 0, shape.length);
    long[] parts = call.wholes("sizes", k);
    long[] wanted = new long[shape.length - 1 + parts.length];
    System.arraycopy(shape, 0, wanted, 0, axis);
    System.arraycopy(parts, 0, wanted, axis, parts.length);
    System.arraycopy(shape, axis + 1, wanted, axis + parts.length, shape.length - axis - 1);
    return fitted(call, k, wanted);
  }

  private static long[] squeeze(BoundCall call, int k) {
    long[] shape = input(call, k);
    List<Integer> axes = new ArrayList<>();
    for (long axis : call.wholes("dim", k)) {
      axes.add(call.axis(axis, shape.length));
    }
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      boolean wanted = !call.has("dim") || axes.contains(i);
      if (!wanted || shape[i] != 1) {
        kept.add(shape[i]);
      }
    }
    return kept.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] unsqueeze(BoundCall call, int k) {
    long[] shape = input(call, k);
    int axis = call.axis("dim", 0, shape.length + 1);
    long[] more = new long[shape.length + 1];
    System.arraycopy(shape, 0, more, 0, axis);
    more[axis] = 1;
    System.arraycopy(shape, axis, more, axis + 1, shape.length - axis);
    return more;
  }

  private static long[] permute(BoundCall call, int k) {
    long[] shape = input(call, k);
    long[] order = call.wholes("dims", k);
    if (order.length != shape.length) {
      throw call.refuse("it turns " + shape.length + " dimensions in the order of others");
    }
    return LongStream.of(order).map(axis -> shape[call.axis(axis, shape.length)]).toArray();
  }

  private static long[] swapped(BoundCall call, int k, String first, String second) {
    long[] shape = input(call, k).clone();
    if (shape.length > 0) {
      int a = call.axis(first, 0, shape.length);
      int b = call.axis(second, 0, shape.length);
      long length = shape[a];
      shape[a] = shape[b];
      shape[b] = length;
    }
    return shape;
  }

  private static long[] reversed(BoundCall call, int k) {
    long[] shape = input(call, k);
    return LongStream.range(0, shape.length).map(i -> shape[shape.length - 1 - (int) i]).toArray();
  }

  /** A length of -1 is that of the input. */
  private static long[] expand(BoundCall call, int k) {
    long[] shape = input(call, k);
    long[] wanted = call.wholes("size", k).clone();
    int added = wanted.length - shape.length;
    for (int i = 0; i < wanted.length; i++) {
      long before = i < added ? 1 : shape[i - added];
      wanted[i] = wanted[i] == -1 ? before : wanted[i];
      if (added < 0 || before != 1 && before != wanted[i]) {
        throw call.refuse("it makes " + Arrays.toString(wanted) + " of " + Arrays.toString(shape));
      }
    }
    return wanted;
  }

  private static long[] repeat(BoundCall call, int k) {
    long[] shape = input(call, k);
    long[] repeats = call.wholes("repeats", k).clone();
    int added = repeats.length - shape.length;
    if (added < 0) {
      throw call.refuse("it repeats along fewer dimensions than there are");
    }
    for (int i = added; i < repeats.length; i++) {
      repeats[i] *= shape[i - added];
    }
    return repeats;
  }

  /** Pairs of lengths, those of the last dimension first. */
  private static long[] padded(BoundCall call, int k) {
    long[] shape = input(call, k).clone();
    long[] pads = call.wholes(call.has("pad") ? "pad" : "padding", k);
    if (pads.length % 2 != 0 || pads.length > 2 * shape.length) {
      throw call.refuse("it pads by " + pads.length + " lengths");
    }
    for (int i = 0; i < pads.length; i++) {
      shape[shape.length - 1 - i / 2] += pads[i];
    }
    return shape;
  }
}
