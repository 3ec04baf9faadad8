package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.event.BatchEvent;
import dev.limelight.event.Span;
import dev.limelight.model.Cut;
import dev.limelight.model.SplitModel;
import dev.limelight.target.Target;
import java.util.Collections;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Scores of changed copies of one picture, or of its activations, as many at once as is fastest.
 *
 * @param pass of the unchanged pictures
 * @param split their network, cut at the layer
 */
record PerturbedScores(Pass pass, SplitModel split) {

  /** For each target the scores of changed copies of one picture. */
  <K> float[][] ofPicture(List<Target> targets, List<K> copies, SharedCopies.Maker<K> maker) {
    return inBatches(
        "copies",
        targets,
        copies,
        pass.batches().copies(),
        pass.counter()::forwards,
        maker,
        pictures -> split.head(split.features(pictures)));
  }

  /** For each target the scores of changed copies of one picture's activations. */
  <K> float[][] ofActivations(
      List<Target> targets, int picture, List<K> copies, SharedCopies.Maker<K> maker) {
    return inBatches(
        "activations",
        targets,
        copies,
        headBatch(),
        pass.counter()::headForwards,
        maker,
        activations -> split.head(repeated(picture, activations)));
  }

  /** Scores of changed copies of one picture for one target. */
  float[] ofPicture(Target target, int copies, PerturbedCopies maker) {
    return ofPicture(List.of(target), numbers(copies), numbered(maker))[0];
  }

  /** Scores of changed copies of one picture's activations for one target. */
  float[] ofActivations(Target target, int picture, int copies, PerturbedCopies maker) {
    return ofActivations(List.of(target), picture, numbers(copies), numbered(maker))[0];
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** Copies by their numbers, of which each batch has those that follow one another. */
  private static SharedCopies.Maker<Integer> numbered(PerturbedCopies maker) {
    return (some, scope) -> maker.make(some.get(0), some.get(some.size() - 1) + 1, scope);
  }

  /** How many copies of a picture's activations go through the head at once. */
  int headBatch() {
    return pass.batches().activations(activationsShape());
  }

  private Shape activationsShape() {
    return pass.cut().activations().getShape().slice(1);
  }

  /** The cut of one picture, once for each of the activations. */
  Cut repeated(int picture, NDArray activations) {
    Cut cut = pass.cut();
    if (cut.carried().isEmpty()) {
      return cut.with(activations);
    }
    long copies = activations.getShape().get(0);
    NDManager scope = activations.getManager();
    NDList carried = new NDList();
    for (NDArray tensor : cut.carried()) {
      Shape shape = tensor.getShape();
      if (shape.dimension() == 0 || shape.get(0) != pass.size()) {
        // It may depend on the number of pictures, which only the network knows how.
        return split.features(repeated(pass.input(), picture, copies, scope)).with(activations);
      }
      carried.add(repeated(tensor, picture, copies, scope));
    }
    return new Cut(activations, carried, cut.layout());
  }

  /** One row of a batch, so many times. */
  private static NDArray repeated(NDArray batch, int row, long copies, NDManager scope) {
    NDArray repeated = repeated(batch.get(row + ":" + (row + 1)), copies);
    repeated.attach(scope);
    return repeated;
  }

  /** One row, so many times. */
  static NDArray repeated(NDArray row, long copies) {
    // Rows side by side are copied at once; repeat() goes number by number on MXNet.
    return NDArrays.concat(new NDList(Collections.nCopies(Math.toIntExact(copies), row)));
  }

  private interface Run {
    NDArray logits(NDArray copies);
  }

  private <K> float[][] inBatches(
      String what,
      List<Target> targets,
      List<K> copies,
      int batch,
      LongConsumer done,
      SharedCopies.Maker<K> maker,
      Run run) {
    float[][] all = new float[targets.size()][copies.size()];
    for (int from = 0; from < copies.size(); from += batch) {
      Pass.checkInterrupt();
      int to = Math.min(copies.size(), from + batch);
      int size = to - from;
      Span span = Span.begin(() -> new BatchEvent(what, size));
      try (NDManager scope = pass.input().getManager().newSubManager()) {
        NDArray logits = run.logits(maker.make(copies.subList(from, to), scope));
        for (int t = 0; t < all.length; t++) {
          float[] batchScores = targets.get(t).score(logits).toFloatArray();
          System.arraycopy(batchScores, 0, all[t], from, to - from);
        }
      }
      span.end();
      done.accept(to - from);
    }
    return all;
  }
}
