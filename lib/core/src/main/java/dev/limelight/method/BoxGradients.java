package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.model.Autograd;
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
    boxes.forEach(own -> ofPictures.add(new ArrayList<>()));
    NDManager outer = activations(0).getManager();
    each(
        (first, picture, gradients) -> {
          for (long k = 0; k < gradients.getShape().get(0); k++) {
            NDArray one = gradients.get(k + ":" + (k + 1));
            one.attach(outer);
            ofPictures.get(picture).add(one);
          }
        });
    List<NDArray> perScore = new ArrayList<>();
    for (int t = 0; t < boxes.get(0).size(); t++) {
      int target = t;
      Stream<NDArray> rows = ofPictures.stream().map(rowsOfOne -> rowsOfOne.get(target));
      NDList all = new NDList(rows.toList());
      perScore.add(all.size() == 1 ? all.head() : NDArrays.concat(all));
    }
    return new Gradients(pass.logits(), perScore);
  }

  /** Hands on those of some boxes of one picture at a time, and then frees them. */
  void each(BatchedGradients.Taker taker) {
    int most = pass.perturbed().headBatch();
    for (int i = 0; i < boxes.size(); i++) {
      int all = boxes.get(i).size();
      // Batches of one size, as the head is then recorded once.
      int batches = (all + most - 1) / most;
      each(i, (all + batches - 1) / batches, taker);
    }
  }

  /** Those of a picture, all from one run of the head on copies. */
  private void each(int picture, int batch, BatchedGradients.Taker taker) {
    List<BoxTarget> own = boxes.get(picture);
    NDArray activations = activations(picture);
    try (NDManager scope = activations.getManager().newSubManager()) {
      NDArray repeated = PerturbedScores.repeated(activations, batch);
      repeated.attach(scope);
      Autograd.RecordedHead head =
          split.record(pass.perturbed().repeated(picture, repeated), own.get(0)::values);
      for (int first = 0; first < own.size(); first += batch) {
        Pass.checkInterrupt();
        List<BoxTarget> some = own.subList(first, Math.min(own.size(), first + batch));
        try (NDArray all = head.gradient(output -> BoxTarget.weights(some, output));
            NDArray gradients = some.size() < batch ? all.get("0:" + some.size()) : all) {
          taker.take(first, picture, gradients);
        }
      }
    }
  }

  /** Those of one picture, (1, C, h, w). */
  private NDArray activations(int picture) {
    return pass.cut().activations().get(picture + ":" + (picture + 1));
  }
}
