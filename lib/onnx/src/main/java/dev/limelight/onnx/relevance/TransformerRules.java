package dev.limelight.onnx.relevance;

import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** What transformers add: a softmax that is no output, and normalisations of each token. */
@MetaInfServices(RelevanceRules.class)
public final class TransformerRules implements RelevanceRules {

  @Override
  public Map<String, RelevanceRule> rules() {
    return Map.of(
        "Softmax", TransformerRules::softmax,
        "LayerNormalization", TransformerRules::layerNormalization);
  }

  private static void softmax(GraphBuilder g, Operation n, Propagation by) {
    refuseOthers(n, by);
    Propagation.exact(g, n);
  }

  /** The deviation counts as a constant: {@code c_x = (g - mean g) / deviation, g = scale c_y}. */
  private static void layerNormalization(GraphBuilder g, Operation n, Propagation by) {
    refuseOthers(n, by);
    n.refuseGradientOf("its weights are", 1, 2);
    int rank = g.rank(n.x());
    long axis = n.integer("axis", -1);
    long first = axis < 0 ? axis + rank : axis;
    long[] axes = LongStream.range(first, rank).toArray();
    String centred = g.sub(n.x(), g.mean(n.x(), axes));
    String variance = g.mean(g.mul(centred, centred), axes);
    String deviation = g.op("Sqrt", g.plus(variance, n.real("epsilon", 1e-5)));
    String c = g.div(g.mul(n.dy(), n.x(1)), deviation);
    n.gradient(0, g.sub(c, g.mean(c, axes)));
  }

  private static void refuseOthers(Operation n, Propagation by) {
    if (!by.isOfAttention()) {
      throw n.refuse("lrp is for convolutional networks; use attn-lrp");
    }
  }
}
