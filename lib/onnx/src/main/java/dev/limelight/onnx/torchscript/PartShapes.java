package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.pt2.ScalarType;
import dev.limelight.onnx.torchscript.Value.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of parts of tensors, and of tensors put together. */
final class PartShapes {

  private PartShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    rules.put("slice", ShapeRule.one(PartShapes::slice));
    rules.put("narrow", ShapeRule.one(PartShapes::narrow));
    rules.put("select", ShapeRule.one((call, k) -> without(input(call, k), axis(call, k))));
    rules.put("unbind", PartShapes::unbind);
    rules.put("chunk", PartShapes::chunk);
    rules.put("split.Tensor", (call, k) -> even(call, k, call.whole("split_size", 1, k)));
    rules.put("split", (call, k) -> parts(call, k, call.wholes("split_sizes", k)));
    rules.put("split_with_sizes", (call, k) -> parts(call, k, call.wholes("split_sizes", k)));
    rules.put("tensor_split.sections", PartShapes::sections);
    rules.put("cat", ShapeRule.one(PartShapes::joined));
    rules.put("concat", ShapeRule.one(PartShapes::joined));
    rules.put("stack", ShapeRule.one(PartShapes::stacked));
    rules.put("index", ShapeRule.one(PartShapes::indexed));
    rules.put("index_select", ShapeRule.one(PartShapes::indexSelect));
    rules.put("gather", ShapeRule.one((call, k) -> call.shape("index", k)));
    rules.put("embedding", ShapeRule.one(PartShapes::embedding));
    return rules;
  }

  private static long[] input(BoundCall call, int k) {
    return call.first().shapes().get(k);
  }

  private static int axis(BoundCall call, int k) {
    return call.axis("dim", 0, input(call, k).length);
  }

  private static long[] with(long[] shape, int axis, long length) {
    long[] changed = shape.clone();
    changed[axis] = length;
    return changed;
  }

  private static long[] without(long[] shape, int axis) {
    long[] fewer = new long[shape.length - 1];
    System.arraycopy(shape, 0, fewer, 0, axis);
    System.arraycopy(shape, axis + 1, fewer, axis, fewer.length - axis);
    return fewer;
  }

  private static long[] slice(BoundCall call, int k) {
    long[] shape = input(call, k);
    int axis = axis(call, k);
    long size = shape[axis];
    long start = bounded(call.whole("start", 0, k), size);
    long end = bounded(call.whole("end", Long.MAX_VALUE, k), size);
    long step = Math.max(1, call.whole("step", 1, k));
    return with(shape, axis, Math.max(0, (end - start + step - 1) / step));
  }

  private static long bounded(long index, long size) {
    return Math.min(Math.max(index < 0 ? index + size : index, 0), size);
  }

  private static long[] narrow(BoundCall call, int k) {
    long length = call.whole("length", 0, k);
    long[] shape = input(call, k);
    if (length < 0 || call.whole("start", 0, k) + length > shape[axis(call, k)]) {
      throw call.refuse("it takes more than there is");
    }
    return with(shape, axis(call, k), length);
  }

  private static List<long[]> unbind(BoundCall call, int k) {
    long[] shape = input(call, k);
    int axis = axis(call, k);
    return repeated(call, without(shape, axis), shape[axis]);
  }

  private static List<long[]> repeated(BoundCall call, long[] shape, long count) {
    if (count > 10_000) {
      throw call.refuse("it gives " + count + " tensors");
    }
    List<long[]> all = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      all.add(shape);
    }
    return all;
  }

  private static List<long[]> chunk(BoundCall call, int k) {
    long size = input(call, k)[axis(call, k)];
    long chunks = Math.max(1, call.whole("chunks", 1, k));
    return even(call, k, (size + chunks - 1) / chunks);
  }

  /** Parts of one length, of which the last may be shorter. */
  private static List<long[]> even(BoundCall call, int k, long length) {
    long[] shape = input(call, k);
    int axis = axis(call, k);
    if (length < 1 || shape[axis] / length > 10_000) {
      throw call.refuse("it gives parts of the length " + length);
    }
    List<long[]> parts = new ArrayList<>();
    for (long at = 0; at < shape[axis]; at += length) {
      parts.add(with(shape, axis, Math.min(length, shape[axis] - at)));
    }
    return parts;
  }

  private static List<long[]> parts(BoundCall call, int k, long[] lengths) {
    long[] shape = input(call, k);
    int axis = axis(call, k);
    if (Arrays.stream(lengths).sum() != shape[axis]) {
      throw call.refuse("its parts do not make up the whole");
    }
    return Arrays.stream(lengths).mapToObj(length -> with(shape, axis, length)).toList();
  }

  private static List<long[]> sections(BoundCall call, int k) {
    long size = input(call, k)[axis(call, k)];
    long sections = Math.max(1, Math.min(10_000, call.whole("sections", 1, k)));
    long[] lengths = new long[(int) sections];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = size / sections + (i < size % sections ? 1 : 0);
    }
    return parts(call, k, lengths);
  }

  private static long[] joined(BoundCall call, int k) {
    List<Tensor> tensors = call.tensors("tensors");
    long[] first = tensors.get(0).shapes().get(k);
    int axis = call.axis("dim", 0, first.length);
    long length = 0;
    for (Tensor tensor : tensors) {
      long[] shape = tensor.shapes().get(k);
      if (shape.length != first.length
          || !Arrays.equals(with(shape, axis, 0), with(first, axis, 0))) {
        throw call.refuse("it joins " + Arrays.toString(first) + " and " + Arrays.toString(shape));
      }
      length += shape[axis];
    }
    return with(first, axis, length);
  }

  private static long[] stacked(BoundCall call, int k) {
    List<Tensor> tensors = call.tensors("tensors");
    long[] first = tensors.get(0).shapes().get(k);
    for (Tensor tensor : tensors) {
      if (!Arrays.equals(first, tensor.shapes().get(k))) {
        throw call.refuse("it stacks tensors of several shapes");
      }
    }
    int axis = call.axis("dim", 0, first.length + 1);
    long[] shape = new long[first.length + 1];
    System.arraycopy(first, 0, shape, 0, axis);
    shape[axis] = tensors.size();
    System.arraycopy(first, axis, shape, axis + 1, first.length - axis);
    return shape;
  }

  /** By whole numbers along neighbouring dimensions. */
  private static long[] indexed(BoundCall call, int k) {
    long[] shape = input(call, k);
    List<Value> indices = call.items("indices");
    List<Tensor> tensors = call.tensors("indices");
    int first = 0;
    while (first < indices.size() && !(indices.get(first) instanceof Tensor)) {
      first++;
    }
    for (int i = first; i < first + tensors.size(); i++) {
      if (!(indices.get(i) instanceof Tensor tensor) || tensor.type() == ScalarType.BOOL) {
        throw call.refuse("its indices are truth values, or not side by side");
      }
    }
    long[] index = ElementShapes.broadcast(call, tensors, k);
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < first; i++) {
      result.add(shape[i]);
    }
    for (long length : index) {
      result.add(length);
    }
    for (int i = first + tensors.size(); i < shape.length; i++) {
      result.add(shape[i]);
    }
    return result.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] indexSelect(BoundCall call, int k) {
    long[] index = call.shape("index", k);
    return with(input(call, k), axis(call, k), index.length == 0 ? 1 : index[0]);
  }

  private static long[] embedding(BoundCall call, int k) {
    long[] indices = call.shape("indices", k);
    long[] shape = Arrays.copyOf(indices, indices.length + 1);
    shape[indices.length] = call.shape("weight", k)[1];
    return shape;
  }
}
