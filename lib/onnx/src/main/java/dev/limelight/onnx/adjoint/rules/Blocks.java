package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Arrays;

/** Operators that cut a block out of a tensor or put something round it. */
final class Blocks {

  private Blocks() {}

  /** A block of neighbours is put back among zeros. */
  static void slice(GraphBuilder g, Operation n) {
    long[] starts = g.wholes(n.x(1));
    long[] steps = n.has(4) ? g.wholes(n.x(4)) : new long[0];
    long[] axes = n.has(3) ? g.wholes(n.x(3)) : null;
    boolean known = starts != null && (axes != null || !n.has(3));
    if (!known || steps == null || Arrays.stream(steps).anyMatch(step -> step != 1)) {
      n.gradient(
          0,
          Scatter.back(
              g,
              n.x(),
              n.dy(),
              numbers -> g.op("Slice", numbers, n.x(1), n.x(2), n.optional(3), n.optional(4))));
      return;
    }
    Margins margins = new Margins(g, n.x());
    for (int i = 0; starts != null && i < starts.length; i++) {
      int axis = Math.toIntExact(axes == null ? i : axes[i]);
      axis = axis < 0 ? axis + g.rank(n.x()) : axis;
      long length = g.length(n.x(), axis);
      long rest = g.length(n.y(), axis);
      if (length >= 0 && rest >= 0) {
        long start = starts[i] < 0 ? starts[i] + length : starts[i];
        long before = Math.min(Math.max(start, 0), length);
        margins.set(axis, g.ints(before), g.ints(length - rest - before));
      } else {
        String size = g.size(n.x(), axis);
        String start =
            starts[i] < 0
                ? g.op("Max", g.add(size, g.ints(starts[i])), g.ints(0))
                : g.op("Min", size, g.ints(starts[i]));
        String after = g.sub(g.sub(size, g.size(n.y(), axis)), start);
        margins.set(axis, start, after);
      }
    }
    n.gradient(0, margins.surround(n.dy()));
  }

  /** One position is put back among zeros. */
  static void gather(GraphBuilder g, Operation n) {
    int axis = Math.toIntExact(n.integer("axis", 0));
    TensorProto indices = g.constant(n.x(1));
    long[] position = g.wholes(n.x(1));
    if (indices == null || position == null || indices.getDimsCount() > 0) {
      Attributes along = Attributes.with("axis", axis);
      n.gradient(
          0, Scatter.back(g, n.x(), n.dy(), numbers -> g.op("Gather", along, numbers, n.x(1))));
      return;
    }
    axis = axis < 0 ? axis + g.rank(n.x()) : axis;
    long length = g.length(n.x(), axis);
    String size = g.size(n.x(), axis);
    long at = position[0] < 0 && length >= 0 ? position[0] + length : position[0];
    String before = at < 0 ? g.add(size, g.ints(at)) : g.ints(at);
    String after = length >= 0 ? g.ints(length - 1 - at) : g.sub(g.sub(size, before), g.ints(1));
    Margins margins = new Margins(g, n.x());
    margins.set(axis, before, after);
    n.gradient(0, margins.surround(g.op("Unsqueeze", n.dy(), g.ints(axis))));
  }

  /** Cuts off what was put round it; what was copied from inside is added there. */
  static void pad(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its padding is", 2);
    String mode = n.text("mode", "constant");
    if (mode.equals("constant")) {
      n.gradient(0, g.op("Pad", n.dy(), g.op("Neg", n.x(1)), "", n.optional(3)));
      return;
    }
    Attributes copying = Attributes.none().and("mode", mode);
    n.gradient(
        0,
        Scatter.back(
            g, n.x(), n.dy(), numbers -> g.op("Pad", copying, numbers, n.x(1), "", n.optional(3))));
  }

  /** Zeros round a block, as many along each axis as stand there in the whole tensor. */
  private static final class Margins {

    private final GraphBuilder g;
    private final String[] sizes;

    Margins(GraphBuilder g, String whole) {
      this.g = g;
      sizes = new String[2 * g.rank(whole)];
      Arrays.fill(sizes, g.ints(0));
    }

    void set(int axis, String before, String after) {
      sizes[axis] = before;
      sizes[sizes.length / 2 + axis] = after;
    }

    String surround(String block) {
      long[] known = new long[sizes.length];
      boolean all = true;
      for (int i = 0; i < sizes.length; i++) {
        long[] value = g.wholes(sizes[i]);
        all &= value != null;
        known[i] = value == null ? 0 : value[0];
      }
      String pads = all ? g.ints(known) : g.op("Concat", Attributes.with("axis", 0), sizes);
      return g.op("Pad", block, pads);
    }
  }
}
