package dev.limelight.onnx.mxnet;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Convolution and pooling. */
final class Windows {

  private Windows() {}

  static Map<String, SymbolRule> rules() {
    return Map.ofEntries(
        entry("Convolution", Windows::convolution),
        entry("_npx_convolution", Windows::convolution),
        entry("Deconvolution", Windows::deconvolution),
        entry("_npx_deconvolution", Windows::deconvolution),
        entry("Pooling", Windows::pooling),
        entry("_npx_pooling", Windows::pooling),
        entry("UpSampling", Windows::upSampling));
  }

  private static void convolution(SymbolNode n, SymbolWriter g) {
    layout(n);
    int directions = n.wholes("kernel").length;
    Attributes window =
        window(n, directions)
            .and("dilations", n.wholes("dilate", ones(directions)))
            .and("group", n.whole("num_group", 1));
    n.result(g.op("Conv", window, n.x(), n.input(1), bias(n, false)));
  }

  private static void deconvolution(SymbolNode n, SymbolWriter g) {
    layout(n);
    int directions = n.wholes("kernel").length;
    if (LongStream.of(n.wholes("target_shape", 0)).anyMatch(length -> length != 0)) {
      throw n.refuse("it has a target_shape");
    }
    Attributes window =
        window(n, directions)
            .and("dilations", n.wholes("dilate", ones(directions)))
            .and("output_padding", n.wholes("adj", new long[directions]))
            .and("group", n.whole("num_group", 1));
    n.result(g.op("ConvTranspose", window, n.x(), n.input(1), bias(n, true)));
  }

  private static String bias(SymbolNode n, boolean none) {
    return n.flag("no_bias", none) ? "" : n.input(2);
  }

  private static void layout(SymbolNode n) {
    if (n.text("layout", "").endsWith("C")) {
      throw n.refuse("its channels are last");
    }
  }

  private static Attributes window(SymbolNode n, int directions) {
    long[] pad = n.wholes("pad", new long[directions]);
    return Attributes.with("kernel_shape", n.wholes("kernel"))
        .and("strides", n.wholes("stride", ones(directions)))
        .and("pads", LongStream.concat(LongStream.of(pad), LongStream.of(pad)).toArray());
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void pooling(SymbolNode n, SymbolWriter g) {
    layout(n);
    String kind = n.text("pool_type", "max");
    if (!kind.equals("max") && !kind.equals("avg")) {
      throw n.refuse("its pool_type is " + kind);
    }
    boolean max = kind.equals("max");
    if (n.flag("global_pool", false)) {
      n.result(g.op(max ? "GlobalMaxPool" : "GlobalAveragePool", n.x()));
      return;
    }
    String convention = n.text("pooling_convention", "valid");
    if (!convention.equals("valid") && !convention.equals("full")) {
      throw n.refuse("its pooling_convention is " + convention);
    }
    Attributes window =
        window(n, n.wholes("kernel").length).and("ceil_mode", convention.equals("full") ? 1 : 0);
    n.result(
        max
            ? g.op("MaxPool", window, n.x())
            : g.op(
                "AveragePool",
                window.and("count_include_pad", n.flag("count_include_pad", true) ? 1 : 0),
                n.x()));
  }

  private static void upSampling(SymbolNode n, SymbolWriter g) {
    n.expect("sample_type", "nearest");
    if (n.inputs() != 1) {
      throw n.refuse("it has " + n.inputs() + " inputs");
    }
    double scale = n.whole("scale", 1);
    Attributes nearest =
        Attributes.none()
            .and("mode", "nearest")
            .and("coordinate_transformation_mode", "asymmetric")
            .and("nearest_mode", "floor");
    n.result(g.op("Resize", nearest, n.x(), "", g.numbers(1, 1, scale, scale)));
  }
}
