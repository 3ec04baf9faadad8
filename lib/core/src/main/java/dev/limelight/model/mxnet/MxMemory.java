package dev.limelight.model.mxnet;

import ai.djl.mxnet.engine.Symbol;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.input.MemoryLimit;
import dev.limelight.model.mxnet.MxGraph.Entry;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<String, Shape> weights;
  private final Set<List<Shape>> checked = new HashSet<>();

  /**
   * Of a symbol.
   *
   * @param symbol what MXNet read of the graph
   * @param weights shapes of its parameters by name
   */
  MxMemory(MxGraph graph, Symbol symbol, Map<String, Shape> weights) {
    this.graph = graph;
    this.symbol = symbol;
    this.weights = weights;
  }

  /**
   * Checks it for one picture of such inputs, unless that is done.
   *
   * @param shapes of its inputs by name
   * @throws UnsupportedException if it needs more memory than networks of such pictures do
   */
  synchronized void check(Map<String, Shape> shapes) {
    List<Shape> ofOne = shapes.values().stream().map(MxMemory::ofOne).toList();
    if (!checked.add(ofOne)) {
      return;
    }
    Map<String, Shape> known = new LinkedHashMap<>(weights);
    shapes.forEach((name, shape) -> known.put(name, ofOne(shape)));
    Map<String, Long> sizes = sizes(known);
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
    MemoryLimit.check(steps, sizes, ofOne.stream().mapToLong(Shape::size).sum());
  }

  private static Shape ofOne(Shape shape) {
    return shape.dimension() == 0 ? shape : new Shape(1).addAll(shape.slice(1));
  }

  /** The values of all outputs of each node, as far as MXNet can infer them. */
  private Map<String, Long> sizes(Map<String, Shape> known) {
    Map<String, Long> sizes = new HashMap<>();
    try (Symbol internals = symbol.getInternals()) {
      List<Long> all = MxShapes.sizes(internals, known);
      String[] names = internals.getOutputNames();
      for (int i = 0; i < Math.min(names.length, all.size()); i++) {
        sizes.merge(OUTPUT.matcher(names[i]).replaceFirst(""), all.get(i), MxMemory::saturated);
      }
    }
    return sizes;
  }

  private static long saturated(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
