package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Convolutions with constant weights. */
@MetaInfServices(GradientRules.class)
public final class ConvolutionRules implements GradientRules {

  private static final Attributes FROM_SPACE = Attributes.with("start", 2);

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of("Conv", ConvolutionRules::conv, "ConvTranspose", ConvolutionRules::convTranspose);
  }

  private static void conv(GraphBuilder g, Operation n) {
    conv(g, n, n.dy());
  }

  /** {@code dx} is a transposed convolution of dy with the same weights. */
  static void conv(GraphBuilder g, Operation n, String dy) {
    n.refuseGradientOf("its weights are", 1);
    Window window = new Window(g, n, Window.kernel(g, n));
    bias(g, n, dy, window);
    if (n.wants(0)) {
      n.gradient(0, ofInput(g, n, dy, window));
    }
  }

  private static String ofInput(GraphBuilder g, Operation n, String dy, Window window) {
    long[] pads = window.pads;
    if (pads == null) {
      return cropped(g, n, g.op("ConvTranspose", attributes(n, window), dy, n.x(1)), window);
    }
    return isTurnable(g, n, window, pads)
        ? turned(g, n, dy, window, pads)
        : transposed(g, n, dy, window, pads);
  }

  private static Attributes attributes(Operation n, Window window) {
    return Attributes.with("strides", window.strides)
        .and("dilations", window.dilations)
        .and("group", n.integer("group", 1));
  }

  /** The bias is added everywhere but along the channels. */
  private static void bias(GraphBuilder g, Operation n, String dy, Window window) {
    if (n.wants(2)) {
      long[] axes =
          LongStream.concat(LongStream.of(0), LongStream.range(2, 2 + window.kernel.length))
              .toArray();
      n.gradient(2, g.op("ReduceSum", Attributes.with("keepdims", 0), dy, g.ints(axes)));
    }
  }

  private static boolean isTurnable(GraphBuilder g, Operation n, Window window, long[] pads) {
    boolean fits = true;
    for (int i = 0; i < pads.length; i++) {
      fits &= pads[i] >= 0 && pads[i] <= window.reach[i % window.reach.length];
    }
    return fits && window.isDense() && g.isStatic(n.x(1));
  }

  /** With strides of one it is an ordinary convolution too, which ONNX Runtime does faster. */
  private static String turned(GraphBuilder g, Operation n, String dy, Window window, long[] pads) {
    Attributes attributes =
        Attributes.with("kernel_shape", window.kernel)
            .and("dilations", window.dilations)
            .and("pads", Window.minus(Window.joined(window.reach, window.reach), pads))
            .and("group", n.integer("group", 1));
    return g.op("Conv", attributes, dy, turnedWeights(g, n));
  }

  /**
   * Weights of the shape [O, I/groups, ...] as [I, O/groups, ...], each kernel turned round. They
   * are written as nodes, which ONNX Runtime computes once, so that a file does not grow.
   */
  private static String turnedWeights(GraphBuilder g, Operation n) {
    String weights = n.x(1);
    long groups = n.integer("group", 1);
    return g.once(
        List.of("turned", weights, groups),
        () -> {
          long[] shape = g.lengths(weights);
          long[] kernel = Arrays.copyOfRange(shape, 2, shape.length);
          String swapped = swappedChannels(g, weights, shape, kernel, groups);
          long[] axes =
              LongStream.range(0, kernel.length)
                  .filter(i -> kernel[(int) i] > 1)
                  .map(i -> i + 2)
                  .toArray();
          if (axes.length == 0) {
            return swapped;
          }
          String back = g.ints(all(axes.length, -1));
          String ends = g.ints(all(axes.length, -Long.MAX_VALUE));
          return g.op("Slice", swapped, back, ends, g.ints(axes), back);
        });
  }

  private static String swappedChannels(
      GraphBuilder g, String weights, long[] shape, long[] kernel, long groups) {
    long outputs = shape[0];
    long inputs = shape[1];
    if (groups == 1) {
      long[] order = LongStream.range(0, shape.length).toArray();
      order[0] = 1;
      order[1] = 0;
      return g.transpose(weights, order);
    }
    if (inputs == 1 && outputs == groups) {
      return weights;
    }
    long[] order = LongStream.range(0, shape.length + 1L).toArray();
    order[1] = 2;
    order[2] = 1;
    long[] apart = {groups, outputs / groups, inputs};
    String grouped = g.reshape(weights, Window.joined(apart, kernel));
    long[] together = {groups * inputs, outputs / groups};
    return g.reshape(g.transpose(grouped, order), Window.joined(together, kernel));
  }

  private static long[] all(int count, long value) {
    long[] values = new long[count];
    Arrays.fill(values, value);
    return values;
  }

  private static String transposed(
      GraphBuilder g, Operation n, String dy, Window window, long[] pads) {
    Attributes attributes = attributes(n, window);
    Attributes padded = attributes.and("pads", pads);
    if (window.isDense()) {
      return g.op("ConvTranspose", padded, dy, n.x(1));
    }
    int rank = window.kernel.length;
    long[] missed = new long[rank];
    boolean known = true;
    boolean any = false;
    for (int i = 0; i < rank; i++) {
      long size = g.length(n.x(), 2 + i);
      long windows = g.length(n.y(), 2 + i);
      long seen = window.strides[i] * (windows - 1) + window.reach[i] + 1;
      missed[i] = size + pads[i] + pads[rank + i] - seen;
      known &= size >= 0 && windows >= 0 && missed[i] >= 0 && missed[i] < window.strides[i];
      any |= missed[i] > 0;
    }
    if (known) {
      return g.op("ConvTranspose", any ? padded.and("output_padding", missed) : padded, dy, n.x(1));
    }
    return openEnded(g, n, dy, window, Arrays.copyOf(pads, rank));
  }

  /** How much of the padding at the end the last window reached depends on the size. */
  private static String openEnded(
      GraphBuilder g, Operation n, String dy, Window window, long[] begin) {
    int rank = begin.length;
    Attributes attributes = attributes(n, window);
    boolean seen = true;
    for (int i = 0; i < rank; i++) {
      seen &= begin[i] <= window.reach[i];
    }
    String size = g.op("Shape", FROM_SPACE, n.x());
    if (seen) {
      Attributes cut = attributes.and("pads", Arrays.copyOf(begin, 2 * rank));
      String longer = g.op("ConvTranspose", cut, dy, n.x(1));
      return atEnd(g, longer, g.sub(size, g.op("Shape", FROM_SPACE, longer)), rank);
    }
    // Windows may lie in the padding as a whole, and are shorter than it.
    String full = g.op("ConvTranspose", attributes, dy, n.x(1));
    String all = g.add(size, g.ints(begin));
    String padded = atEnd(g, full, g.sub(all, g.op("Shape", FROM_SPACE, full)), rank);
    long[] cut = new long[2 * rank + 4];
    Arrays.setAll(cut, i -> i >= 2 && i < 2 + rank ? -begin[i - 2] : 0);
    return g.op("Pad", padded, g.ints(cut));
  }

  /** Elements added to the end of each axis of space, or taken away. */
  private static String atEnd(GraphBuilder g, String tensor, String more, int rank) {
    Attributes joined = Attributes.with("axis", 0);
    return g.op("Pad", tensor, g.op("Concat", joined, g.ints(new long[rank + 4]), more));
  }

  /** Cuts off a padding that makes the output as long as the input divided by the stride. */
  private static String cropped(GraphBuilder g, Operation n, String full, Window window) {
    String size = g.op("Shape", FROM_SPACE, n.x());
    String windows = g.op("Shape", FROM_SPACE, n.y());
    String last = g.mul(g.sub(windows, g.ints(1)), g.ints(window.strides));
    long[] widths = Arrays.stream(window.reach).map(reach -> reach + 1).toArray();
    String total = g.op("Max", g.sub(g.add(last, g.ints(widths)), size), g.ints(0));
    String half = g.div(total, g.ints(2));
    String begin = window.autoPad.equals("SAME_UPPER") ? half : g.sub(total, half);
    String end = g.add(g.sub(size, g.op("Shape", FROM_SPACE, full)), begin);
    String none = g.ints(0, 0);
    String pads = g.op("Concat", Attributes.with("axis", 0), none, g.op("Neg", begin), none, end);
    return g.op("Pad", full, pads);
  }

  /** It is itself the gradient of a convolution, so its own is that convolution. */
  private static void convTranspose(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its weights are", 1);
    Window window = new Window(g, n, Window.kernel(g, n));
    bias(g, n, n.dy(), window);
    if (n.wants(0)) {
      Attributes attributes =
          attributes(n, window)
              .and("kernel_shape", window.kernel)
              .and("pads", padsOfTransposed(g, n, window));
      n.gradient(0, g.op("Conv", attributes, n.dy(), n.x(1)));
    }
  }

  private static long[] padsOfTransposed(GraphBuilder g, Operation n, Window window) {
    int rank = window.kernel.length;
    long[] more = Window.filled(n, "output_padding", rank, 0);
    long[] sizes = n.integers("output_shape");
    long[] pads = Window.filled(n, "pads", 2 * rank, 0);
    if (window.autoPad.equals("VALID")) {
      pads = new long[2 * rank];
    } else if (sizes != null || !window.autoPad.equals("NOTSET")) {
      long[] totals = new long[rank];
      for (int i = 0; i < rank; i++) {
        long full = window.reach[i] + 1 + more[i];
        if (sizes == null) {
          totals[i] = full - window.strides[i];
        } else {
          long length = g.length(n.x(), 2 + i);
          totals[i] = full + window.strides[i] * (length - 1) - sizes[sizes.length - rank + i];
          if (length < 0) {
            throw n.refuse("it has an output_shape, and the size of its input is open");
          }
        }
        if (totals[i] < 0) {
          throw n.refuse("its output is longer than its windows reach");
        }
      }
      pads = Window.split(totals, window.autoPad);
    }
    return pads;
  }
}
