package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.output.Candidates;
import dev.limelight.output.Decoding;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputShapes;
import java.util.Arrays;
import java.util.Locale;

/**
 * Boxes (N, M, 4) and scores (N, M, K) as two outputs.
 *
 * @param yFirst whether a box is top, left, bottom, right
 */
record Ssd(boolean yFirst) {

  /** How TensorFlow's detectors call what they give before suppression, the top edge first. */
  private static final String RAW = "raw_detection";

  private static final double TOLERANCE = 1e-3;

  Fit fit(OutputShapes outputs) {
    if (outputs.size() != 2 || !outputs.outputs().stream().allMatch(OutputShapes.Output::isTable)) {
      return Fit.no("it reads two outputs, (N, M, 4) and (N, M, K)");
    }
    int boxes = boxes(outputs);
    if (boxes < 0) {
      return Fit.no(outputs + " are not (N, M, 4) and (N, M, K) with the same M");
    }
    long classes = outputs.get(1 - boxes).length(2);
    if (outputs.labels() > 0 && outputs.labels() != classes) {
      return Fit.no(
          "there are scores of " + classes + " classes, and " + outputs.labels() + " labels");
    }
    if (Decoding.areNegative(lengths(outputs.sample(boxes)))) {
      return Fit.ifAsked(
          "many boxes of "
              + outputs.get(boxes)
              + " would end before they begin, as where they are centre, width and height");
    }
    boolean raw = outputs.toString().toLowerCase(Locale.ROOT).contains(RAW);
    String why =
        outputs.get(boxes)
            + " has "
            + outputs.get(boxes).length(1)
            + " boxes, and "
            + outputs.get(1 - boxes)
            + " the scores of "
            + classes
            + " classes for each";
    return yFirst == raw
        ? Fit.yes(why)
        : Fit.ifAsked(
            why + "; its boxes seem to begin with " + (raw ? "the top edge" : "the left edge"));
  }

  /** The widths and heights of boxes that are given by their edges. */
  private static float[] lengths(float[] boxes) {
    float[] lengths = new float[boxes.length / 2];
    for (int i = 0; i < lengths.length; i++) {
      int from = i / 2 * 4 + i % 2;
      lengths[i] = boxes[from + 2] - boxes[from];
    }
    return lengths;
  }

  /** The index of the boxes, or -1. */
  private static int boxes(OutputShapes outputs) {
    OutputShapes.Output first = outputs.get(0);
    OutputShapes.Output second = outputs.get(1);
    if (first.length(1) != second.length(1)) {
      return -1;
    }
    boolean both = first.length(2) == 4 && second.length(2) == 4;
    if (both && named(first, "box") != named(second, "box")) {
      return named(first, "box") ? 0 : 1;
    }
    if (both) {
      // The scores of a softmax sum to one, and edges do not.
      boolean shared = isShared(outputs.sample(0), 4);
      return shared == isShared(outputs.sample(1), 4) ? -1 : shared ? 1 : 0;
    }
    return first.length(2) == 4 ? 0 : second.length(2) == 4 ? 1 : -1;
  }

  private static boolean named(OutputShapes.Output output, String part) {
    return output.name().toLowerCase(Locale.ROOT).contains(part);
  }

  Candidates candidates(NDArray joined, OutputShapes outputs) {
    int at = boxes(outputs);
    NDArray boxes = outputs.part(joined, at);
    if (yFirst) {
      NDList turned = new NDList();
      for (int column : new int[] {1, 0, 3, 2}) {
        turned.add(Decoding.columns(boxes, column, column + 1));
      }
      boxes = NDArrays.concat(turned, 2);
    }
    if (Decoding.areShares(outputs.sample(at))) {
      boxes = Decoding.inPixels(boxes, outputs);
    }
    NDArray scores = outputs.part(joined, 1 - at);
    float[] sample = outputs.sample(1 - at);
    int classes = (int) outputs.get(1 - at).length(2);
    if (!Decoding.areProbabilities(sample)) {
      return new Candidates(boxes, Decoding.sigmoid(scores), null);
    }
    if (!isShared(sample, classes)) {
      return new Candidates(boxes, scores, null);
    }
    // What a softmax gives has a share for "nothing", which is the first.
    float[] things = new float[classes];
    Arrays.fill(things, 1, classes, 1);
    return new Candidates(boxes, scores.mul(Decoding.constant(scores, things)), null);
  }

  /** Whether the classes of each candidate sum to one. */
  private static boolean isShared(float[] values, int classes) {
    for (int from = 0; from < values.length; from += classes) {
      double sum = 0;
      for (int i = from; i < from + classes; i++) {
        sum += values[i];
      }
      if (Math.abs(sum - 1) > TOLERANCE) {
        return false;
      }
    }
    return classes > 1;
  }
}
