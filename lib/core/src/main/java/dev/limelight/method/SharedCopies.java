package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.target.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Changed copies of one picture that do not depend on the target: a copy for which two targets or
 * methods of a question ask goes through the network once.
 */
@API(status = Status.INTERNAL)
public final class SharedCopies {

  /**
   * Makes changed copies.
   *
   * @param <K> what tells a copy from the others, such as its number
   */
  @FunctionalInterface
  public interface Maker<K> {

    /**
     * Makes some of the copies.
     *
     * @param some which
     * @param scope where the arrays belong; it is closed once their scores are known
     * @return as many as there are, (M, C, h, w), attached to the scope
     */
    NDArray make(List<K> some, NDManager scope);
  }

  private final Pass pass;
  private final Known known;
  private final List<Target> targets;
  private final int target;
  private final int picture;
  private final Object source;

  /**
   * Copies from one source.
   *
   * @param targets all targets of the question, decided for the picture
   * @param target the index of the one whose scores are given
   * @param picture its index in the batch
   * @param source what makes the copies
   */
  SharedCopies(
      Pass pass, Known known, List<Target> targets, int target, int picture, Object source) {
    this.pass = pass;
    this.known = known;
    this.targets = targets;
    this.target = target;
    this.picture = picture;
    this.source = source;
  }

  /**
   * Scores of changed copies of the picture, batch by batch, each a forward pass of the whole
   * network.
   *
   * @param copies what tells them from one another, such as their numbers
   * @param maker makes those that are not known
   */
  public <K> float[] scores(List<K> copies, Maker<K> maker) {
    return known.scores(
        new Kind(false, picture, source),
        target,
        copies,
        missing -> pass.perturbed().ofPicture(targets, missing, maker));
  }

  /**
   * Scores of changed copies of the picture's activations, batch by batch, each a forward pass of
   * what follows the layer.
   *
   * @param copies what tells them from one another, such as their numbers
   * @param maker makes those that are not known
   */
  public <K> float[] headScores(List<K> copies, Maker<K> maker) {
    return known.scores(
        new Kind(true, picture, source),
        target,
        copies,
        missing -> pass.perturbed().ofActivations(targets, picture, missing, maker));
  }

  /** Copies of which equal numbers or sets are the same. */
  private record Kind(boolean ofActivations, int picture, Object source) {}

  /** The scores that are known so far, of each copy one for each target. */
  static final class Known {

    private final Map<Kind, Map<Object, float[]>> scores = new HashMap<>();

    /** Scores copies. */
    @FunctionalInterface
    private interface Run<K> {

      /** For each target a score of each copy. */
      float[][] scores(List<K> copies);
    }

    private <K> float[] scores(Kind kind, int target, List<K> copies, Run<K> run) {
      Map<Object, float[]> ofKind = scores.computeIfAbsent(kind, key -> new HashMap<>());
      List<K> missing =
          copies.stream().distinct().filter(copy -> !ofKind.containsKey(copy)).toList();
      if (!missing.isEmpty()) {
        add(ofKind, missing, run.scores(missing));
      }
      float[] own = new float[copies.size()];
      for (int i = 0; i < own.length; i++) {
        float[] ofTargets = ofKind.get(copies.get(i));
        if (ofTargets == null) {
          throw new IllegalStateException("the copy " + copies.get(i) + " was not scored");
        }
        own[i] = ofTargets[target];
      }
      return own;
    }

    private static void add(Map<Object, float[]> to, List<?> copies, float[][] ofTargets) {
      for (int i = 0; i < copies.size(); i++) {
        float[] one = new float[ofTargets.length];
        for (int t = 0; t < one.length; t++) {
          one[t] = ofTargets[t][i];
        }
        to.put(copies.get(i), one);
      }
    }
  }
}
