package dev.limelight.smooth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.support.UnsupportedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The mean map of six copies of the picture: {@code 1/6 sum_s (M(s x) + F M(s F x))} for s in 0.9,
 * 1 and 1.1, where M is the map of another method, x the preprocessed picture and F swaps left and
 * right. What depends on such a change is averaged out; the target stays that of x. Not for
 * pictures in which left and right differ in meaning, such as text. Targets of a place in the
 * picture, such as a box, are refused.
 *
 * <p>Raw maps are averaged, signed and in their unit. The peer averages maps that are each cut off
 * at 0 and stretched to [0, 1].
 *
 * <p>What the method notes is noted as its mean over the copies: an error that all copies share, as
 * that of the same random masks, is at most that.
 *
 * @param inner M, any method
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">grad-cam, aug_smooth</a>
 */
public record FlipsAndScales(Method inner) implements Method {

  private static final float[] SCALES = {0.9f, 1, 1.1f};

  /**
   * Checks.
   *
   * @throws IllegalArgumentException without a method
   */
  public FlipsAndScales {
    Smoothed.check(inner);
  }

  /** The mean of what the method gives, (N, C, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    return mean(evidence, inner::parts);
  }

  /** The mean of the method's maps, (N, h, w). */
  @Override
  public NDArray map(Evidence evidence) {
    return mean(evidence, inner::map);
  }

  @Override
  public NDArray together(NDArray parts) {
    return inner.together(parts);
  }

  private NDArray mean(Evidence evidence, Function<Evidence, NDArray> function) {
    if (evidence.target().ofPlace()) {
      throw new UnsupportedException(
          "aug-smooth mirrors the picture, and the target "
              + evidence.target()
              + " is of a place that lies elsewhere in the mirror image; leave aug-smooth away");
    }
    Map<String, double[]> notes = new LinkedHashMap<>();
    // As it is, the picture shares what is known of it already.
    Evidence unchanged = evidence.withoutNotes();
    NDArray total = function.apply(unchanged).duplicate();
    add(notes, unchanged);
    for (float scale : SCALES) {
      for (boolean mirrored : new boolean[] {false, true}) {
        if (scale != 1 || mirrored) {
          try (NDManager scope = evidence.input().getManager().newSubManager()) {
            NDArray scaled = evidence.input().mul(scale);
            scaled.attach(scope);
            Evidence copy = evidence.at(mirrored ? mirrored(scaled) : scaled);
            NDArray result = function.apply(copy);
            total.addi(mirrored ? mirrored(result) : result);
            add(notes, copy);
          }
        }
      }
    }
    notes.forEach(evidence::note);
    return total.divi(2 * SCALES.length);
  }

  private static NDArray mirrored(NDArray array) {
    return array.flip(array.getShape().dimension() - 1);
  }

  private static void add(Map<String, double[]> notes, Evidence copy) {
    copy.notes()
        .forEach(
            (name, values) -> {
              double[] sums = notes.computeIfAbsent(name, n -> new double[values.length]);
              for (int i = 0; i < values.length; i++) {
                sums[i] += values[i] / (2 * SCALES.length);
              }
            });
  }

  @Override
  public void prepare(Evidence evidence) {
    inner.prepare(evidence);
  }

  @Override
  public Method resolved(Evidence evidence) {
    return new FlipsAndScales(inner.resolved(evidence));
  }

  @Override
  public Work work(Conditions at) {
    Work one = inner.work(at);
    String how = "mean of six flips and scales: " + one.how();
    return one.onCopies(2 * SCALES.length - 1, how).and(one);
  }

  @Override
  public String unit(String score) {
    return inner.unit(score);
  }

  @Override
  public List<String> notes() {
    return inner.notes();
  }

  @Override
  public MethodInfo info() {
    return Smoothed.info(inner, "aug-smooth", "six times: ");
  }
}
