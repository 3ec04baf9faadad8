package dev.limelight.onnx;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The methods that are formulas of activations and gradients, written as nodes of a graph. */
final class HeatmapFormulas {

  /** What a formula is of. */
  enum Of {
    /** The activations A of a layer and their gradient g, (N, C, h, w). */
    LAYER,
    /** The picture x and its gradient g, (N, C, H, W). */
    PICTURE,
    /** The picture and its gradient by guided backpropagation. */
    GUIDED
  }

  /** Adds the nodes of a formula; the name of the map, (N, h, w). */
  @FunctionalInterface
  interface Writer {
    String write(GraphBuilder graph, String values, String gradients);
  }

  /**
   * A method.
   *
   * @param of what it is a formula of
   * @param writer adds its nodes
   */
  record Formula(Of of, Writer writer) {}

  /** The methods by name, with the formulas of the classes of that name in Limelight. */
  static final Map<String, Formula> ALL =
      new TreeMap<>(
          Map.of(
              "grad-cam", new Formula(Of.LAYER, HeatmapFormulas::gradCam),
              "hires-cam", new Formula(Of.LAYER, HeatmapFormulas::product),
              "layer-cam", new Formula(Of.LAYER, HeatmapFormulas::layerCam),
              "grad-cam-elementwise", new Formula(Of.LAYER, HeatmapFormulas::elementwise),
              "grad-cam++", new Formula(Of.LAYER, HeatmapFormulas::gradCamPlusPlus),
              "xgrad-cam", new Formula(Of.LAYER, HeatmapFormulas::xGradCam),
              "saliency", new Formula(Of.PICTURE, HeatmapFormulas::saliency),
              "input-x-gradient", new Formula(Of.PICTURE, HeatmapFormulas::product),
              "guided-backprop", new Formula(Of.GUIDED, HeatmapFormulas::gradient)));

  private HeatmapFormulas() {}

  private static String channels(GraphBuilder g, String parts) {
    return g.op("ReduceSum", Attributes.with("keepdims", 0), parts, g.ints(1));
  }

  private static String gradCam(GraphBuilder g, String a, String gradients) {
    return channels(g, g.mul(g.mean(gradients, 2, 3), a));
  }

  private static String product(GraphBuilder g, String a, String gradients) {
    return channels(g, g.mul(gradients, a));
  }

  private static String layerCam(GraphBuilder g, String a, String gradients) {
    return channels(g, g.mul(g.op("Relu", gradients), a));
  }

  private static String elementwise(GraphBuilder g, String a, String gradients) {
    return channels(g, g.op("Relu", g.mul(gradients, a)));
  }

  private static String gradCamPlusPlus(GraphBuilder g, String a, String gradients) {
    String positive = g.op("Relu", gradients);
    String squared = g.mul(positive, positive);
    String cubed = g.mul(g.sum(a, 2, 3), g.mul(squared, positive));
    String alpha = g.div(squared, g.plus(g.add(g.scale(squared, 2), cubed), 1e-6));
    return channels(g, g.mul(g.sum(g.mul(positive, alpha), 2, 3), a));
  }

  private static String xGradCam(GraphBuilder g, String a, String gradients) {
    String sums = g.add(g.sum(a, 2, 3), g.scale(g.sum(g.op("Abs", a), 2, 3), 1e-7));
    // A channel that is 0 everywhere has the weight 0.
    String empty = g.cast(g.op("Equal", sums, g.number(0, sums)), sums);
    String weights = g.div(g.sum(g.mul(gradients, a), 2, 3), g.add(sums, empty));
    return channels(g, g.mul(weights, a));
  }

  private static String saliency(GraphBuilder g, String x, String gradients) {
    String strength = g.op("Abs", gradients);
    return g.op("ReduceMax", Attributes.with("keepdims", 0), strength, g.ints(1));
  }

  private static String gradient(GraphBuilder g, String x, String gradients) {
    return channels(g, gradients);
  }
}
