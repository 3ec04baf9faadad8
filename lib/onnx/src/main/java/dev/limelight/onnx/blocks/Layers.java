package dev.limelight.onnx.blocks;

import dev.limelight.model.EngineName;
import dev.limelight.onnx.adjoint.Attributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** Convolutions, pooling, normalisation and linear layers. */
final class Layers {

  private Layers() {}

  static Map<String, CallRule> rules() {
    Map<String, CallRule> rules = new HashMap<>();
    rules.put("convolution", CallRule.one(Layers::convolution));
    rules.put("deconvolution", CallRule.one(Layers::deconvolution));
    rules.put("maxPool", CallRule.one((c, g) -> g.op("MaxPool", window(c, 3), c.x())));
    rules.put("avgPool", CallRule.one(Layers::averagePool));
    rules.put("globalMaxPool", CallRule.one((c, g) -> global(c, g, "GlobalMaxPool")));
    rules.put("globalAvgPool", CallRule.one((c, g) -> global(c, g, "GlobalAveragePool")));
    rules.put("batchNorm", CallRule.one(Layers::batchNorm));
    rules.put("layerNorm", CallRule.one(Layers::layerNorm));
    rules.put("linear", CallRule.one(Layers::linear));
    rules.put("prelu", CallRule.one(Layers::prelu));
    rules.put("dropout", CallRule.one(Layers::dropout));
    rules.put("matMul", CallRule.one((c, g) -> g.op("MatMul", c.x(), c.tensor(0))));
    rules.put("batchMatMul", CallRule.one((c, g) -> g.op("MatMul", c.x(), c.tensor(0))));
    rules.put("dot", CallRule.one(Layers::dot));
    return rules;
  }

  private static long[] twice(long[] lengths) {
    return LongStream.concat(LongStream.of(lengths), LongStream.of(lengths)).toArray();
  }

  private static String bias(Call call, int number) {
    return call.has(number) ? call.tensor(number) : "";
  }

  private static String convolution(Call call, Trace graph) {
    Attributes window =
        Attributes.with("kernel_shape", call.shape(1).slice(2).getShape())
            .and("strides", call.lengths(3))
            .and("pads", twice(call.lengths(4)))
            .and("dilations", call.lengths(5))
            .and("group", call.whole(6));
    return graph.op("Conv", window, call.tensor(0), call.tensor(1), bias(call, 2));
  }

  private static String deconvolution(Call call, Trace graph) {
    Attributes window =
        Attributes.with("kernel_shape", call.shape(1).slice(2).getShape())
            .and("strides", call.lengths(3))
            .and("pads", twice(call.lengths(4)))
            .and("output_padding", call.lengths(5))
            .and("dilations", call.lengths(6))
            .and("group", call.whole(7));
    return graph.op("ConvTranspose", window, call.tensor(0), call.tensor(1), bias(call, 2));
  }

  /**
   * A window of pooling: its size, stride and padding come first.
   *
   * @param ceiling the argument that says whether a part of a window counts
   */
  private static Attributes window(Call call, int ceiling) {
    return Attributes.with("kernel_shape", call.lengths(0))
        .and("strides", call.lengths(call.has(1) ? 1 : 0))
        .and("pads", twice(call.lengths(2)))
        .and("ceil_mode", call.flag(ceiling) ? 1 : 0);
  }

  private static String averagePool(Call call, Trace graph) {
    // DJL's engine for PyTorch counts the padding, whatever the block asks for.
    boolean counts = call.flag(4) || call.isOn(EngineName.PYTORCH);
    Attributes window = window(call, 3).and("count_include_pad", counts ? 1 : 0);
    return graph.op("AveragePool", window, call.x());
  }

  /** DJL leaves the dimensions out that are pooled, which ONNX keeps as ones. */
  private static String global(Call call, Trace graph, String operator) {
    String pooled = graph.op(operator, call.x());
    return call.result().dimension() == call.shape().dimension()
        ? pooled
        : graph.reshape(pooled, call.result().getShape());
  }

  private static String batchNorm(Call call, Trace graph) {
    if (call.flag(8)) {
      throw call.refuse("it trains");
    }
    int axis = call.whole(5);
    if (axis != 1 && axis != 1 - call.shape(0).dimension()) {
      throw call.refuse("its axis is " + axis);
    }
    int channels = Math.toIntExact(call.shape(1).size());
    Attributes epsilon = Attributes.none().and("epsilon", call.real(7));
    return graph.op(
        "BatchNormalization",
        epsilon,
        call.tensor(0),
        call.has(3) ? call.tensor(3) : repeated(graph, 1, channels),
        call.has(4) ? call.tensor(4) : repeated(graph, 0, channels),
        call.tensor(1),
        call.tensor(2));
  }

  private static String repeated(Trace graph, double value, int count) {
    double[] values = new double[count];
    Arrays.fill(values, value);
    return graph.numbers(values);
  }

  private static String layerNorm(Call call, Trace graph) {
    if (!call.has(2)) {
      throw call.refuse("it has no scale");
    }
    Attributes attributes =
        Attributes.with("axis", call.shape(0).dimension() - call.lengths(1).length)
            .and("epsilon", call.real(4));
    return graph.op(
        "LayerNormalization", attributes, call.tensor(0), call.tensor(2), bias(call, 3));
  }

  private static String linear(Call call, Trace graph) {
    if (call.shape(0).dimension() == 2) {
      Attributes transposed = Attributes.with("transB", 1);
      return graph.op("Gemm", transposed, call.tensor(0), call.tensor(1), bias(call, 2));
    }
    String turned = graph.transpose(call.tensor(1), 1, 0);
    String product = graph.op("MatMul", call.tensor(0), turned);
    return call.has(2) ? graph.op("Add", product, call.tensor(2)) : product;
  }

  private static String prelu(Call call, Trace graph) {
    long[] form = new long[call.shape(0).dimension() - 1];
    Arrays.fill(form, 1);
    form[0] = -1;
    return graph.op("PRelu", call.tensor(0), graph.reshape(call.tensor(1), form));
  }

  private static String dropout(Call call, Trace graph) {
    if (call.flag(2)) {
      throw call.refuse("it trains");
    }
    return call.tensor(0);
  }

  private static String dot(Call call, Trace graph) {
    if (call.shape().dimension() > 2 || call.shape(0).dimension() > 2) {
      throw call.refuse("it has more than two dimensions");
    }
    return graph.op("MatMul", call.x(), call.tensor(0));
  }
}
