package dev.limelight.onnx.formula;

import dev.limelight.model.finer.Focus;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.support.UnsupportedException;
import java.util.List;
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
    /** These, and the activations of two finer layers. */
    FINER,
    /** These, and the activations of a finer layer with their gradient. */
    SLOPES,
    /** The picture x and its gradient g, (N, C, H, W). */
    PICTURE,
    /** The picture and its gradient by guided backpropagation. */
    GUIDED;

    /** How many finer layers it reads. */
    public int finer() {
      return this == FINER ? 2 : this == SLOPES ? 1 : 0;
    }
  }

  /**
   * What a formula is of.
   *
   * @param values A or x
   * @param gradients g, or "" if it needs none
   * @param channels C for pictures of the usual size
   * @param height h for these
   * @param width w for these
   * @param finer the same of finer layers, the nearest first
   * @param size the tensor with H and W
   */
  public record Maps(
      String values,
      String gradients,
      long channels,
      long height,
      long width,
      List<Maps> finer,
      String size) {}

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

  private static final String SPOTLIGHT = "spotlight";

  private static final String GRAD_SPOTLIGHT = "grad-spotlight";

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
              Map.entry(SPOTLIGHT, spotlight(Focus.of(Focus.OBJECT))),
              Map.entry(GRAD_SPOTLIGHT, gradSpotlight(Focus.of(Focus.OBJECT))),
              Map.entry("saliency", new Formula(Of.PICTURE, HeatmapFormulas::saliency)),
              Map.entry("input-x-gradient", new Formula(Of.PICTURE, HeatmapFormulas::product)),
              Map.entry("guided-backprop", new Formula(Of.GUIDED, HeatmapFormulas::gradient))));

  private HeatmapFormulas() {}

  /**
   * The same formula with another focus.
   *
   * @throws IllegalArgumentException if the method has none, or it is not of the score alone
   */
  public static Formula focused(String method, Focus focus) {
    if (focus.againstOthers()) {
      throw new UnsupportedException(
          "the focus class weighs a class against the others, which a heatmap in the graph does not;"
              + " choose part, object, whole or two exponents");
    }
    return switch (method) {
      case SPOTLIGHT -> spotlight(focus);
      case GRAD_SPOTLIGHT -> gradSpotlight(focus);
      default -> throw new IllegalArgumentException(method + " has no argument 'focus'");
    };
  }

  private static Formula spotlight(Focus focus) {
    return new Formula(Of.FINER, (g, maps) -> SpotNodes.spotlight(g, maps, focus));
  }

  private static Formula gradSpotlight(Focus focus) {
    return new Formula(Of.SLOPES, (g, maps) -> SpotNodes.gradSpotlight(g, maps, focus));
  }

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
