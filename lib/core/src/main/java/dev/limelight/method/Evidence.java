package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about one target of a batch of pictures. Each part is computed when it is first
 * asked for and then shared, so several methods cost one forward and one backward pass of the head,
 * and a method that never asks for gradients never pays for them. What it hands out is not to be
 * changed in place.
 */
public final class Evidence {

  private final Pass pass;
  private final Pass.Slopes slopes;
  private final int index;
  private final Map<String, double[]> notes = new LinkedHashMap<>();

  Evidence(Pass pass, Pass.Slopes slopes, int index) {
    this.pass = pass;
    this.slopes = slopes;
    this.index = index;
  }

  /** The number of pictures, N. */
  public int size() {
    return pass.size();
  }

  /** x, the preprocessed pictures, (N, C, H, W). */
  public NDArray input() {
    return pass.input();
  }

  /** A, the layer's output, (N, C, h, w). */
  public NDArray activations() {
    return pass.cut().activations();
  }

  /** The network's output, (N, K). */
  public NDArray logits() {
    return pass.logits();
  }

  /** What is explained. */
  public Score score() {
    return slopes.score(index);
  }

  /** y, the target's score of each picture, (N). */
  public NDArray scores() {
    return score().score(logits());
  }

  /** g, the gradient of the target's score with respect to A, (N, C, h, w). */
  public NDArray gradients() {
    return slopes.atLayer(index);
  }

  /** The gradient of another score with respect to A, (N, C, h, w). */
  public NDArray gradients(Score other) {
    return pass.gradientAt(activations(), other);
  }

  /** The gradient of the target's score at other activations of the same pictures, (N, C, h, w). */
  public NDArray gradientsAt(NDArray activations) {
    return pass.gradientAt(activations, pinned());
  }

  /** The gradient of the target's score with respect to the pictures, (N, C, H, W). */
  public NDArray inputGradients() {
    return slopes.atInput(index);
  }

  /** The same by guided backpropagation, (N, C, H, W). */
  public NDArray guidedGradients() {
    return pass.guidedGradient(score());
  }

  /**
   * Whether the score is linear in the spatial means of A: what follows the layer is global average
   * pooling and one linear layer, which is seen from what it does and not from how it is written.
   */
  public boolean linear() {
    return score().linear() && pass.linearHead();
  }

  /**
   * W[c], the weight of each channel in the target's score, (N, C), where the score is linear.
   *
   * @throws IllegalArgumentException if it is not
   */
  public NDArray classWeights() {
    NDArray gradients = gradients();
    if (!linear()) {
      throw new UnsupportedException(notLinear(pass.layer()));
    }
    return gradients.sum(new int[] {2, 3});
  }

  static String notLinear(String layer) {
    return "cam needs a head that is global average pooling and one linear layer, and a target that is a sum of logits; what follows layer '"
        + layer
        + "' is not; use grad-cam, or the layer before the pooling";
  }

  /**
   * The same target at other pictures, which are changed copies of these, in their order. What the
   * target takes from a prediction stays that of the unchanged pictures.
   *
   * @param pictures (N, C, H, W); what is computed of them belongs to their manager
   */
  public Evidence at(NDArray pictures) {
    Pass.checkInterrupt();
    return pass.with(pictures).evidence(List.of(pinned())).get(0);
  }

  /**
   * The same target for changed copies of one picture.
   *
   * @param picture its place in the batch
   * @param copies (M, C, H, W); what is computed of them belongs to their manager
   */
  public Evidence copies(int picture, NDArray copies) {
    Pass.checkInterrupt();
    return pass.with(copies).evidence(List.of(pinned(picture))).get(0);
  }

  /** How many changed copies of a picture go through the network at once. */
  public int batch() {
    return pass.batch();
  }

  /**
   * Scores of changed copies of one picture, batch by batch, each a forward of the whole network.
   *
   * @param picture its place in the batch
   * @param count how many copies
   * @param copies makes them
   */
  public float[] scores(int picture, int count, PerturbedCopies copies) {
    return pass.scores(pinned(picture), count, copies);
  }

  /**
   * Scores of changed copies of one picture's activations, batch by batch, each a forward of what
   * follows the layer.
   *
   * @param picture its place in the batch
   * @param count how many copies
   * @param copies makes them
   */
  public float[] headScores(int picture, int count, PerturbedCopies copies) {
    return pass.headScores(pinned(picture), picture, count, copies);
  }

  /**
   * Keeps a number for each picture beside its map, such as the error of an estimate.
   *
   * @param name what it is, in words
   * @param values one a picture
   */
  public void note(String name, double[] values) {
    notes.put(name, values.clone());
  }

  /** What was noted, by name. */
  public Map<String, double[]> notes() {
    return Map.copyOf(notes);
  }

  /** The same evidence, with no notes. */
  public Evidence withoutNotes() {
    return new Evidence(pass, slopes, index);
  }

  private Score pinned() {
    List<Score> each = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      each.add(pinned(i));
    }
    return new Pinned(each);
  }

  private Score pinned(int picture) {
    if (score() instanceof Pinned known) {
      return known.each.get(picture);
    }
    // The score of copies depends on their prediction no more.
    return pass.ofCopies() ? score() : score().of(picture, logits());
  }

  /** A score for each picture. */
  private record Pinned(List<Score> each) implements Score {

    @Override
    public NDArray score(NDArray logits) {
      if (each.size() == 1) {
        return each.get(0).score(logits);
      }
      NDList all = new NDList();
      for (int i = 0; i < each.size(); i++) {
        all.add(each.get(i).score(logits.get(i + ":" + (i + 1))).reshape(new Shape(1)));
      }
      return NDArrays.concat(all);
    }

    @Override
    public int[] classes(NDArray logits) {
      int[] all = new int[each.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = each.get(i).classes(logits.get(i + ":" + (i + 1)))[0];
      }
      return all;
    }

    @Override
    public boolean linear() {
      return each.stream().allMatch(Score::linear);
    }

    @Override
    public Score of(int picture, NDArray logits) {
      return each.get(picture);
    }
  }
}
