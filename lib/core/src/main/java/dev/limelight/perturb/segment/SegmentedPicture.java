package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.method.SharedCopies;
import dev.limelight.segment.ColourPlanes;
import dev.limelight.segment.Segmenter;
import dev.limelight.segment.Segments;
import dev.limelight.support.UnsupportedException;
import java.util.BitSet;
import java.util.List;

/**
 * One picture of a batch in segments, which are the same for all targets.
 *
 * @param index of the picture in the batch
 * @param shape of one input, (1, C, H, W)
 * @param input its numbers
 * @param segmenter that has divided it
 */
record SegmentedPicture(
    Evidence evidence,
    int index,
    Shape shape,
    float[] input,
    Segmenter segmenter,
    Segments segments) {

  /** What makes copies of the picture: the same for all targets and methods that choose it. */
  private record Hidden(Segmenter segmenter, Filling filling) {}

  /**
   * Divides a picture.
   *
   * @param method that does so, with which a refusal begins
   */
  static SegmentedPicture of(Evidence evidence, int index, Segmenter segmenter, String method) {
    NDArray single = evidence.input().get(index + ":" + (index + 1));
    Shape shape = single.getShape();
    float[] input = single.toFloatArray();
    if (evidence.isOfCopies() && segmenter.isOfFiles()) {
      throw new UnsupportedException(
          method
              + " with segments of files explains pictures as they are, and not their mirror images"
              + " or enlarged copies; choose slic, felzenszwalb or grid, or no smoothing");
    }
    Segments segments =
        segmenter.of(colours(evidence, input, shape), evidence.origin().frame(index));
    return new SegmentedPicture(evidence, index, shape, input, segmenter, segments);
  }

  private static ColourPlanes colours(Evidence evidence, float[] input, Shape shape) {
    return evidence
        .origin()
        .colours(input, (int) shape.get(1), (int) shape.get(3), (int) shape.get(2));
  }

  int channels() {
    return (int) shape.get(1);
  }

  /** The colours of the input. */
  ColourPlanes colours() {
    return colours(evidence, input, shape);
  }

  /** The scores of the picture with some segments filled. */
  Game game(Filling filling) {
    float[] filled = filling.of(input, channels(), segments, evidence.origin());
    Hidden source = new Hidden(segmenter, filling);
    return coalitions -> {
      // The sets are keys from now on, and may not be changed.
      List<BitSet> sets = coalitions.stream().map(set -> (BitSet) set.clone()).toList();
      float[] scores = evidence.shared(index, source).scores(sets, copies(filled));
      double[] result = new double[scores.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = scores[i];
      }
      return result;
    };
  }

  private SharedCopies.Maker<BitSet> copies(float[] filled) {
    int pixels = segments.width() * segments.height();
    boolean[] hidden = new boolean[pixels];
    return (coalitions, scope) -> {
      float[] all = new float[Math.multiplyExact(coalitions.size(), input.length)];
      for (int k = 0; k < coalitions.size(); k++) {
        segments.hide(coalitions.get(k), hidden);
        int start = k * input.length;
        for (int c = 0; c < channels(); c++) {
          for (int i = 0; i < pixels; i++) {
            int place = c * pixels + i;
            all[start + place] = hidden[i] ? filled[place] : input[place];
          }
        }
      }
      return NativeArrays.of(scope, all, new Shape(coalitions.size()).addAll(shape.slice(1)));
    };
  }
}
