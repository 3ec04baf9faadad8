package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.SplitModel;
import dev.limelight.target.BoxTarget;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The gradients of the scores of many boxes at the layer. One after the other each would take a
 * pass back through all candidates; here each box has a copy of its picture's activations, so that
 * as many as memory allows take one pass together.
 *
 * @param pass of the pictures
 * @param split their network, cut at the layer
 * @param boxes for each picture the decided boxes, in the order of the targets
 */
record BoxGradients(Pass pass, SplitModel split, List<List<BoxTarget>> boxes) {

  /** Those of several targets, or nothing if they are not all boxes that are explained alike. */
  static Optional<BoxGradients> of(Pass pass, SplitModel split, List<Target> targets) {
    if (targets.size() < 2) {
      return Optional.empty();
    }
    if (!targets.stream().allMatch(BoxTarget.class::isInstance)) {
      return Optional.empty();
    }
    List<List<BoxTarget>> all = new ArrayList<>();
    for (int i = 0; i < pass.size(); i++) {
      List<BoxTarget> decided = new ArrayList<>();
      for (Target target : targets) {
        BoxTarget box = (BoxTarget) target;
        decided.add(pass.ofCopies() ? box : box.of(i, pass.logits()));
      }
      all.add(decided);
    }
    boolean alike = all.stream().flatMap(List::stream).map(BoxTarget::part).distinct().count() == 1;
    return alike ? Optional.of(new BoxGradients(pass, split, all)) : Optional.empty();
  }

  /** For each target (N, C, h, w). */
  Gradients all() {
    List<List<NDArray>> ofPictures = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      ofPictures.add(ofPicture(i));
    }
    List<NDArray> perScore = new ArrayList<>();
    for (int t = 0; t < boxes.get(0).size(); t++) {
      int target = t;
      Stream<NDArray> rows = ofPictures.stream().map(rowsOfOne -> rowsOfOne.get(target));
      NDList all = new NDList(rows.toList());
      perScore.add(all.size() == 1 ? all.head() : NDArrays.concat(all));
    }
    return new Gradients(pass.logits(), perScore);
  }

  /** For each target (1, C, h, w). */
  private List<NDArray> ofPicture(int picture) {
    List<BoxTarget> own = boxes.get(picture);
    NDArray activations = pass.cut().activations().get(picture + ":" + (picture + 1));
    PerturbedScores copies = pass.perturbed();
    List<NDArray> rows = new ArrayList<>();
    for (int from = 0; from < own.size(); from += copies.headBatch()) {
      Pass.checkInterrupt();
      List<BoxTarget> some = own.subList(from, Math.min(own.size(), from + copies.headBatch()));
      Cut cut = copies.repeated(picture, activations.repeat(0, some.size()));
      NDArray gradient =
          split
              .gradients(cut, output -> new NDList(BoxTarget.scores(some, output)))
              .perScore()
              .get(0);
      for (int k = 0; k < some.size(); k++) {
        rows.add(gradient.get(k + ":" + (k + 1)));
      }
    }
    return rows;
  }
}
