package dev.limelight.perturb;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import java.time.Duration;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/**
 * RISE: {@code 1 / (n p) sum_i y(x M_i) M_i}, the mean of n random masks, each weighted by the
 * score y of the preprocessed picture x seen through it. A mask {@code M_i} is a coarse grid of
 * cells, each 1 with probability p and 0 otherwise, which is enlarged bilinearly to one cell more
 * than the picture and cut out at a random position. Each pixel is the mean of the score where it
 * is seen, up to the masks' chance, so a score below 0 gives a map below 0; the paper explains
 * probabilities ({@code Target.probability}).
 *
 * <p>The map is an estimate at any time: its {@link #ERROR} is the standard error of a pixel, as
 * the mean over the pixels, and {@link #USED} is the number of masks; both are noted. It shrinks
 * with {@code 1 / sqrt(n)}. Do not use it where a forward is slow and a gradient is to be had.
 *
 * <p>Not where time counts, nor for objects much smaller than a cell of the masks.
 *
 * @param masks n, how many at most, 2 or above; the paper uses 4000 and 8000
 * @param cells how many cells the grid has on each side
 * @param kept p, the probability that a cell is seen
 * @param tolerance ends it as soon as the error is at most this share of the map's range, looked at
 *     after every 32 masks; 0 for never
 * @param deadline ends it after the batch in which a picture has taken so long; null or zero for
 *     never. With one, the number of masks depends on the machine
 * @param seed of the masks, which are the same for every picture
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk et al. 2018, RISE</a>
 */
@MetaInfServices(Method.class)
public record Rise(
    int masks, int cells, double kept, double tolerance, @Nullable Duration deadline, long seed)
    implements Method {

  /** How many masks are taken before the error is looked at, whatever the machine. */
  static final int STEP = 32;

  /** The name of the note of the estimate's standard error. */
  public static final String ERROR = "standard error";

  /** The name of the note of how many masks were used. */
  public static final String USED = "masks";

  /**
   * With 1000 masks, which a processor gets through in the time of as many forwards and which have
   * twice the error of the paper's 4000; the rest is the paper's: 7 by 7 cells, half of them seen.
   */
  public Rise() {
    this(1000, 7, 0.5, 0, Duration.ZERO, 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are too few masks or cells to estimate anything, or a
   *     share is none
   */
  public Rise {
    RandomMasks.check("rise", masks, cells, kept, "1000 of 7");
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException(
          "the tolerance is a share of the map's range, 0 or above, but got "
              + tolerance
              + "; give such as 0.05, or 0 for all masks");
    }
    deadline = deadline == null ? Duration.ZERO : deadline;
    if (deadline.isNegative()) {
      throw new IllegalArgumentException(
          "a deadline is a time from now on, but got "
              + deadline
              + "; give such as 10 seconds, or zero for none");
    }
  }

  /** The deadline; zero for never. */
  @Override
  public Duration deadline() {
    return deadline == null ? Duration.ZERO : deadline;
  }

  /** One channel for all, signed, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    Shape shape = evidence.input().getShape();
    int pixels = (int) (shape.get(2) * shape.get(3));
    float[] all = new float[evidence.size() * pixels];
    double[] errors = new double[evidence.size()];
    double[] used = new double[evidence.size()];
    for (int i = 0; i < evidence.size(); i++) {
      MeanMap estimate = estimate(evidence, i);
      for (int p = 0; p < pixels; p++) {
        all[i * pixels + p] = (float) estimate.at(p);
      }
      errors[i] = estimate.error();
      used[i] = estimate.count();
    }
    evidence.note(ERROR, errors);
    evidence.note(USED, used);
    Shape one = new Shape(evidence.size(), 1, shape.get(2), shape.get(3));
    return NativeArrays.of(evidence.input().getManager(), all, one);
  }

  private MeanMap estimate(Evidence evidence, int picture) {
    NDArray single = evidence.input().get(picture + ":" + (picture + 1));
    int height = (int) single.getShape().get(2);
    int width = (int) single.getShape().get(3);
    RandomMasks random = new RandomMasks(cells, kept, seed);
    MeanMap estimate = new MeanMap(height * width);
    long start = System.nanoTime();
    while (estimate.count() < masks) {
      int first = estimate.count();
      int next = Math.min(STEP, masks - first);
      float[][] batchMasks = random.masks(first, next, height, width);
      // Whatever ends it: the masks of a number are the same.
      Rise source = new Rise(masks, cells, kept, 0, null, seed);
      float[] scores =
          evidence
              .shared(picture, source)
              .scores(
                  IntStream.range(first, first + next).boxed().toList(),
                  (some, scope) -> {
                    float[][] chosen =
                        some.stream()
                            .map(number -> batchMasks[number - first])
                            .toArray(float[][]::new);
                    return RandomMasks.seen(single, chosen).make(0, chosen.length, scope);
                  });
      for (int k = 0; k < batchMasks.length; k++) {
        estimate.add(batchMasks[k], scores[k] / kept);
      }
      if (estimate.count() > 1 && enough(estimate, System.nanoTime() - start)) {
        break;
      }
    }
    return estimate;
  }

  private boolean enough(MeanMap estimate, long nanoseconds) {
    return !deadline().isZero() && Duration.ofNanos(nanoseconds).compareTo(deadline()) >= 0
        || tolerance > 0 && estimate.error() <= tolerance * estimate.range();
  }

  @Override
  public Work work(Conditions at) {
    String how = "score-weighted mean of random masks";
    boolean all = tolerance == 0 && deadline().isZero();
    return Work.of(all ? how : how + ", fewer where that is enough")
        .withForwards(masks)
        .withPrediction(false);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation("rise")
        .withSummary(
            "The mean score of the picture under random masks: needs nothing but the scores.")
        .withCost("one forward a mask")
        .withPaper("Petsiuk et al., BMVC 2018")
        .withLink("https://arxiv.org/abs/1806.07421");
  }
}
