package dev.limelight.onnx.torchscript;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shapes of convolutions, poolings and resizing. */
final class WindowShapes {

  private WindowShapes() {}

  static Map<String, ShapeRule> rules() {
    Map<String, ShapeRule> rules = new HashMap<>();
    for (String name : List.of("conv1d", "conv2d", "conv3d", "convolution", "_convolution")) {
      rules.put(name, ShapeRule.one(WindowShapes::convolution));
    }
    rules.put("conv_transpose1d", ShapeRule.one(WindowShapes::transposed));
    rules.put("conv_transpose2d", ShapeRule.one(WindowShapes::transposed));
    for (int dimensions = 1; dimensions <= 3; dimensions++) {
      int count = dimensions;
      rules.put("max_pool" + count + "d", ShapeRule.one((call, k) -> pool(call, count, k)));
      rules.put("avg_pool" + count + "d", ShapeRule.one((call, k) -> pool(call, count, k)));
      rules.put(
          "adaptive_avg_pool" + count + "d", ShapeRule.one((call, k) -> adaptive(call, count, k)));
      rules.put(
          "adaptive_max_pool" + count + "d",
          (call, k) -> List.of(adaptive(call, count, k), adaptive(call, count, k)));
    }
    rules.put("max_pool2d_with_indices", (call, k) -> List.of(pool(call, 2, k), pool(call, 2, k)));
    rules.put("_adaptive_avg_pool2d", ShapeRule.one((call, k) -> adaptive(call, 2, k)));
    for (String name :
        List.of(
            "upsample_nearest1d",
            "upsample_nearest2d",
            "_upsample_nearest_exact2d",
            "upsample_linear1d",
            "upsample_bilinear2d",
            "upsample_bicubic2d",
            "_upsample_bilinear2d_aa")) {
      rules.put(name, ShapeRule.one(WindowShapes::resized));
    }
    rules.put("pixel_shuffle", ShapeRule.one(WindowShapes::shuffled));
    rules.put("pixel_unshuffle", ShapeRule.one(WindowShapes::unshuffled));
    return rules;
  }

  private static int dimensions(BoundCall call, int k) {
    int rank = call.shape("weight", k).length;
    if (call.shape("input", k).length != rank || rank < 3) {
      throw call.refuse("it convolves a picture without a batch");
    }
    return rank - 2;
  }

  private static long[] convolution(BoundCall call, int k) {
    if (call.flag("transposed")) {
      return transposed(call, k);
    }
    int count = dimensions(call, k);
    long[] input = call.shape("input", k);
    long[] weight = call.shape("weight", k);
    if (input[1] != weight[1] * call.whole("groups", 1, k)) {
      throw call.refuse("its input has " + input[1] + " channels");
    }
    String words = call.text("padding");
    long[] padding = words.isEmpty() ? call.window("padding", count, 0, k) : new long[count];
    long[] stride = call.window("stride", count, 1, k);
    long[] dilation = call.window("dilation", count, 1, k);
    long[] shape = input.clone();
    shape[1] = weight[0];
    for (int i = 0; i < count; i++) {
      long reach = dilation[i] * (weight[i + 2] - 1) + 1;
      shape[i + 2] =
          words.equals("same")
              ? input[i + 2]
              : Math.floorDiv(input[i + 2] + 2 * padding[i] - reach, stride[i]) + 1;
      positive(call, shape[i + 2]);
    }
    return shape;
  }

  private static long[] transposed(BoundCall call, int k) {
    int count = dimensions(call, k);
    long[] input = call.shape("input", k);
    long[] weight = call.shape("weight", k);
    if (input[1] != weight[0]) {
      throw call.refuse("its input has " + input[1] + " channels");
    }
    long[] padding = call.window("padding", count, 0, k);
    long[] added = call.window("output_padding", count, 0, k);
    long[] stride = call.window("stride", count, 1, k);
    long[] dilation = call.window("dilation", count, 1, k);
    long[] shape = input.clone();
    shape[1] = weight[1] * call.whole("groups", 1, k);
    for (int i = 0; i < count; i++) {
      shape[i + 2] =
          (input[i + 2] - 1) * stride[i]
              - 2 * padding[i]
              + dilation[i] * (weight[i + 2] - 1)
              + added[i]
              + 1;
      positive(call, shape[i + 2]);
    }
    return shape;
  }

  private static void positive(BoundCall call, long length) {
    if (length < 1) {
      throw call.refuse("its windows are larger than its input");
    }
  }

  private static long[] pool(BoundCall call, int count, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    int before = shape.length - count;
    long[] kernel = call.window("kernel_size", count, 1, k);
    boolean own = call.wholes("stride", k).length > 0;
    long[] stride = own ? call.window("stride", count, 1, k) : kernel;
    long[] padding = call.window("padding", count, 0, k);
    long[] dilation = call.window("dilation", count, 1, k);
    for (int i = 0; i < count; i++) {
      long length = shape[before + i];
      long room = length + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
      long windows = Math.floorDiv(room, stride[i]) + 1;
      if (call.flag("ceil_mode")) {
        windows = Math.floorDiv(room + stride[i] - 1, stride[i]) + 1;
        // The last window begins inside.
        windows -= (windows - 1) * stride[i] >= length + padding[i] ? 1 : 0;
      }
      positive(call, windows);
      shape[before + i] = windows;
    }
    return shape;
  }

  private static long[] adaptive(BoundCall call, int count, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    Value sizes = call.arguments().get("output_size");
    for (int i = 0; i < count; i++) {
      Value size =
          sizes instanceof Value.Many many && many.items().size() == count
              ? many.items().get(i)
              : sizes instanceof Value.Many many ? many.items().get(0) : sizes;
      // None keeps the length.
      shape[shape.length - count + i] =
          size instanceof Value.Whole whole ? whole.numbers()[k] : shape[shape.length - count + i];
    }
    return shape;
  }

  private static long[] resized(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    long[] sizes = call.wholes("output_size", k);
    double[] factors = call.reals("scale_factors");
    for (int i = 2; i < shape.length; i++) {
      if (sizes.length == shape.length - 2) {
        shape[i] = sizes[i - 2];
      } else if (factors != null && factors.length == shape.length - 2) {
        shape[i] = (long) Math.floor(shape[i] * factors[i - 2]);
      } else {
        throw call.refuse("it says no size");
      }
    }
    return shape;
  }

  private static long[] shuffled(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    long factor = call.whole("upscale_factor", 1, k);
    shape[shape.length - 3] /= factor * factor;
    shape[shape.length - 2] *= factor;
    shape[shape.length - 1] *= factor;
    return shape;
  }

  private static long[] unshuffled(BoundCall call, int k) {
    long[] shape = call.first().shapes().get(k).clone();
    long factor = call.whole("downscale_factor", 1, k);
    shape[shape.length - 3] *= factor * factor;
    shape[shape.length - 2] /= factor;
    shape[shape.length - 1] /= factor;
    return shape;
  }
}
