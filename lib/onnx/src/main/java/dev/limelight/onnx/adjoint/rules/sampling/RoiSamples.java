package dev.limelight.onnx.adjoint.rules.sampling;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.adjoint.rules.Scatter;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the bins of RoiAlign's boxes read along one axis. Each sample lies between two pixels, so
 * that a bin reads twice as many pixels as it has samples.
 *
 * @param pixels (boxes, bins, reads)
 * @param weights of the pixels in their samples, zero outside the map: (boxes, bins, reads)
 * @param exist whether there are such samples, as a box may have fewer than others: (boxes or 1, 1,
 *     reads)
 * @param count of the samples in a bin, at least one: (boxes or 1, 1, 1)
 */
record RoiSamples(String pixels, String weights, String exist, String count) {

  /**
   * The samples along an axis.
   *
   * @param coordinate 0 for x and 1 for y
   */
  static RoiSamples of(GraphBuilder g, Operation n, int coordinate) {
    String how = n.text("coordinate_transformation_mode", "half_pixel");
    boolean half = how.equals("half_pixel");
    if (!half && !how.equals("output_half_pixel")) {
      throw n.refuse("it has the coordinate_transformation_mode " + how);
    }
    // In the order of ONNX Runtime: what it rounds decides on which side of an edge a sample lies.
    String start = border(g, n, coordinate, half);
    String length = g.sub(border(g, n, coordinate + 2, half), start);
    if (!half) {
      length = g.op("Max", length, g.number(1, length));
    }
    int bins = (int) n.integer(coordinate == 0 ? "output_width" : "output_height", 1);
    String bin = g.div(length, g.number(bins, length));
    long ratio = n.integer("sampling_ratio", 0);
    String samples = ratio > 0 ? constant(g, bin, 3, ratio) : g.op("Ceil", bin);
    String most = ratio > 0 ? g.number(ratio, bin) : most(g, samples);
    String numbers = g.op("Range", g.number(0, bin), most, g.number(1, bin));
    String count = g.op("Max", samples, g.number(1, samples));
    String inBin = g.div(g.mul(g.plus(numbers, 0.5), bin), count);
    double[] all = IntStream.range(0, bins).asDoubleStream().toArray();
    String ofBin = g.mul(g.reshape(constant(g, bin, 1, all), 1, -1, 1), bin);
    String places = g.add(g.add(start, ofBin), inBin);
    String exist = g.op("Less", numbers, samples);
    return between(g, places, exist, count, g.cast(g.size(n.x(), 3 - coordinate), bin));
  }

  /** A border of each box in pixels: (boxes, 1, 1). */
  private static String border(GraphBuilder g, Operation n, int column, boolean half) {
    String given = g.op("Gather", Attributes.with("axis", 1), n.x(1), g.ints(column));
    String scaled = g.scale(g.op("Unsqueeze", given, g.ints(2)), n.real("spatial_scale", 1));
    return half ? g.plus(scaled, -0.5) : scaled;
  }

  /** The largest number of samples; 1 if there are no boxes. */
  private static String most(GraphBuilder g, String samples) {
    Attributes first = Attributes.with("axis", 0);
    String all = g.op("Concat", first, constant(g, samples, 1, 1), g.reshape(samples, -1));
    return g.op("ReduceMax", Attributes.with("keepdims", 0), all);
  }

  /** Numbers along the first of some dimensions. */
  private static String constant(GraphBuilder g, String like, int rank, double... values) {
    long[] dimensions = new long[rank];
    Arrays.fill(dimensions, 1);
    dimensions[0] = values.length;
    return g.constant(TensorValues.real(g.type(like), dimensions, values));
  }

  /** The pixels on both sides of each place. */
  private static RoiSamples between(
      GraphBuilder g, String places, String exist, String count, String size) {
    String from = g.op("GreaterOrEqual", places, g.number(-1, places));
    String inside = g.op("And", from, g.op("LessOrEqual", places, size));
    String counted = g.op("And", inside, exist);
    String last = g.plus(size, -1);
    String place = g.op("Max", g.op("Min", places, last), g.number(0, places));
    String low = g.op("Floor", place);
    String high = g.op("Min", g.plus(low, 1), last);
    String share = g.sub(place, low);
    String ofLow = g.gate(counted, g.oneMinus(share));
    String ofHigh = g.gate(counted, share);
    Attributes reads = Attributes.with("axis", 2);
    return new RoiSamples(
        g.cast(g.op("Concat", reads, low, high), DataType.INT64),
        g.op("Concat", reads, ofLow, ofHigh),
        g.op("Concat", reads, exist, exist),
        count);
  }

  /**
   * The mean of each bin's samples as a matrix: (boxes, bins, pixels).
   *
   * @param size the number of pixels, a vector of one
   */
  String means(GraphBuilder g, String size) {
    String bins = g.op("Shape", Attributes.with("start", 0).and("end", 2L), weights);
    String zeros = g.zeros(g.op("Concat", Attributes.with("axis", 0), bins, size), weights);
    return Scatter.along(g, 2, zeros, pixels, g.div(weights, count));
  }
}
