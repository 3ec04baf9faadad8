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
        entry("upsample_linear1d.vec", (n, g) -> resized(n, g, "linear")),
        entry("upsample_bilinear2d.vec", (n, g) -> resized(n, g, "linear")),
        entry("upsample_bilinear2d.default", (n, g) -> resized(n, g, "linear")),
        entry("_upsample_bilinear2d_aa.default", (n, g) -> smoothed(n, g, "linear")),
        entry("_upsample_bilinear2d_aa.vec", (n, g) -> smoothed(n, g, "linear")),
        entry("upsample_bicubic2d.vec", (n, g) -> resized(n, g, "cubic")),
        entry("upsample_bicubic2d.default", (n, g) -> resized(n, g, "cubic")));
  }

  private static void resized(Call n, GraphWriter g, String mode) {
    resized(n, g, mode, 0);
  }

  private static void smoothed(Call n, GraphWriter g, String mode) {
    resized(n, g, mode, 1);
  }

  /** To the size that the file gives; the pixels of the nearest kind are placed by their corner. */
  private static void resized(Call n, GraphWriter g, String mode, long smooth) {
    TensorMeta before = n.xMeta();
    TensorMeta after = n.resultMeta(0);
    int dimensions = after.rank() - 2;
    boolean corners = n.flag("align_corners", false);
    long[] sizes = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = after.size(2 + i);
      if (sizes[i] < 0 || before.size(2 + i) < 0) {
        throw n.refuse("the size of its result depends on the size of the picture");
      }
      checkScale(n, i, sizes[i], before.size(2 + i), corners);
    }
    String places = corners ? "align_corners" : "half_pixel";
    Attributes attributes =
        Attributes.none()
            .and("mode", mode)
            .and("coordinate_transformation_mode", mode.equals("nearest") ? "asymmetric" : places)
            .and("nearest_mode", "floor")
            .and("cubic_coeff_a", -0.75)
            .and("antialias", smooth);
    String batch = g.shape(n.x(), 0, 2);
    String shape = g.op("Concat", Attributes.with("axis", 0), batch, g.ints(sizes));
    n.result(g.op("Resize", attributes, n.x(), "", "", shape));
  }

  /** PyTorch goes by the factors that it is given, which may differ from the ratio of sizes. */
  private static void checkScale(Call n, int dimension, long size, long before, boolean corners) {
    if (!n.has("scale_factors") || corners) {
      return;
    }
    double factor = n.reals("scale_factors")[dimension];
    if (factor * before != size) {
      throw n.refuse("it scales by " + factor + ", which gives no whole number of pixels");
    }
  }
}
