package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Decoding;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputShapes;

/**
 * One output with a box and scores for each candidate: centre, width and height, then the
 * objectness where there is one, then the classes.
 *
 * @param objectness whether there is one
 */
record Yolo(boolean objectness) {

  private int before() {
    return objectness ? 5 : 4;
  }

  Fit fit(OutputShapes outputs) {
    if (outputs.size() != 1 || !outputs.get(0).isTable()) {
      return Fit.no(
          outputs.size() == 1
              ? outputs.get(0) + " has not three dimensions"
              : "there are " + outputs.size() + " outputs");
    }
    OutputShapes.Output only = outputs.get(0);
    long classes = values(only) - before();
    if (classes < 1) {
      return Fit.no(only + " has no room for a box and classes");
    }
    if (only.length(1) == only.length(2)) {
      return Fit.no(only + " does not say which dimension counts the candidates");
    }
    if (outputs.labels() > 0 && outputs.labels() != classes) {
      return Fit.no(
          values(only)
              + " values would be "
              + classes
              + " classes, and there are "
              + outputs.labels()
              + " labels");
    }
    if (AfterSuppressionReader.isList(outputs)) {
      return Fit.no(only + " ends with whole numbers, as a list after suppression does");
    }
    if (Decoding.areNegative(sample(outputs, 2, 4))) {
      return Fit.ifAsked(
          "many values in the place of widths and heights are below 0, as where boxes are not"
              + " decoded");
    }
    float[] scores = sample(outputs, 4, (int) values(only));
    if (objectness && scores.length > 0 && !Decoding.areProbabilities(scores)) {
      return Fit.ifAsked(
          "the values after the box are no probabilities, as an objectness and its classes are");
    }
    return Fit.yes(
        Math.max(only.length(1), only.length(2))
            + " candidates of "
            + values(only)
            + " values: 4 of a box, "
            + (objectness ? "an objectness, " : "")
            + classes
            + " classes");
  }

  /** The values of a candidate: the shorter dimension. */
  private static long values(OutputShapes.Output only) {
    return Math.min(only.length(1), only.length(2));
  }

  private static boolean isTurned(OutputShapes.Output only) {
    return only.length(1) < only.length(2);
  }

  /** Columns of the sample, as if a candidate were a row. */
  private static float[] sample(OutputShapes outputs, int from, int to) {
    OutputShapes.Output only = outputs.get(0);
    float[] all = outputs.sample(0);
    int width = (int) values(only);
    if (!isTurned(only)) {
      return Decoding.columns(all, width, from, to);
    }
    int candidates = all.length / width;
    float[] some = new float[candidates * (to - from)];
    System.arraycopy(all, from * candidates, some, 0, some.length);
    return some;
  }

  Candidates candidates(NDArray joined, OutputShapes outputs) {
    OutputShapes.Output only = outputs.get(0);
    NDArray given = outputs.part(joined, 0);
    NDArray table = isTurned(only) ? given.transpose(0, 2, 1) : given;
    long values = values(only);
    NDArray boxes = Decoding.corners(Decoding.columns(table, 0, 4));
    if (Decoding.areShares(sample(outputs, 0, 4))) {
      boxes = Decoding.inPixels(boxes, outputs);
    }
    float[] scores = sample(outputs, 4, (int) values);
    boolean logits = scores.length > 0 && !Decoding.areProbabilities(scores);
    NDArray rest = Decoding.columns(table, 4, values);
    NDArray probabilities = logits ? Decoding.sigmoid(rest) : rest;
    if (!objectness) {
      return new Candidates(boxes, probabilities, null);
    }
    return new Candidates(
        boxes,
        Decoding.columns(probabilities, 1, values - 4),
        Decoding.columns(probabilities, 0, 1).squeeze(2));
  }
}
