package dev.limelight.onnx.mxnet;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import java.util.Arrays;
import java.util.Map;

/** Normalisation, linear layers, sums over axes and what ends a network. */
final class Layers {

  private Layers() {}

  static Map<String, SymbolRule> rules() {
    return Map.ofEntries(
        entry("BatchNorm", Layers::batchNorm),
        entry("_npx_batch_norm", Layers::batchNorm),
        entry("LayerNorm", Layers::layerNorm),
        entry("_npx_layer_norm", Layers::layerNorm),
        entry("InstanceNorm", Layers::instanceNorm),
        entry("LRN", Layers::localResponse),
        entry("FullyConnected", Layers::fullyConnected),
        entry("_npx_fully_connected", Layers::fullyConnected),
        entry("mean", (n, g) -> reduce(n, g, "ReduceMean")),
        entry("_npi_mean", (n, g) -> reduce(n, g, "ReduceMean")),
        entry("sum", (n, g) -> reduce(n, g, "ReduceSum")),
        entry("_np_sum", (n, g) -> reduce(n, g, "ReduceSum")),
        entry("max", (n, g) -> reduce(n, g, "ReduceMax")),
        entry("_np_max", (n, g) -> reduce(n, g, "ReduceMax")),
        entry("softmax", (n, g) -> softmax(n, g, "Softmax", n.whole("axis", -1))),
        entry("_npx_softmax", (n, g) -> softmax(n, g, "Softmax", n.whole("axis", -1))),
        entry("log_softmax", (n, g) -> softmax(n, g, "LogSoftmax", n.whole("axis", -1))),
        entry("_npx_log_softmax", (n, g) -> softmax(n, g, "LogSoftmax", n.whole("axis", -1))),
        entry("Softmax", Layers::softmaxOutput),
        entry("SoftmaxOutput", Layers::softmaxOutput),
        entry("SoftmaxActivation", Layers::softmaxActivation),
        entry("LogisticRegressionOutput", (n, g) -> n.result(g.op("Sigmoid", n.x()))));
  }

  private static void batchNorm(SymbolNode n, SymbolWriter g) {
    n.expect("axis", "1");
    double[] ones = new double[Math.toIntExact(n.shape(1)[0])];
    Arrays.fill(ones, 1);
    String gamma = n.flag("fix_gamma", true) ? g.numbers(ones) : n.input(1);
    Attributes epsilon = Attributes.none().and("epsilon", n.real("eps", 1e-3));
    n.result(g.op("BatchNormalization", epsilon, n.x(), gamma, n.input(2), n.input(3), n.input(4)));
  }

  private static void layerNorm(SymbolNode n, SymbolWriter g) {
    n.expect("axis", "-1");
    Attributes attributes = Attributes.with("axis", -1).and("epsilon", n.real("eps", 1e-5));
    n.result(g.op("LayerNormalization", attributes, n.x(), n.input(1), n.input(2)));
  }

  private static void instanceNorm(SymbolNode n, SymbolWriter g) {
    Attributes epsilon = Attributes.none().and("epsilon", n.real("eps", 1e-3));
    n.result(g.op("InstanceNormalization", epsilon, n.x(), n.input(1), n.input(2)));
  }

  private static void localResponse(SymbolNode n, SymbolWriter g) {
    Attributes attributes =
        Attributes.with("size", n.whole("nsize", 5))
            .and("alpha", n.real("alpha", 1e-4))
            .and("beta", n.real("beta", 0.75))
            .and("bias", n.real("knorm", 2));
    n.result(g.op("LRN", attributes, n.x()));
  }

  private static void fullyConnected(SymbolNode n, SymbolWriter g) {
    boolean biased = !n.flag("no_bias", false);
    if (n.flag("flatten", true)) {
      String rows = g.op("Flatten", Attributes.with("axis", 1), n.x());
      Attributes transposed = Attributes.with("transB", 1);
      n.result(g.op("Gemm", transposed, rows, n.input(1), biased ? n.input(2) : ""));
      return;
    }
    String product = g.op("MatMul", n.x(), g.transpose(n.input(1), 1, 0));
    n.result(biased ? g.op("Add", product, n.input(2)) : product);
  }

  private static void reduce(SymbolNode n, SymbolWriter g, String operator) {
    n.expect("exclude", "False");
    Attributes kept = Attributes.with("keepdims", n.flag("keepdims", false) ? 1 : 0);
    long[] axes = n.wholes("axis");
    n.result(
        axes.length == 0 ? g.op(operator, kept, n.x()) : g.op(operator, kept, n.x(), g.ints(axes)));
  }

  private static void softmax(SymbolNode n, SymbolWriter g, String operator, long axis) {
    if (n.real("temperature", 1) != 1 && n.has("temperature")) {
      throw n.refuse("it has a temperature");
    }
    n.expect("use_length", "False");
    n.result(g.op(operator, Attributes.with("axis", axis), n.x()));
  }

  private static void softmaxOutput(SymbolNode n, SymbolWriter g) {
    n.expect("preserve_shape", "False");
    n.expect("multi_output", "False");
    n.result(g.op("Softmax", Attributes.with("axis", 1), n.x()));
  }

  private static void softmaxActivation(SymbolNode n, SymbolWriter g) {
    n.expect("mode", "instance");
    softmaxOutput(n, g);
  }
}
