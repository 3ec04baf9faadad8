package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.XavierInitializer;
import dev.limelight.bench.symbol.ParameterWriter;
import dev.limelight.bench.symbol.SymbolWriter;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ResNet-50 with random weights, which cost the same as trained ones: as an MXNet symbol and as DJL
 * blocks.
 */
final class ResNet50 {

  private static final int[] UNITS = {3, 4, 6, 3};

  private final SymbolWriter writer = new SymbolWriter();
  private final Map<String, Shape> shapes = new HashMap<>();

  private ResNet50() {}

  /** The network of He et al. 2016 as a symbol, for 224x224 pictures. */
  static Model symbol() {
    Model model = EngineName.MXNET.newModel("resnet50", null);
    MxNDManager manager = (MxNDManager) model.getNDManager();
    EngineName.MXNET.engine().setRandomSeed(1);
    ResNet50 net = new ResNet50();
    MxSymbolBlock block = new MxSymbolBlock(manager, Symbol.loadJson(manager, net.json()));
    for (Parameter parameter : block.getAllParameters()) {
      Shape shape = net.shapes.get(parameter.getName());
      if (shape != null) {
        parameter.setArray(weights(manager, parameter.getName(), shape));
      }
    }
    block.setInputNames(List.of("data"));
    model.setBlock(block);
    return model;
  }

  /**
   * Writes the same symbol into a folder as MXNet does.
   *
   * @return the file of the graph
   */
  static Path symbolFile(Path folder) throws IOException {
    try (Model model = symbol()) {
      MxSymbolBlock block = (MxSymbolBlock) model.getBlock();
      Map<String, NDArray> arrays = new TreeMap<>();
      for (Parameter parameter : block.getAllParameters()) {
        if (parameter.isInitialized()) {
          arrays.put(parameter.getName(), parameter.getArray());
        }
      }
      ParameterWriter.write(folder.resolve("resnet50-0000.params"), arrays);
      return Files.writeString(
          folder.resolve("resnet50-symbol.json"), block.getSymbol().toJsonString());
    }
  }

  /** DJL's own ResNet-50. */
  static Model blocks(EngineName engine) {
    Model model = engine.newModel("resnet50", null);
    Block block =
        ResNetV1.builder()
            .setNumLayers(50)
            .setOutSize(1000)
            .setImageShape(new Shape(3, 224, 224))
            .build();
    block.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
    EngineName.initialise(block, model.getNDManager(), new Shape(1, 3, 224, 224));
    model.setBlock(block);
    return model;
  }

  private static NDArray weights(NDManager manager, String name, Shape shape) {
    if (name.endsWith("gamma") || name.endsWith("var")) {
      return manager.ones(shape);
    }
    if (shape.dimension() == 1) {
      return manager.zeros(shape);
    }
    double spread = Math.sqrt(2.0 / (shape.size() / shape.get(0)));
    return manager.randomNormal(0, (float) spread, shape, DataType.FLOAT32);
  }

  private String json() {
    int x = convolution("stem", writer.variable("data"), 3, 64, 7, 2);
    x = relu("stem_relu", norm("stem_norm", x, 64));
    x =
        writer.node(
            "Pooling",
            "stem_pool",
            Map.of("kernel", "(3,3)", "stride", "(2,2)", "pad", "(1,1)", "pool_type", "max"),
            x);
    int in = 64;
    for (int stage = 0; stage < UNITS.length; stage++) {
      int width = 64 << stage;
      for (int unit = 0; unit < UNITS[stage]; unit++) {
        int stride = unit == 0 && stage > 0 ? 2 : 1;
        x = bottleneck("stage" + (stage + 1) + "_unit" + (unit + 1), x, in, width, stride);
        in = 4 * width;
      }
    }
    x =
        writer.node(
            "Pooling",
            "pool",
            Map.of("global_pool", "True", "kernel", "(1,1)", "pool_type", "avg"),
            x);
    x = writer.node("Flatten", "flatten", Map.of(), x);
    shapes.put("fc_weight", new Shape(1000, in));
    shapes.put("fc_bias", new Shape(1000));
    int[] inputs = {x, writer.variable("fc_weight"), writer.variable("fc_bias")};
    return writer.json(writer.node("FullyConnected", "fc", Map.of("num_hidden", "1000"), inputs));
  }

  private int bottleneck(String name, int x, int in, int width, int stride) {
    int y = relu(name + "_relu1", layer(name + "_1", x, in, width, 1, 1));
    y = relu(name + "_relu2", layer(name + "_2", y, width, width, 3, stride));
    y = layer(name + "_3", y, width, 4 * width, 1, 1);
    int skip = in == 4 * width ? x : layer(name + "_skip", x, in, 4 * width, 1, stride);
    return relu(name + "_relu", writer.node("elemwise_add", name + "_add", Map.of(), y, skip));
  }

  private int layer(String name, int x, int in, int out, int kernel, int stride) {
    return norm(name + "_norm", convolution(name + "_conv", x, in, out, kernel, stride), out);
  }

  private int convolution(String name, int x, int in, int out, int kernel, int stride) {
    shapes.put(name + "_weight", new Shape(out, in, kernel, kernel));
    String pad = String.valueOf(kernel / 2);
    Map<String, String> attributes =
        Map.of(
            "kernel", "(" + kernel + "," + kernel + ")",
            "stride", "(" + stride + "," + stride + ")",
            "pad", "(" + pad + "," + pad + ")",
            "num_filter", String.valueOf(out),
            "no_bias", "True");
    return writer.node("Convolution", name, attributes, x, writer.variable(name + "_weight"));
  }

  private int norm(String name, int x, int channels) {
    int[] inputs = new int[5];
    inputs[0] = x;
    String[] kinds = {"gamma", "beta", "moving_mean", "moving_var"};
    for (int i = 0; i < kinds.length; i++) {
      shapes.put(name + "_" + kinds[i], new Shape(channels));
      inputs[i + 1] = writer.variable(name + "_" + kinds[i]);
    }
    return writer.node("BatchNorm", name, Map.of("fix_gamma", "False", "eps", "1e-5"), inputs);
  }

  private int relu(String name, int x) {
    return writer.node("Activation", name, Map.of("act_type", "relu"), x);
  }
}
