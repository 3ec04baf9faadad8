package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Pooling of windows and of whole maps. */
@MetaInfServices(GradientRules.class)
public final class PoolingRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "MaxPool", PoolingRules::maxPool,
        "MaxUnpool", PoolingRules::maxUnpool,
        "AveragePool", PoolingRules::averagePool,
        "LpPool", PoolingRules::lpPool,
        "GlobalMaxPool", PoolingRules::globalMaxPool,
        "GlobalAveragePool", PoolingRules::globalAveragePool,
        "GlobalLpPool", PoolingRules::globalLpPool);
  }

  /** Its second output says where each maximum was: there the gradients are added. */
  private static void maxPool(GraphBuilder g, Operation n) {
    if (n.integer("storage_order", 0) != 0) {
      throw n.refuse("it has a storage_order");
    }
    n.gradient(0, Scatter.flat(g, n.x(), indices(g, n), n.dy()));
  }

  private static String indices(GraphBuilder g, Operation n) {
    NodeProto node = n.node();
    if (node.getOutputCount() > 1 && !node.getOutput(1).isEmpty()) {
      return node.getOutput(1);
    }
    String name = n.y() + "/places_of_maxima";
    g.change(node, changed -> changed.clearOutput().addOutput(n.y()).addOutput(name));
    return name;
  }

  /** {@code dx = dy} at the places where the elements were put, which count over the whole y. */
  private static void maxUnpool(GraphBuilder g, Operation n) {
    String places = g.reshape(n.x(1), -1);
    String picked =
        g.op("GatherElements", Attributes.with("axis", 0), g.reshape(n.dy(), -1), places);
    n.gradient(0, g.reshapedAs(picked, n.x()));
  }

  private static void averagePool(GraphBuilder g, Operation n) {
    n.gradient(0, pooledBack(g, n, n.dy(), Attributes.none().and(n.node(), "count_include_pad")));
  }

  /** {@code y^p = sum |x|^p}, whose sum is the pooling itself for p = 1. */
  private static void lpPool(GraphBuilder g, Operation n) {
    long p = n.integer("p", 2);
    String share = n.dy();
    if (p != 1) {
      String y = Norms.notZero(g, n.y());
      share = g.div(share, p == 2 ? y : g.op("Pow", y, g.number(p - 1, y)));
    }
    String sums = pooledBack(g, n, share, Attributes.with("p", 1));
    n.gradient(0, g.mul(Norms.slopeOfPower(g, n.x(), p), sums));
  }

  /** The gradient of a pooling that is linear, with the attributes that only some have. */
  private static String pooledBack(
      GraphBuilder g, Operation n, String dy, Attributes ofThisOperator) {
    long[] kernel = n.integers("kernel_shape");
    if (kernel == null) {
      throw n.refuse("it has no kernel_shape");
    }
    int rank = kernel.length;
    long[] strides = Window.filled(n, "strides", rank, 1);
    long[] dilations = Window.filled(n, "dilations", rank, 1);
    long[] pads = Window.filled(n, "pads", 2 * rank, 0);
    boolean explicit = n.text("auto_pad", "NOTSET").equals("NOTSET");
    String result = dy;
    for (int i = 0; i < rank; i++) {
      if (kernel[i] == 1 && strides[i] == 1 && pads[i] == 0 && pads[rank + i] == 0) {
        continue;
      }
      Attributes attributes =
          ofThisOperator
              .and("kernel_shape", new long[] {kernel[i]})
              .and("strides", new long[] {strides[i]})
              .and(n.node(), "auto_pad", "ceil_mode");
      if (explicit) {
        attributes = attributes.and("pads", new long[] {pads[i], pads[rank + i]});
      }
      if (dilations[i] != 1) {
        attributes = attributes.and("dilations", new long[] {dilations[i]});
      }
      // As many channels as elements, one of which is one in each.
      String units = g.op("Unsqueeze", Separable.identity(g, n.x(), 2 + i), g.ints(0));
      String pooled = g.op(n.node().getOpType(), attributes, units);
      String matrix = g.op("Squeeze", pooled, g.ints(0));
      result = Separable.multiply(g, result, 2 + i, 2 + rank, matrix);
    }
    return result;
  }

  private static void globalMaxPool(GraphBuilder g, Operation n) {
    n.gradient(0, Reductions.extreme(g, n.x(), n.y(), n.dy(), g.ints(space(g, n))));
  }

  private static void globalAveragePool(GraphBuilder g, Operation n) {
    String share = Reductions.share(g, n.dy(), n.x(), n.y(), space(g, n));
    n.gradient(0, g.op("Expand", share, g.shape(n.x())));
  }

  private static void globalLpPool(GraphBuilder g, Operation n) {
    n.gradient(0, Norms.back(g, n.x(), n.y(), n.dy(), n.integer("p", 2)));
  }

  /** The axes after batch and channels. */
  private static long[] space(GraphBuilder g, Operation n) {
    return LongStream.range(2, g.rank(n.x())).toArray();
  }
}
