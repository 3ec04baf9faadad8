package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.TensorMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/** Pooling of windows, and into so many windows. */
@MetaInfServices(AtenRules.class)
public final class Pooling implements AtenRules {

  private static final long MOST_WINDOWS = 1024;

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("max_pool1d.default", (n, g) -> maxPool(n, g, 1)),
        entry("max_pool2d.default", (n, g) -> maxPool(n, g, 2)),
        entry("max_pool3d.default", (n, g) -> maxPool(n, g, 3)),
        entry("max_pool2d_with_indices.default", (n, g) -> maxPool(n, g, 2)),
        entry("avg_pool1d.default", (n, g) -> averagePool(n, g, 1)),
        entry("avg_pool2d.default", (n, g) -> averagePool(n, g, 2)),
        entry("avg_pool3d.default", (n, g) -> averagePool(n, g, 3)),
        entry("adaptive_avg_pool1d.default", (n, g) -> adaptiveAverage(n, g, 1)),
        entry("adaptive_avg_pool2d.default", (n, g) -> adaptiveAverage(n, g, 2)),
        entry("_adaptive_avg_pool2d.default", (n, g) -> adaptiveAverage(n, g, 2)),
        entry("adaptive_avg_pool3d.default", (n, g) -> adaptiveAverage(n, g, 3)),
        entry("adaptive_max_pool1d.default", (n, g) -> adaptiveMax(n, g, 1)),
        entry("adaptive_max_pool2d.default", (n, g) -> adaptiveMax(n, g, 2)));
  }

  private static void checkBatch(Call n, int dimensions) {
    if (n.xMeta().rank() != dimensions + 2) {
      throw n.refuse("it pools a picture without a batch");
    }
  }

  private static Attributes window(Call n, int dimensions) {
    checkBatch(n, dimensions);
    long[] kernel = n.window("kernel_size", dimensions, 1);
    boolean strided = n.has("stride") && n.sizes("stride").size() > 0;
    long[] zeros = new long[dimensions];
    return Attributes.with("kernel_shape", kernel)
        .and("strides", strided ? n.window("stride", dimensions, 1) : kernel)
        .and(
            "pads",
            Convolutions.twice(n.has("padding") ? n.window("padding", dimensions, 0) : zeros))
        .and("ceil_mode", n.flag("ceil_mode", false) ? 1 : 0);
  }

  /** Its second result says where the maxima are, which no map needs. */
  private static void maxPool(Call n, GraphWriter g, int dimensions) {
    Attributes attributes = window(n, dimensions);
    if (n.has("dilation")) {
      attributes = attributes.and("dilations", n.window("dilation", dimensions, 1));
    }
    n.result(g.op("MaxPool", attributes, n.x()));
  }

  private static void averagePool(Call n, GraphWriter g, int dimensions) {
    boolean padded = n.flag("count_include_pad", true);
    boolean divided = n.has("divisor_override");
    if (divided && !padded) {
      throw n.refuse("its divisor is given, and it leaves out the padding");
    }
    Attributes attributes = window(n, dimensions).and("count_include_pad", padded ? 1 : 0);
    String mean = g.op("AveragePool", attributes, n.x());
    if (divided) {
      double numbers =
          LongStream.of(n.window("kernel_size", dimensions, 1)).reduce(1, (a, b) -> a * b);
      mean = g.scale(mean, numbers / n.integer("divisor_override"), n.type());
    }
    n.result(mean);
  }

  /** Windows of one size if the picture can be divided so, and else a product with their matrix. */
  private static void adaptiveAverage(Call n, GraphWriter g, int dimensions) {
    checkBatch(n, dimensions);
    long[] wanted = outputSize(n, dimensions);
    String x = n.x();
    if (LongStream.of(wanted).allMatch(size -> size == 1)) {
      n.result(g.op("GlobalAveragePool", x));
      return;
    }
    long[] kernel = kernel(n, wanted);
    if (kernel != null) {
      n.result(g.op("AveragePool", even(kernel), x));
      return;
    }
    if (dimensions != 2) {
      throw n.refuse("its windows are of different sizes");
    }
    String rows = matrix(g, n.xMeta().size(2), wanted[0]);
    String columns = matrix(g, n.xMeta().size(3), wanted[1]);
    n.result(g.op("MatMul", g.op("MatMul", rows, x), g.transpose(columns, 1, 0)));
  }

  private static Attributes even(long[] kernel) {
    return Attributes.with("kernel_shape", kernel).and("strides", kernel);
  }

  private static long[] outputSize(Call n, int dimensions) {
    long[] wanted = n.window("output_size", dimensions, 1);
    for (int i = 0; i < dimensions; i++) {
      if (wanted[i] < 1 || wanted[i] > MOST_WINDOWS) {
        throw n.refuse("it gives " + wanted[i] + " windows");
      }
    }
    return wanted;
  }

  /** The one size of all windows, or null if they differ. */
  private static long @Nullable [] kernel(Call n, long[] wanted) {
    TensorMeta meta = n.xMeta();
    long[] kernel = new long[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      long size = meta.size(2 + i);
      if (size < 0) {
        throw n.refuse("the size of its windows depends on the size of the picture");
      }
      kernel[i] = size / wanted[i];
      if (size % wanted[i] != 0) {
        return null;
      }
    }
    return kernel;
  }

  /** Row i averages from floor(i size / wanted) to ceil((i + 1) size / wanted). */
  private static String matrix(GraphWriter g, long size, long wanted) {
    double[] values = new double[GraphWriter.count(size, wanted)];
    for (long i = 0; i < wanted; i++) {
      long from = i * size / wanted;
      long to = ((i + 1) * size + wanted - 1) / wanted;
      Arrays.fill(values, (int) (i * size + from), (int) (i * size + to), 1.0 / (to - from));
    }
    return g.reals(values, wanted, size);
  }

  private static void adaptiveMax(Call n, GraphWriter g, int dimensions) {
    checkBatch(n, dimensions);
    long[] wanted = outputSize(n, dimensions);
    String x = n.x();
    if (LongStream.of(wanted).allMatch(size -> size == 1)) {
      n.result(g.op("GlobalMaxPool", x));
      return;
    }
    long[] kernel = kernel(n, wanted);
    if (kernel != null) {
      n.result(g.op("MaxPool", even(kernel), x));
      return;
    }
    for (int i = 0; i < dimensions; i++) {
      x = maxima(g, x, 2 + i, n.xMeta().size(2 + i), wanted[i]);
    }
    n.result(x);
  }

  private static String maxima(GraphWriter g, String x, int axis, long size, long wanted) {
    List<String> windows = new ArrayList<>();
    for (long i = 0; i < wanted; i++) {
      String from = g.ints(i * size / wanted);
      String to = g.ints(((i + 1) * size + wanted - 1) / wanted);
      String window = g.slice(x, axis, from, to, 1);
      windows.add(g.op("ReduceMax", Attributes.with("keepdims", 1), window, g.ints(axis)));
    }
    return g.concat(axis, windows);
  }
}
