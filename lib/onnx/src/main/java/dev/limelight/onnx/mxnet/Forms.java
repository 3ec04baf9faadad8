package dev.limelight.onnx.mxnet;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import java.util.Map;
import java.util.stream.LongStream;

/** Tensors joined, cut and in another form. */
final class Forms {

  private Forms() {}

  static Map<String, SymbolRule> rules() {
    return Map.ofEntries(
        entry("Flatten", Forms::flatten),
        entry("flatten", Forms::flatten),
        entry("_npx_batch_flatten", Forms::flatten),
        entry("Concat", Forms::concat),
        entry("concat", Forms::concat),
        entry("_npi_concatenate", Forms::concat),
        entry("Reshape", Forms::reshape),
        entry("reshape", Forms::reshape),
        entry("transpose", Forms::transpose),
        entry("_np_transpose", Forms::transpose),
        entry("_npi_transpose", Forms::transpose),
        entry("expand_dims", Forms::expandDims),
        entry("_npi_expand_dims", Forms::expandDims),
        entry("squeeze", Forms::squeeze),
        entry("_np_squeeze", Forms::squeeze),
        entry("_npi_squeeze", Forms::squeeze),
        entry("slice_axis", Forms::sliceAxis),
        entry("SliceChannel", Forms::split),
        entry("split", Forms::split),
        entry("Pad", Forms::pad),
        entry("pad", Forms::pad));
  }

  private static void flatten(SymbolNode n, SymbolWriter g) {
    n.result(g.op("Flatten", Attributes.with("axis", 1), n.x()));
  }

  private static void concat(SymbolNode n, SymbolWriter g) {
    long axis = n.whole("dim", n.whole("axis", 1));
    n.result(g.op("Concat", Attributes.with("axis", axis), n.all().toArray(String[]::new)));
  }

  /** 0 keeps a length and -1 is what is left, in both; MXNet's other signs need the shape. */
  private static void reshape(SymbolNode n, SymbolWriter g) {
    long[] shape = n.wholes("shape");
    boolean plain = shape.length > 0 && LongStream.of(shape).allMatch(length -> length >= -1);
    if (!plain || n.flag("reverse", false)) {
      throw n.refuse("its shape is " + n.text("shape", "()"));
    }
    n.result(g.reshape(n.x(), shape));
  }

  private static void transpose(SymbolNode n, SymbolWriter g) {
    long[] axes = n.wholes("axes");
    n.result(axes.length == 0 ? g.op("Transpose", n.x()) : g.transpose(n.x(), axes));
  }

  private static void expandDims(SymbolNode n, SymbolWriter g) {
    n.result(g.op("Unsqueeze", n.x(), g.ints(n.whole("axis", 0))));
  }

  private static void squeeze(SymbolNode n, SymbolWriter g) {
    long[] axes = n.wholes("axis");
    if (axes.length == 0) {
      throw n.refuse("it names no axis");
    }
    n.result(g.op("Squeeze", n.x(), g.ints(axes)));
  }

  private static void sliceAxis(SymbolNode n, SymbolWriter g) {
    n.result(
        g.op(
            "Slice",
            n.x(),
            g.ints(n.whole("begin", 0)),
            g.ints(n.whole("end", Long.MAX_VALUE)),
            g.ints(n.whole("axis", 0))));
  }

  private static void split(SymbolNode n, SymbolWriter g) {
    int count = Math.toIntExact(n.whole("num_outputs", 1));
    long axis = n.whole("axis", 1);
    if (count < 1 || count > 1 << 12) {
      throw n.refuse("it has " + count + " outputs");
    }
    Attributes parts = Attributes.with("axis", axis).and("num_outputs", count);
    boolean squeeze = n.flag("squeeze_axis", false);
    n.result(
        g.ops("Split", count, parts, n.x()).stream()
            .map(part -> squeeze ? g.op("Squeeze", part, g.ints(axis)) : part)
            .toArray(String[]::new));
  }

  /** MXNet names both ends of an axis one after the other, and ONNX all beginnings first. */
  private static void pad(SymbolNode n, SymbolWriter g) {
    long[] widths = n.wholes("pad_width");
    int axes = widths.length / 2;
    long[] pads = new long[2 * axes];
    for (int i = 0; i < axes; i++) {
      pads[i] = widths[2 * i];
      pads[axes + i] = widths[2 * i + 1];
    }
    String mode = n.text("mode", "constant");
    n.result(
        g.op(
            "Pad",
            Attributes.none().and("mode", mode),
            n.x(),
            g.ints(pads),
            mode.equals("constant") ? g.number(n.real("constant_value", 0)) : ""));
  }
}
