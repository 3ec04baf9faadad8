package dev.limelight.bench.occlusion;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.Attributes;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many products a convolutional graph takes for one picture, and how many of them a window of
 * the picture changes: those at locations that see a part of the window.
 */
final class ChangedShare {

  private static final Set<String> AT_EACH_LOCATION =
      Set.of(
          "Add",
          "BatchNormalization",
          "Clip",
          "Div",
          "Dropout",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "Max",
          "Min",
          "Mul",
          "PRelu",
          "Relu",
          "Sigmoid",
          "Sub",
          "Tanh");

  private static final Set<String> OF_ALL_LOCATIONS =
      Set.of("Flatten", "GlobalAveragePool", "GlobalMaxPool", "ReduceMean");

  private static final Set<String> BEHIND =
      Set.of("Flatten", "Reshape", "Squeeze", "Gemm", "MatMul", "Softmax", "Unsqueeze");

  private final GraphProto graph;
  private final Map<String, TensorProto> constants = new HashMap<>();

  ChangedShare(GraphProto graph) {
    this.graph = graph;
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        constants.put(node.getOutput(0), node.getAttribute(0).getT());
      }
    }
  }

  /**
   * Products of a layer, and the changed share along one side.
   *
   * @param products for one picture
   * @param changed of its rows
   */
  private record Layer(double products, double changed) {}

  /**
   * What one window of each place of a grid takes on average, of the products of a whole pass.
   *
   * @param side of the square picture
   * @param window its side
   * @param stride from one to the next, both down and across
   */
  double mean(int side, int window, int stride) {
    double[] changed = new double[0];
    double[] products = new double[0];
    int places = (Math.max(0, side - window) + stride - 1) / stride + 1;
    for (int i = 0; i < places; i++) {
      int top = i * stride;
      List<Layer> layers = layers(new Span(side, top, Math.min(side, top + window)));
      changed = changed.length == 0 ? new double[layers.size()] : changed;
      products = layers.stream().mapToDouble(Layer::products).toArray();
      for (int k = 0; k < changed.length; k++) {
        changed[k] += layers.get(k).changed() / places;
      }
    }
    double sum = 0;
    for (int k = 0; k < changed.length; k++) {
      // Rows and columns change alike, and each row's window goes with each column's.
      sum += products[k] * changed[k] * changed[k];
    }
    return sum / Arrays.stream(products).sum();
  }

  private List<Layer> layers(Span picture) {
    Map<String, Span> spans = new HashMap<>();
    spans.put(graph.getInput(0).getName(), picture);
    List<Layer> layers = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      Span in = joined(node, spans);
      // A tensor's shape does not change with its numbers.
      if (in != null && !node.getOpType().equals("Shape")) {
        Span out = out(node, in);
        double products = products(node, out.length());
        if (products > 0) {
          layers.add(new Layer(products, out.share()));
        }
        node.getOutputList().forEach(output -> spans.put(output, out));
      }
    }
    return layers;
  }

  /** Where any of its inputs changes; null if it reads constants alone. */
  private static @Nullable Span joined(NodeProto node, Map<String, Span> spans) {
    Span all = null;
    for (String input : node.getInputList()) {
      Span span = spans.get(input);
      if (span != null) {
        all = all == null ? span : all.and(span);
      }
    }
    return all;
  }

  private Span out(NodeProto node, Span in) {
    String operator = node.getOpType();
    if (operator.equals("Conv") || operator.equals("MaxPool") || operator.equals("AveragePool")) {
      long kernel = number(node, "kernel_shape", 0, operator.equals("Conv") ? kernel(node) : 1);
      long reach = number(node, "dilations", 0, 1) * (kernel - 1);
      return in.through(
          (int) reach,
          (int) number(node, "strides", 0, 1),
          (int) number(node, "pads", 0, 0),
          (int) number(node, "pads", 2, 0));
    }
    if (operator.equals("Pad")) {
      long[] pads = wholes(node.getInput(1));
      return in.padded((int) pads[2], (int) pads[6]);
    }
    if (OF_ALL_LOCATIONS.contains(operator)) {
      return in.single();
    }
    if (AT_EACH_LOCATION.contains(operator) || (BEHIND.contains(operator) && in.length() == 1)) {
      return in;
    }
    throw new IllegalArgumentException(
        "it is not known what a change in front of " + operator + " changes behind it");
  }

  private long kernel(NodeProto node) {
    return weight(node).getDims(2);
  }

  private TensorProto weight(NodeProto node) {
    TensorProto weight = constants.get(node.getInput(1));
    if (weight == null) {
      throw new IllegalArgumentException("the weights of " + node.getName() + " are no constant");
    }
    return weight;
  }

  private double products(NodeProto node, int rows) {
    return switch (node.getOpType()) {
      case "Conv" -> size(weight(node)) * rows * rows;
      case "Gemm", "MatMul" -> size(weight(node));
      default -> 0;
    };
  }

  private static double size(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
  }

  private static long number(NodeProto node, String name, int index, long otherwise) {
    if (!Attributes.text(node, "auto_pad", "NOTSET").equals("NOTSET")) {
      throw new IllegalArgumentException("the padding of " + node.getName() + " is not given");
    }
    long[] all = Attributes.integers(node, name);
    return all == null || all.length == 0 ? otherwise : all[index];
  }

  private long[] wholes(String tensor) {
    TensorProto constant = constants.get(tensor);
    if (constant == null) {
      throw new IllegalArgumentException(tensor + " is no constant");
    }
    if (constant.getInt64DataCount() > 0) {
      return constant.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }
    var numbers =
        constant.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    long[] all = new long[numbers.remaining()];
    numbers.get(all);
    return all;
  }
}
