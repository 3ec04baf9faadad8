package dev.limelight.perturb;

import ai.djl.ndarray.NDArray;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.output.Candidates;
import org.jspecify.annotations.Nullable;

/**
 * All candidates of some pictures as plain numbers.
 *
 * @param count M, of each picture
 * @param classes K
 * @param boxes left, top, right and bottom, (N, M, 4)
 * @param scores (N, M, K)
 * @param objectness (N, M), or null where there is none
 */
record Proposals(
    int count, int classes, float[] boxes, float[] scores, float @Nullable [] objectness) {

  static Proposals of(Candidates candidates) {
    NDArray objectness = candidates.objectness();
    return new Proposals(
        candidates.count(),
        candidates.classes(),
        candidates.boxes().toFloatArray(),
        candidates.scores().toFloatArray(),
        objectness == null ? null : objectness.toFloatArray());
  }

  /** A detection of a picture, with its class scores. */
  Proposal proposal(int picture, Detection detection) {
    float[] own = new float[classes];
    int from = (picture * count + detection.candidate()) * classes;
    System.arraycopy(scores, from, own, 0, classes);
    return new Proposal(detection.box(), own);
  }

  /** {@code max_j IoU(d, d_j) cos(P, P_j) O_j} over the candidates of a picture. */
  double similarity(int picture, Proposal detection) {
    Proposal wanted = detection.of(classes);
    double best = 0;
    for (int j = picture * count; j < (picture + 1) * count; j++) {
      double limit = overlap(j, wanted.box()) * (objectness == null ? 1 : objectness[j]);
      // A cosine of scores is at most 1.
      if (limit > best) {
        double cosine = Proposal.cosine(wanted.scores(), 0, scores, j * classes, classes);
        best = Math.max(best, limit * cosine);
      }
    }
    return best;
  }

  private double overlap(int candidate, Box box) {
    int at = 4 * candidate;
    return box.intersectionOverUnion(
        new Box(boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]));
  }
}
