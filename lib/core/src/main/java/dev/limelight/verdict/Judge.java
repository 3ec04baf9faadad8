package dev.limelight.verdict;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.RandomCam;
import dev.limelight.cam.Sobel;
import dev.limelight.evaluation.ExperimentRunner;
import dev.limelight.evaluation.ExperimentRunner.Job;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.metric.Deletion;
import dev.limelight.metric.Imputer;
import dev.limelight.metric.Insertion;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Similarity;
import dev.limelight.metric.Trial;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import dev.limelight.verdict.Verdict.Check;
import dev.limelight.verdict.Verdict.Light;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Gives verdicts on maps, at a cost known in advance. A map's margin is its insertion minus its
 * deletion score (Petsiuk et al. 2018), both with removed pixels at zero of the preprocessed input;
 * it must be larger than that of maps by chance, of randomly weighted channels, of a centred blob,
 * of the picture's edges and of another class's map of the same picture. The map must stay similar
 * (Spearman's correlation) when the picture is mirrored and when it gets a little noise, and change
 * when the weights next to the logits are shuffled (Adebayo et al. 2018).
 */
public final class Judge {

  private static final int BY_CHANCE = 3;
  private static final int RANDOM_WEIGHTS = 2;

  /** Centred blob and edges are two more. */
  private static final int CONTROLS = RANDOM_WEIGHTS + 2;

  private static final int NOISY = 2;
  private static final double NOISE = 0.02;
  private static final double STABLE_MIRRORED = 0.5;
  private static final double STABLE_NOISY = 0.8;
  private static final double CHANGED = 0.8;

  /** A map that hardly changes does not depend on what the network has learnt. */
  private static final double UNCHANGED = 0.99;

  private final Explainer explainer;
  private final Method method;
  private final int steps;
  private final long seed;

  /** Judges maps of a method, with curves of 16 steps. */
  public Judge(Explainer explainer, Method method) {
    this(explainer, method, 16, 0);
  }

  /**
   * Judges maps of a method.
   *
   * @param steps of the insertion and deletion curves, at least 2
   * @param seed of random maps, noise and shuffled weights
   */
  public Judge(Explainer explainer, Method method, int steps, long seed) {
    this.explainer = explainer;
    this.method = method;
    this.steps = steps;
    this.seed = seed;
  }

  /** The cost of one verdict, in words. */
  public String cost() {
    return String.format(
        Locale.ROOT,
        "%d forwards, %d maps by %s and %d of controls",
        forwards(),
        maps(),
        method.info().name(),
        CONTROLS);
  }

  /** How many changed copies of a picture are scored. */
  public int forwards() {
    int judged = 2 + BY_CHANCE + CONTROLS;
    return judged * (insertion().steps() + deletion().steps());
  }

  /**
   * How many maps the method makes: of the class, another, mirrored, noisy, and with a shuffled
   * head.
   */
  public int maps() {
    return 4 + NOISY;
  }

  /**
   * Checks before any work that a target can be judged.
   *
   * @throws UnsupportedException if it is no class of the whole picture
   */
  @API(status = Status.INTERNAL)
  public static void require(Target target) {
    if (!target.ofClasses() || target.ofPlace()) {
      throw noClass(target);
    }
  }

  private static UnsupportedException noClass(Target target) {
    return new UnsupportedException(
        "a verdict compares classes, and the target " + target + " is none; choose a class");
  }

  private Insertion insertion() {
    return new Insertion(steps, Imputer.ZERO);
  }

  private Deletion deletion() {
    return new Deletion(steps, Imputer.ZERO);
  }

  /**
   * Judges the map of one picture. A comparison with a map that cannot be measured, since it is
   * blank, is left out.
   *
   * @throws UnsupportedException if the target is no class, or the method cannot run on this
   *     network
   */
  public Verdict judge(Picture picture, Target target) {
    require(target);
    List<Method> all = new ArrayList<>(List.of(method, new CenterBlob(), new Sobel()));
    for (int i = 0; i < RANDOM_WEIGHTS; i++) {
      all.add(new RandomCam(seed + i));
    }
    List<Explanation> maps = explainer.explain(Question.of(picture).methods(all).targets(target));
    Explanation map = maps.get(0);
    if (map.target() < 0) {
      throw noClass(target);
    }
    if (map.heatmap().isBlank()) {
      return new Verdict(Light.NONE, List.of());
    }
    int other = runnerUp(map);
    Explanation others = explainer.explain(picture, method, Target.of(other));
    List<Explanation> judged = new ArrayList<>(maps);
    judged.add(others);
    judged.addAll(byChance(map));
    float[] input = explainer.model().preprocessing().apply(picture);
    double[] margins = margins(judged, map.target(), input);
    int first = 3 + RANDOM_WEIGHTS + 1;
    List<Check> checks = new ArrayList<>();
    checks.add(
        above("better than chance", margins[0], mean(margins, first, first + BY_CHANCE), true));
    checks.add(
        above(
            "better than randomly weighted channels",
            margins[0],
            mean(margins, 3, 3 + RANDOM_WEIGHTS),
            false));
    checks.add(above("better than a centred blob", margins[0], margins[1], false));
    checks.add(above("better than the picture's edges", margins[0], margins[2], false));
    checks.add(
        above(
            "better than the map for " + others.targetLabel(),
            margins[0],
            margins[first - 1],
            false));
    checks.addAll(stability(map, input));
    // A map that could not be measured is nothing to be better than.
    checks.removeIf(check -> Double.isNaN(check.bound()));
    return Verdict.of(checks);
  }

  /** Maps whose cells have nothing to do with the picture. */
  private List<Explanation> byChance(Explanation map) {
    List<Explanation> all = new ArrayList<>();
    Random random = new Random(seed);
    for (int i = 0; i < BY_CHANCE; i++) {
      float[] values = new float[map.map().width() * map.map().height()];
      for (int cell = 0; cell < values.length; cell++) {
        values[cell] = random.nextFloat();
      }
      Heatmap chance = new Heatmap(map.map().width(), map.map().height(), values, "");
      all.add(map.withMap(chance, "chance"));
    }
    return all;
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  private static Check above(String name, double value, double bound, boolean vital) {
    return new Check(name, value, bound, value > bound, vital);
  }

  private static int runnerUp(Explanation map) {
    float[] logits = map.logits();
    if (logits.length == 1) {
      return 1 - map.target();
    }
    int best = map.target() == 0 ? 1 : 0;
    for (int i = 0; i < logits.length; i++) {
      best = i != map.target() && logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Insertion minus deletion of each map, all by the probability of one class. */
  private double[] margins(List<Explanation> maps, int target, float[] input) {
    int width = explainer.model().preprocessing().width();
    int height = explainer.model().preprocessing().height();
    List<Job> jobs = new ArrayList<>();
    for (Explanation map : maps) {
      Explanation same = map.target() == target ? map : map.speakingFor(target);
      Trial trial = new Trial(same, input, width, height, null, seed);
      jobs.add(new Job(insertion(), method, trial));
      jobs.add(new Job(deletion(), method, trial));
    }
    List<Measurement> measurements = new ExperimentRunner(explainer).run(jobs);
    double[] margins = new double[maps.size()];
    for (int i = 0; i < margins.length; i++) {
      Measurement in = measurements.get(2 * i);
      Measurement out = measurements.get(2 * i + 1);
      // NaN where one cannot be measured, as of a control's map without a positive value.
      margins[i] = in.value() - out.value();
    }
    return margins;
  }

  private List<Check> stability(Explanation map, float[] input) {
    Target same = Target.of(map.target());
    Random random = new Random(seed);
    List<Explanation> changed =
        explainer.explain(
            Question.of(1 + NOISY, i -> i == 0 ? mirrored(input) : noisy(input, random))
                .methods(method)
                .targets(same));
    double mirrored = Similarity.spearman(map.map(), mirrored(changed.get(0).map()));
    double noisy = 0;
    for (Explanation one : changed.subList(1, changed.size())) {
      noisy += Similarity.spearman(map.map(), one.map()) / NOISY;
    }
    double shuffled;
    try (Explainer other = explainer.shuffled(1, seed)) {
      Explanation by =
          other.explain(Question.of(1, i -> input).methods(method).targets(same)).get(0);
      shuffled = Similarity.spearman(map.map(), by.map());
    }
    return List.of(
        new Check(
            "alike when the picture is mirrored",
            mirrored,
            STABLE_MIRRORED,
            mirrored >= STABLE_MIRRORED,
            false),
        new Check("alike with a little noise", noisy, STABLE_NOISY, noisy >= STABLE_NOISY, false),
        new Check(
            "changed when the weights next to the logits are shuffled",
            shuffled,
            CHANGED,
            shuffled <= CHANGED,
            shuffled > UNCHANGED));
  }

  private float[] mirrored(float[] input) {
    int width = explainer.model().preprocessing().width();
    float[] mirrored = new float[input.length];
    for (int i = 0; i < input.length; i++) {
      mirrored[i - i % width + width - 1 - i % width] = input[i];
    }
    return mirrored;
  }

  private static Heatmap mirrored(Heatmap map) {
    float[] values = map.values();
    float[] mirrored = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      mirrored[i - i % map.width() + map.width() - 1 - i % map.width()] = values[i];
    }
    return new Heatmap(map.width(), map.height(), mirrored, map.unit());
  }

  private static float[] noisy(float[] input, Random random) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : input) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float[] noisy = input.clone();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += (float) (NOISE * (high - low) * random.nextGaussian());
    }
    return noisy;
  }
}
