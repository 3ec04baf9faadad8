package dev.limelight.onnx;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.model.Grid;
import dev.limelight.model.Layout;
import dev.limelight.model.Layout.Order;
import dev.limelight.onnx.adjoint.Adjoint;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.formula.ClassSeed;
import dev.limelight.onnx.formula.HeatmapFormulas.Formula;
import dev.limelight.onnx.formula.HeatmapFormulas.Maps;
import dev.limelight.onnx.formula.HeatmapFormulas.Of;
import dev.limelight.support.UnknownClassException;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The nodes that compute a model's heatmap, added to the model. */
final class HeatmapGraph {

  /** A map whose range is a smaller share of its maximum is constant but for rounding. */
  private static final double ROUNDING = 1e-6;

  private final OnnxGraph graph;
  private final GraphBuilder builder;
  private final Formula formula;
  private final String target;
  private final boolean lastChannels;
  private final List<ValueInfoProto> inputs;

  /**
   * Adds a heatmap.
   *
   * @param target "top", the index of a class, or "input"
   * @param channelsLast whether the user says that it takes (N, H, W, C)
   */
  HeatmapGraph(OnnxGraph graph, Formula formula, String target, boolean channelsLast) {
    this.graph = graph;
    this.formula = formula;
    this.target = target;
    lastChannels = channelsLast || OnnxPicture.isChannelsLast(graph.model().getGraph());
    builder = new GraphBuilder(graph.model(), graph.types());
    inputs = new ArrayList<>(graph.model().getGraph().getInputList());
    refuseTensor(HeatmapExport.HEATMAP);
    if (target.equals("input")) {
      refuseTensor(HeatmapExport.TARGET);
    }
    checkLogits();
  }

  private void refuseTensor(String name) {
    if (graph.types().containsKey(name)) {
      throw new UnsupportedException("the model has a tensor '" + name + "' already");
    }
  }

  /** A score for each class, for each picture. */
  private void checkLogits() {
    List<Dimension> outputs = builder.dimensions(graph.logits());
    List<Dimension> picture = builder.dimensions(graph.picture());
    boolean rows = outputs.size() > 1 && outputs.stream().skip(2).allMatch(Dimension::isOne);
    boolean mixed =
        rows
            && !picture.isEmpty()
            && picture.get(0).isKnown() != outputs.get(0).isKnown()
            && outputs.get(0).isKnown();
    if (mixed) {
      throw new UnsupportedException(
          "the input of this model takes any number of pictures, and its output is of "
              + outputs.get(0).size()
              + ", as a size inside the graph is fixed; export it again with the batch dynamic"
              + " throughout, or fixed at the input too");
    }
    if (!rows) {
      throw new UnsupportedException(
          "a heatmap needs an output (N, K), K classes for each of N pictures, and this model's is "
              + outputs.stream()
                  .map(each -> each.isKnown() ? String.valueOf(each.size()) : "?")
                  .collect(Collectors.joining(", ", "(", ")")));
    }
  }

  /** By the gradient with respect to the picture. */
  ModelProto ofPicture() {
    Order order = lastChannels ? Order.CHANNELS_LAST : Order.CHANNELS_FIRST;
    return of(
        new Place(graph.picture(), new Layout(order, null, 0), new Shape(1, 0, 0, 0)), List.of());
  }

  /**
   * The output of a layer.
   *
   * @param tensor that holds it
   * @param layout its own layout
   * @param shape (1, C, h, w), for a picture of the usual size
   */
  record Place(String tensor, Layout layout, Shape shape) {}

  /**
   * By the output of a layer.
   *
   * @param finer layers that are read as well, the nearest first
   */
  ModelProto of(Place place, List<Place> finer) {
    List<String> wanted = new ArrayList<>(List.of(place.tensor()));
    if (formula.of() == Of.SLOPES) {
      finer.forEach(each -> wanted.add(each.tensor()));
    }
    Map<String, String> gradients = formula.of() == Of.ACTIVATIONS ? Map.of() : gradients(wanted);
    String size = pictureSize();
    List<Maps> layers = finer.stream().map(each -> maps(each, gradients, List.of(), size)).toList();
    Maps maps = maps(place, gradients, layers, size);
    String map = formula.writer().write(builder, maps);
    builder.name(processed(map, size), HeatmapExport.HEATMAP);
    List<ValueInfoProto> outputs = new ArrayList<>();
    graph.model().getGraph().getOutputList().forEach(output -> outputs.add(typed(output)));
    outputs.add(
        OnnxGradient.value(
            HeatmapExport.HEATMAP,
            new TensorType(
                builder.type(HeatmapExport.HEATMAP),
                List.of(
                    Dimension.open("batch"), Dimension.open("rows"), Dimension.open("columns")))));
    return builder.build(inputs, outputs);
  }

