package dev.limelight.onnx.adjoint.rules;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Operators that pick elements, and sums of neighbours along an axis. */
@MetaInfServices(GradientRules.class)
public final class IndexingRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.ofEntries(
        entry("Slice", Blocks::slice),
        entry("Gather", Blocks::gather),
        entry("Pad", Blocks::pad),
        entry("GatherElements", IndexingRules::gatherElements),
        entry("GatherND", IndexingRules::gatherNd),
        entry("ScatterND", IndexingRules::scatterNd),
        entry("ScatterElements", IndexingRules::scatterElements),
        entry("Compress", IndexingRules::compress),
        entry("Tile", IndexingRules::tile),
        entry("CumSum", IndexingRules::cumSum),
        entry("ReverseSequence", IndexingRules::reverseSequence),
        entry("TopK", IndexingRules::topK),
        entry("Trilu", IndexingRules::trilu));
  }

  private static void gatherElements(GraphBuilder g, Operation n) {
    String zeros = g.zeros(g.shape(n.x()), n.x());
    n.gradient(0, Scatter.along(g, n.integer("axis", 0), zeros, n.x(1), n.dy()));
  }

  private static void gatherNd(GraphBuilder g, Operation n) {
    Attributes batch = Attributes.none().and(n.node(), "batch_dims");
    n.gradient(
        0, Scatter.back(g, n.x(), n.dy(), numbers -> g.op("GatherND", batch, numbers, n.x(1))));
  }

  private static void scatterNd(GraphBuilder g, Operation n) {
    boolean adds = adds(n);
    if (n.wants(0)) {
      String zeros = adds ? "" : g.zeros(g.shape(n.x(2)), n.x());
      n.gradient(0, adds ? n.dy() : g.op("ScatterND", n.dy(), n.x(1), zeros));
    }
    if (n.wants(2)) {
      n.gradient(2, g.op("GatherND", n.dy(), n.x(1)));
    }
  }

  private static void scatterElements(GraphBuilder g, Operation n) {
    boolean adds = adds(n);
    Attributes axis = Attributes.with("axis", n.integer("axis", 0));
    if (n.wants(0)) {
      String zeros = adds ? "" : g.zeros(g.shape(n.x(2)), n.x());
      n.gradient(0, adds ? n.dy() : g.op("ScatterElements", axis, n.dy(), n.x(1), zeros));
    }
    if (n.wants(2)) {
      n.gradient(2, g.op("GatherElements", axis, n.dy(), n.x(1)));
    }
  }

  /** Whether the updates are added to what is there rather than put in its place. */
  private static boolean adds(Operation n) {
    String reduction = n.text("reduction", "none");
    if (!reduction.equals("none") && !reduction.equals("add")) {
      throw n.refuse("it has the reduction " + reduction);
    }
    return reduction.equals("add");
  }

  private static void compress(GraphBuilder g, Operation n) {
    Attributes axis = Attributes.none().and(n.node(), "axis");
    n.gradient(
        0, Scatter.back(g, n.x(), n.dy(), numbers -> g.op("Compress", axis, numbers, n.x(1))));
  }

  /** The repeats become axes of their own, over which is summed. */
  private static void tile(GraphBuilder g, Operation n) {
    String repeats = g.op("Unsqueeze", n.x(1), g.ints(1));
    String lengths = g.op("Unsqueeze", g.shape(n.x()), g.ints(1));
    String pairs = g.op("Concat", Attributes.with("axis", 1), repeats, lengths);
    String apart = g.shaped(n.dy(), g.reshape(pairs, -1));
    long[] axes = LongStream.range(0, g.rank(n.x())).map(i -> 2 * i).toArray();
    n.gradient(0, g.op("ReduceSum", Attributes.with("keepdims", 0), apart, g.ints(axes)));
  }

  private static void cumSum(GraphBuilder g, Operation n) {
    Attributes attributes =
        Attributes.with("reverse", 1 - n.integer("reverse", 0)).and(n.node(), "exclusive");
    n.gradient(0, g.op("CumSum", attributes, n.dy(), n.x(1)));
  }

  /** It is its own inverse. */
  private static void reverseSequence(GraphBuilder g, Operation n) {
    Attributes axes = Attributes.none().and(n.node(), "batch_axis", "time_axis");
    n.gradient(0, g.op("ReverseSequence", axes, n.dy(), n.x(1)));
  }

  private static void topK(GraphBuilder g, Operation n) {
    String zeros = g.zeros(g.shape(n.x()), n.x());
    n.gradient(0, Scatter.along(g, n.integer("axis", -1), zeros, n.y(1), n.dy()));
  }

  private static void trilu(GraphBuilder g, Operation n) {
    Attributes upper = Attributes.none().and(n.node(), "upper");
    n.gradient(0, g.op("Trilu", upper, n.dy(), n.optional(1)));
  }
}
