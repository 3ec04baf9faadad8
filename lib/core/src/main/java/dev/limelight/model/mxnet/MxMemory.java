package dev.limelight.model.mxnet;

import ai.djl.engine.EngineException;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import dev.limelight.model.input.MemoryLimit;
import dev.limelight.model.mxnet.MxGraph.Entry;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The memory that a symbol needs, found from MXNet's shapes of its tensors before it is run. */
final class MxMemory {

  /** What MXNet adds to a node's name for each of its outputs. */
  private static final Pattern OUTPUT = Pattern.compile("_output\\d*$");

  private final MxGraph graph;
  private final Symbol symbol;
  private final Set<List<Shape>> checked = new HashSet<>();

  /**
   * Of a symbol.
   *
   * @param symbol what MXNet read of the graph
   */
  MxMemory(MxGraph graph, Symbol symbol) {
    this.graph = graph;
    this.symbol = symbol;
  }

  /**
   * Checks it for one picture of such inputs, unless that is done.
   *
   * @param shapes of its inputs by name
   * @throws UnsupportedException if it needs more memory than networks of such pictures do
   */
  synchronized void check(Map<String, Shape> shapes) {
    PairList<String, Shape> pairs = new PairList<>();
    shapes.forEach((name, shape) -> pairs.add(name, ofOne(shape)));
    if (!checked.add(pairs.values())) {
      return;
    }
    Map<String, Long> sizes = sizes(pairs);
    List<MemoryLimit.Step> steps = new ArrayList<>();
    for (int node = 0; node < graph.size(); node++) {
      if (!graph.isVariable(node)) {
        String name = graph.name(node);
        steps.add(
            new MemoryLimit.Step(
                graph.inputs(node).stream().map(Entry::node).map(graph::name).toList(),
                List.of(name)));
      }
    }
    MemoryLimit.check(steps, sizes, pairs.values().stream().mapToLong(Shape::size).sum());
  }

  private static Shape ofOne(Shape shape) {
    return shape.dimension() == 0 ? shape : new Shape(1).addAll(shape.slice(1));
  }

  /** The values of all outputs of each node; nothing if MXNet cannot infer them. */
  private Map<String, Long> sizes(PairList<String, Shape> inputs) {
    Map<String, Long> sizes = new HashMap<>();
    try (Symbol internals = symbol.getInternals()) {
      List<List<Shape>> shapes = JnaUtils.inferShape(internals, inputs);
      String[] names = internals.getOutputNames();
      for (int i = 0; i < names.length; i++) {
        sizes.merge(
            OUTPUT.matcher(names[i]).replaceFirst(""), shapes.get(1).get(i).size(), Long::sum);
      }
    } catch (EngineException | IllegalArgumentException e) {
      // Shapes that do not fit, of which MXNet says which when it runs the symbol, or that stay
      // open.
      return Map.of();
    }
    return sizes;
  }
}
