package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The geometry of a convolution. */
final class Window {

  final long[] kernel;
  final long[] strides;
  final long[] dilations;

  /** The distance from the first to the last element that a window sees. */
  final long[] reach;

  final String autoPad;

  /** The padding before the first and after the last element, or null if the size decides it. */
  final long @Nullable [] pads;

  Window(GraphBuilder g, Operation n, long[] kernel) {
    int rank = kernel.length;
    this.kernel = kernel;
    strides = filled(n, "strides", rank, 1);
    dilations = filled(n, "dilations", rank, 1);
    reach = new long[rank];
    Arrays.setAll(reach, i -> dilations[i] * (kernel[i] - 1));
    autoPad = n.text("auto_pad", "NOTSET");
    pads =
        switch (autoPad) {
          case "NOTSET" -> filled(n, "pads", 2 * rank, 0);
          case "VALID" -> new long[2 * rank];
          case "SAME_UPPER", "SAME_LOWER" -> samePads(g, n);
          default -> throw n.refuse("it has the padding " + autoPad);
        };
  }

  /** The lengths of the kernel, from the attribute or the shape of the weights. */
  static long[] kernel(GraphBuilder g, Operation n) {
    long[] kernel = n.integers("kernel_shape");
    if (kernel == null) {
      long[] shape = g.lengths(n.x(1));
      kernel = Arrays.copyOfRange(shape, Math.min(2, shape.length), shape.length);
    }
    if (kernel.length == 0 || Arrays.stream(kernel).anyMatch(length -> length < 0)) {
      throw n.refuse("the size of its kernel is unknown");
    }
    return kernel;
  }

  static long[] filled(Operation n, String attribute, int count, long value) {
    long[] values = n.integers(attribute);
    if (values == null || values.length == 0) {
      values = new long[count];
      Arrays.fill(values, value);
    }
    if (values.length != count) {
      throw n.refuse("its " + attribute + " are " + Arrays.toString(values));
    }
    return values;
  }

  /** Paddings shared out to both ends. */
  static long[] split(long[] totals, String autoPad) {
    long[] begin =
        Arrays.stream(totals)
            .map(total -> autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2)
            .toArray();
    return joined(begin, minus(totals, begin));
  }

  static long[] minus(long[] a, long[] b) {
    long[] difference = new long[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }

  static long[] joined(long[] a, long[] b) {
    long[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  boolean isDense() {
    return Arrays.stream(strides).allMatch(stride -> stride == 1);
  }

  /** Those that give one window for each stride, or null if the size is open. */
  private long @Nullable [] samePads(GraphBuilder g, Operation n) {
    long[] totals = new long[kernel.length];
    for (int i = 0; i < totals.length; i++) {
      long size = g.length(n.x(), 2 + i);
      if (strides[i] == 1) {
        totals[i] = reach[i];
      } else if (size >= 0) {
        long windows = (size + strides[i] - 1) / strides[i];
        totals[i] = Math.max((windows - 1) * strides[i] + reach[i] + 1 - size, 0);
      } else {
        return null;
      }
    }
    return split(totals, autoPad);
  }
}