  private Maps maps(Place place, Map<String, String> gradients, List<Maps> finer, String size) {
    String gradient = gradients.getOrDefault(place.tensor(), "");
    Shape shape = place.shape();
    return new Maps(
        maps(place.tensor(), place.layout()),
        gradient.isEmpty() ? "" : maps(gradient, place.layout()),
        shape.get(1),
        shape.get(2),
        shape.get(3),
        finer,
        size);
  }

  /** ONNX Runtime infers the type of an output that has none, and ONNX itself asks for it. */
  private ValueInfoProto typed(ValueInfoProto output) {
    TensorType type = graph.types().get(output.getName());
    return output.hasType() || type == null ? output : OnnxGradient.value(output.getName(), type);
  }

  private Map<String, String> gradients(List<String> tensors) {
    Kind kind = formula.of() == Of.GUIDED ? Kind.GUIDED : Kind.EXACT;
    Adjoint adjoint = new Adjoint(builder, kind);
    Map<String, String> gradients = adjoint.gradients(Map.of(graph.logits(), seed()), tensors);
    if (kind == Kind.GUIDED) {
      OnnxRectifiers.of(graph.model().getGraph(), adjoint.changed().size()).required();
    }
    return gradients;
  }

  /** H and W of the picture. */
  private String pictureSize() {
    int first = lastChannels ? 1 : 2;
    return builder.op(
        "Shape", Attributes.with("start", first).and("end", first + 2L), graph.picture());
  }

  /** A tensor as (N, C, h, w). */
  private String maps(String tensor, Layout layout) {
    if (layout.order() == Order.CHANNELS_FIRST) {
      return tensor;
    }
    if (layout.order() == Order.CHANNELS_LAST) {
      return builder.transpose(tensor, 0, 3, 1, 2);
    }
    Grid grid = Objects.requireNonNull(layout.grid(), "rows of locations lie on a grid");
    if (layout.order() == Order.FLATTENED) {
      return builder.reshape(tensor, 0, -1, grid.height(), grid.width());
    }
    String from = builder.ints(layout.prefix());
    String places =
        builder.op("Slice", tensor, from, builder.ints(Long.MAX_VALUE), builder.ints(1));
    return builder.reshape(builder.transpose(places, 0, 2, 1), 0, -1, grid.height(), grid.width());
  }

  /** The gradient of the logits with which to begin. */
  private String seed() {
    String logits = graph.logits();
    String chosen =
        switch (target) {
          case "top" -> ClassSeed.strongest(builder, logits);
          case "input" -> {
            inputs.add(
                OnnxGradient.value(
                    HeatmapExport.TARGET,
                    new TensorType(DataType.INT64, List.of(Dimension.open("targets")))));
            String asked = builder.op("Unsqueeze", HeatmapExport.TARGET, builder.ints(1));
            String open = builder.op("Less", asked, builder.whole(0));
            yield builder.op("Where", open, ClassSeed.strongest(builder, logits), asked);
          }
          default -> builder.whole(index());
        };
    return ClassSeed.oneHot(builder, logits, chosen);
  }

  private long index() {
    long index = Long.parseLong(target);
    List<Dimension> outputs = builder.dimensions(graph.logits());
    if (outputs.size() > 1 && outputs.get(1).isKnown() && index >= outputs.get(1).size()) {
      throw new UnknownClassException(
          "no class " + index + "; the model has the classes 0 to " + (outputs.get(1).size() - 1));
    }
    return index;
  }

  /** A map, (N, h, w), as a heatmap at the size of the picture, in [0, 1]. */
  private String processed(String map, String size) {
    String positive = builder.op("Unsqueeze", builder.op("Relu", map), builder.ints(1));
    String start = rescaled(positive);
    String resized = builder.resized(start, size);
    return builder.op("Squeeze", rescaled(resized), builder.ints(1));
  }

  /** Minus its minimum, divided by its maximum, as {@code Heatmap.normalised} does it. */
  private String rescaled(String maps) {
    Attributes kept = Attributes.with("keepdims", 1);
    String low = builder.op("ReduceMin", kept, maps, builder.ints(1, 2, 3));
    String high = builder.op("ReduceMax", kept, maps, builder.ints(1, 2, 3));
    String range = builder.sub(high, low);
    String varies = builder.op("Greater", range, builder.scale(high, ROUNDING));
    String divisor = builder.where(varies, range, builder.number(1, range));
    return builder.div(builder.gate(varies, builder.sub(maps, low)), divisor);
  }
}
