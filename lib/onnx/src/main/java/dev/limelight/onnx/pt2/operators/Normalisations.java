package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.kohsuke.MetaInfServices;

/** Normalisations by stored statistics, or by those of a picture. */
@MetaInfServices(AtenRules.class)
public final class Normalisations implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("batch_norm.default", Normalisations::batchNorm),
        entry("native_batch_norm.default", Normalisations::batchNorm),
        entry("_native_batch_norm_legit.default", Normalisations::batchNorm),
        entry("_native_batch_norm_legit.no_stats", Normalisations::batchNorm),
        entry("_native_batch_norm_legit_no_training.default", Normalisations::batchNorm),
        entry("cudnn_batch_norm.default", Normalisations::batchNorm),
        entry("layer_norm.default", Normalisations::layerNorm),
        entry("native_layer_norm.default", Normalisations::layerNorm),
        entry("group_norm.default", Normalisations::groupNorm),
        entry("native_group_norm.default", Normalisations::groupNorm),
        entry("instance_norm.default", Normalisations::instanceNorm),
        entry("rms_norm.default", Normalisations::rmsNorm),
        entry("linalg_vector_norm.default", Normalisations::vectorNorm),
        entry("norm.ScalarOpt_dim", Normalisations::vectorNorm));
  }

  private static void batchNorm(Call n, GraphWriter g) {
    boolean stored = n.has("running_mean") && n.has("running_var");
    if (!stored && n.xMeta().size(0) == 1) {
      // So weights are standardised: the statistics of a batch of one are its own.
      standardised(n, g, n.xMeta().size(1), n.real("eps"));
      return;
    }
    if (!stored || n.flag("training", false) || n.flag("train", false)) {
      throw n.refuse("it normalises by the batch, as in training; export the model in eval()");
    }
    long channels = n.xMeta().size(1);
    // PyTorch has float32 statistics also where its pictures are of half precision.
    n.result(
        g.op(
            "BatchNormalization",
            Attributes.none().and("epsilon", n.real("eps")),
            n.x(),
            n.has("weight") ? n.tensor("weight") : g.repeated(1, channels),
            n.has("bias") ? n.tensor("bias") : g.repeated(0, channels),
            n.tensor("running_mean"),
            n.tensor("running_var")));
  }

  private static void layerNorm(Call n, GraphWriter g) {
    long[] shape = n.integers("normalized_shape");
    n.result(
        g.op(
            "LayerNormalization",
            Attributes.with("axis", -shape.length).and("epsilon", n.real("eps", 1e-5)),
            n.x(),
            n.has("weight") ? n.tensor("weight") : g.repeated(1, shape),
            n.optional("bias")));
  }

  /** Each group is a picture of one channel, and its values are then scaled by channel. */
  private static void groupNorm(Call n, GraphWriter g) {
    long groups = n.integer(n.has("num_groups") ? "num_groups" : "group");
    standardised(n, g, groups, n.real("eps", 1e-5));
  }

  private static void instanceNorm(Call n, GraphWriter g) {
    if (!n.flag("use_input_stats", true)) {
      n.result(
          g.op(
              "BatchNormalization",
              Attributes.none().and("epsilon", n.real("eps", 1e-5)),
              n.x(),
              n.has("weight") ? n.tensor("weight") : g.repeated(1, n.xMeta().size(1)),
              n.has("bias") ? n.tensor("bias") : g.repeated(0, n.xMeta().size(1)),
              n.tensor("running_mean"),
              n.tensor("running_var")));
      return;
    }
    standardised(n, g, n.xMeta().size(1), n.real("eps", 1e-5));
  }

  private static void standardised(Call n, GraphWriter g, long groups, double epsilon) {
    String x = n.x();
    String standard =
        groups < 0
            ? byChannel(n, g, epsilon)
            : byGroup(g, g.reshape(x, 0, groups, -1), groups, epsilon);
    String y = g.op("Reshape", standard, n.shape(x, n.xMeta()));
    long[] channels = new long[n.xMeta().rank() - 1];
    Arrays.fill(channels, 1);
    channels[0] = -1;
    if (n.has("weight")) {
      y = g.op("Mul", y, g.reshape(n.tensor("weight"), channels));
    }
    if (n.has("bias")) {
      y = g.op("Add", y, g.reshape(n.tensor("bias"), channels));
    }
    n.result(y);
  }

  private static String byGroup(GraphWriter g, String x, long groups, double epsilon) {
    return g.op(
        "InstanceNormalization",
        Attributes.none().and("epsilon", epsilon),
        x,
        g.repeated(1, groups),
        g.repeated(0, groups));
  }

  /** Where the number of channels is open, as of those of all pictures together. */
  private static String byChannel(Call n, GraphWriter g, double epsilon) {
    Attributes kept = Attributes.with("keepdims", 1);
    String axes = g.ints(LongStream.range(2, n.xMeta().rank()).toArray());
    String apart = g.op("Sub", n.x(), g.op("ReduceMean", kept, n.x(), axes));
    String variance = g.op("ReduceMean", kept, g.op("Mul", apart, apart), axes);
    String shifted = g.op("Add", variance, g.number(epsilon, ScalarType.FLOAT32));
    return g.op("Div", apart, g.op("Sqrt", shifted));
  }

  private static void rmsNorm(Call n, GraphWriter g) {
    String x = n.x();
    int dimensions = n.integers("normalized_shape").length;
    long[] axes = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      axes[i] = i - dimensions;
    }
    // The schema's default is the distance of float32's numbers at 1.
    double epsilon = n.real("eps", Math.ulp(1f));
    String square =
        g.op("ReduceMean", Attributes.with("keepdims", 1), g.op("Mul", x, x), g.ints(axes));
    String shifted = g.op("Add", square, g.number(epsilon, ScalarType.FLOAT32));
    String y = g.op("Div", x, g.op("Sqrt", shifted));
    n.result(n.has("weight") ? g.op("Mul", y, n.tensor("weight")) : y);
  }

  private static void vectorNorm(Call n, GraphWriter g) {
    String order = n.has("ord") ? "ord" : "p";
    double p = n.has(order) ? n.infinite(order) : 2;
    Attributes keep = Attributes.with("keepdims", n.flag("keepdim", false) ? 1 : 0);
    String axes = g.ints(n.axes("dim", n.xMeta().rank()));
    if (p == 2 || p == 1) {
      n.result(g.op(p == 2 ? "ReduceL2" : "ReduceL1", keep, n.x(), axes));
    } else if (p == Double.POSITIVE_INFINITY) {
      n.result(g.op("ReduceMax", keep, g.op("Abs", n.x()), axes));
    } else {
      throw n.refuse("it is the norm of order " + p);
    }
  }
}
