package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.TensorMeta;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Pictures made larger or smaller. */
@MetaInfServices(AtenRules.class)
public final class Resizing implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("upsample_nearest1d.vec", (n, g) -> resized(n, g, "nearest")),
        entry("upsample_nearest2d.vec", (n, g) -> resized(n, g, "nearest")),
        entry("upsample_nearest2d.default", (n, g) -> resized(n, g, "nearest")),
        entry("_upsample_nearest_exact2d.vec", (n, g) -> resized(n, g, "exact")),
        entry("upsample_linear1d.vec", (n, g) -> resized(n, g, "linear")),
        entry("upsample_bilinear2d.vec", (n, g) -> resized(n, g, "linear")),
        entry("upsample_bilinear2d.default", (n, g) -> resized(n, g, "linear")),
        entry("_upsample_bilinear2d_aa.default", Resizing::smoothed),
        entry("_upsample_bilinear2d_aa.vec", Resizing::smoothed),
        entry("upsample_bicubic2d.vec", (n, g) -> resized(n, g, "cubic")),
        entry("upsample_bicubic2d.default", (n, g) -> resized(n, g, "cubic")));
  }

  /**
   * Each pixel is the mean of those within the scale of its centre, weighted by a triangle; a
   * product with a matrix for each side.
   */
  private static void smoothed(Call n, GraphWriter g) {
    TensorMeta before = n.xMeta();
    TensorMeta after = n.resultMeta(0);
    if (n.flag("align_corners", false)) {
      throw n.refuse("it is smoothed with its corners aligned");
    }
    for (int i = 2; i < 4; i++) {
      checkSize(n, i, false);
    }
    String rows = triangles(g, before.size(2), after.size(2));
    String columns = triangles(g, before.size(3), after.size(3));
    n.result(g.op("MatMul", g.op("MatMul", rows, n.x()), g.transpose(columns, 1, 0)));
  }

  private static String triangles(GraphWriter g, long size, long wanted) {
    double[] weights = new double[GraphWriter.count(size, wanted)];
    double scale = (double) size / wanted;
    double width = Math.max(1, scale);
    for (int i = 0; i < wanted; i++) {
      double centre = scale * (i + 0.5);
      int from = (int) Math.max(0, Math.floor(centre - width + 0.5));
      int to = (int) Math.min(size, Math.floor(centre + width + 0.5));
      double sum = 0;
      for (int k = from; k < to; k++) {
        double weight = Math.max(0, 1 - Math.abs((k - centre + 0.5) / width));
        weights[(int) (i * size) + k] = weight;
        sum += weight;
      }
      for (int k = from; k < to; k++) {
        weights[(int) (i * size) + k] /= sum;
      }
    }
    return g.reals(weights, wanted, size);
  }

  /** To the size that the file gives. */
  private static void resized(Call n, GraphWriter g, String mode) {
    TensorMeta after = n.resultMeta(0);
    int dimensions = after.rank() - 2;
    boolean corners = n.flag("align_corners", false);
    long[] sizes = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = after.size(2 + i);
      checkSize(n, 2 + i, corners);
    }
    // The plain nearest kind goes by the corners of pixels, and the exact one by their centres.
    String places =
        mode.equals("nearest") ? "asymmetric" : corners ? "align_corners" : "half_pixel";
    Attributes attributes =
        Attributes.none()
            .and("mode", mode.equals("exact") ? "nearest" : mode)
            .and("coordinate_transformation_mode", places)
            .and("nearest_mode", mode.equals("exact") ? "round_prefer_ceil" : "floor")
            .and("cubic_coeff_a", -0.75);
    String batch = g.shape(n.x(), 0, 2);
    String shape = g.op("Concat", Attributes.with("axis", 0), batch, g.ints(sizes));
    n.result(g.op("Resize", attributes, n.x(), "", "", shape));
  }

  /** PyTorch goes by the factors that it is given, which may differ from the ratio of sizes. */
  private static void checkSize(Call n, int axis, boolean corners) {
    long before = n.xMeta().size(axis);
    long after = n.resultMeta(0).size(axis);
    if (before < 1 || after < 1) {
      throw n.refuse("the size of its result depends on the size of the picture");
    }
    double factor = factor(n, axis, (double) after / before);
    if (!corners && Math.abs(factor * before - after) > 1e-6 * after) {
      throw n.refuse("it scales by " + factor + ", which gives no whole number of pixels");
    }
  }

  private static double factor(Call n, int axis, double otherwise) {
    if (n.has("scale_factors")) {
      return n.reals("scale_factors")[axis - 2];
    }
    return n.real(axis == n.xMeta().rank() - 1 ? "scales_w" : "scales_h", otherwise);
  }
}
