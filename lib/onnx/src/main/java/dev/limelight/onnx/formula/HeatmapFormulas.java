package dev.limelight.onnx.formula;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The methods that are formulas of activations and gradients, written as nodes of a graph. */
public final class HeatmapFormulas {

  /** What a formula is of. */
  public enum Of {
    /** The activations A of a layer, (N, C, h, w). */
    ACTIVATIONS,
    /** These and their gradient g. */
    LAYER,
    /** The picture x and its gradient g, (N, C, H, W). */
    PICTURE,
    /** The picture and its gradient by guided backpropagation. */
    GUIDED
  }

  /**
   * What a formula is of.
   *
   * @param values A or x
   * @param gradients g, or "" if it needs none
   * @param channels C for pictures of the usual size
   * @param height h for these
   * @param width w for these
   */
  public record Maps(String values, String gradients, long channels, long height, long width) {}

  /** Adds the nodes of a formula; the name of the map, (N, h, w). */
  @FunctionalInterface
  public interface Writer {
    String write(GraphBuilder graph, Maps maps);
  }

  /**
   * A method.
   *
   * @param of what it is a formula of
   * @param writer adds its nodes
   */
  public record Formula(Of of, Writer writer) {}

  /** The methods by name, with the formulas of the classes of that name in Limelight. */
  public static final Map<String, Formula> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("grad-cam", new Formula(Of.LAYER, HeatmapFormulas::gradCam)),
              Map.entry("hires-cam", new Formula(Of.LAYER, HeatmapFormulas::product)),
              Map.entry("layer-cam", new Formula(Of.LAYER, HeatmapFormulas::layerCam)),
              Map.entry(
                  "grad-cam-elementwise", new Formula(Of.LAYER, HeatmapFormulas::elementwise)),
              Map.entry("grad-cam++", new Formula(Of.LAYER, HeatmapFormulas::gradCamPlusPlus)),
              Map.entry("xgrad-cam", new Formula(Of.LAYER, HeatmapFormulas::xGradCam)),
              Map.entry("eigen-cam", new Formula(Of.ACTIVATIONS, HeatmapFormulas::eigenCam)),
              Map.entry("eigen-grad-cam", new Formula(Of.LAYER, HeatmapFormulas::eigenGradCam)),
              Map.entry("saliency", new Formula(Of.PICTURE, HeatmapFormulas::saliency)),
              Map.entry("input-x-gradient", new Formula(Of.PICTURE, HeatmapFormulas::product)),
              Map.entry("guided-backprop", new Formula(Of.GUIDED, HeatmapFormulas::gradient))));

  private HeatmapFormulas() {}

  private static String channels(GraphBuilder g, String parts) {
    return g.op("ReduceSum", Attributes.with("keepdims", 0), parts, g.ints(1));
  }

  private static String gradCam(GraphBuilder g, Maps maps) {
    return channels(g, g.mul(g.mean(maps.gradients(), 2, 3), maps.values()));
  }

  private static String product(GraphBuilder g, Maps maps) {
    return channels(g, g.mul(maps.gradients(), maps.values()));
  }

  private static String layerCam(GraphBuilder g, Maps maps) {
    return channels(g, g.mul(g.op("Relu", maps.gradients()), maps.values()));
  }

  private static String elementwise(GraphBuilder g, Maps maps) {
    return channels(g, g.op("Relu", g.mul(maps.gradients(), maps.values())));
  }

  private static String gradCamPlusPlus(GraphBuilder g, Maps maps) {
    String positive = g.op("Relu", maps.gradients());
    String squared = g.mul(positive, positive);
    String cubed = g.mul(g.sum(maps.values(), 2, 3), g.mul(squared, positive));
    String alpha = g.div(squared, g.plus(g.add(g.scale(squared, 2), cubed), 1e-6));
    return channels(g, g.mul(g.sum(g.mul(positive, alpha), 2, 3), maps.values()));
  }

  private static String xGradCam(GraphBuilder g, Maps maps) {
    String a = maps.values();
    String sums = g.add(g.sum(a, 2, 3), g.scale(g.sum(g.op("Abs", a), 2, 3), 1e-7));
    // A channel that is 0 everywhere has the weight 0.
    String empty = g.cast(g.op("Equal", sums, g.number(0, sums)), sums);
    String weights = g.div(g.sum(g.mul(maps.gradients(), a), 2, 3), g.add(sums, empty));
    return channels(g, g.mul(weights, a));
  }

  private static String saliency(GraphBuilder g, Maps maps) {
    String strength = g.op("Abs", maps.gradients());
    return g.op("ReduceMax", Attributes.with("keepdims", 0), strength, g.ints(1));
  }

  private static String gradient(GraphBuilder g, Maps maps) {
    return channels(g, maps.gradients());
  }

  private static String eigenCam(GraphBuilder g, Maps maps) {
    return EigenProjection.write(g, maps, maps.values());
  }

  private static String eigenGradCam(GraphBuilder g, Maps maps) {
    return EigenProjection.write(g, maps, g.mul(maps.gradients(), maps.values()));
  }
}
