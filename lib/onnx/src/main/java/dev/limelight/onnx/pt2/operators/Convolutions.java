package dev.limelight.onnx.pt2.operators;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.Arrays;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Convolutions and transposed ones, of one to three dimensions. */
@MetaInfServices(AtenRules.class)
public final class Convolutions implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.of(
        "conv1d.default", Convolutions::conv,
        "conv2d.default", Convolutions::conv,
        "conv3d.default", Convolutions::conv,
        "conv1d.padding", Convolutions::convPadding,
        "conv2d.padding", Convolutions::convPadding,
        "conv_transpose1d.default", Convolutions::convTranspose,
        "conv_transpose2d.input", Convolutions::convTranspose,
        "convolution.default", Convolutions::convolution,
        "_convolution.default", Convolutions::convolution);
  }

  private static int dimensions(Call n) {
    int dimensions = n.meta("weight").rank() - 2;
    if (n.meta("input").rank() != dimensions + 2) {
      throw n.refuse("it convolves a picture without a batch");
    }
    return dimensions;
  }

  private static long[] window(Call n, String name, long otherwise) {
    int dimensions = dimensions(n);
    long[] values = new long[dimensions];
    Arrays.fill(values, otherwise);
    return n.has(name) ? n.window(name, dimensions, otherwise) : values;
  }

  private static Attributes attributes(Call n) {
    return Attributes.with("strides", window(n, "stride", 1))
        .and("dilations", window(n, "dilation", 1))
        .and("group", n.integer("groups", 1));
  }

  static long[] twice(long[] sides) {
    long[] pads = Arrays.copyOf(sides, 2 * sides.length);
    System.arraycopy(sides, 0, pads, sides.length, sides.length);
    return pads;
  }

  private static void conv(Call n, GraphWriter g) {
    Attributes attributes = attributes(n).and("pads", twice(window(n, "padding", 0)));
    n.result(g.op("Conv", attributes, n.tensor("input"), n.tensor("weight"), n.optional("bias")));
  }

  /** With the padding "same", of which an odd number is at the end, or "valid". */
  private static void convPadding(Call n, GraphWriter g) {
    boolean same = n.text("padding", "valid").equals("same");
    Attributes attributes = attributes(n).and("auto_pad", same ? "SAME_UPPER" : "VALID");
    n.result(g.op("Conv", attributes, n.tensor("input"), n.tensor("weight"), n.optional("bias")));
  }

  private static void convTranspose(Call n, GraphWriter g) {
    Attributes attributes =
        attributes(n)
            .and("pads", twice(window(n, "padding", 0)))
            .and("output_padding", window(n, "output_padding", 0));
    n.result(
        g.op(
            "ConvTranspose",
            attributes,
            n.tensor("input"),
            n.tensor("weight"),
            n.optional("bias")));
  }

  private static void convolution(Call n, GraphWriter g) {
    if (n.flag("transposed", false)) {
      convTranspose(n, g);
    } else {
      conv(n, g);
    }
  }
}
