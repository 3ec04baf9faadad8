package dev.limelight.randomisation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.CenterBlob;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.metric.Similarity;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link RandomisationCascade}: explainer, pictures and methods are required. */
public final class RandomisationCascadeBuilder {

  private @Nullable Explainer explainer;
  private List<Picture> pictures = List.of();
  private List<? extends Method> methods = List.of();
  private @Nullable Target target;
  private int steps = 12;
  private long seed;

  RandomisationCascadeBuilder() {}

  /** Of the network; required. Its progress listener is called as for any explanation. */
  public RandomisationCascadeBuilder setExplainer(Explainer newExplainer) {
    explainer = newExplainer;
    return this;
  }

  /** What is explained; required. */
  public RandomisationCascadeBuilder setPictures(List<Picture> newPictures) {
    pictures = List.copyOf(newPictures);
    return this;
  }

  /** The target. */
  public RandomisationCascadeBuilder setPictures(Picture... newPictures) {
    return setPictures(List.of(newPictures));
  }

  /** The methods that are tested; required. */
  public RandomisationCascadeBuilder setMethods(List<? extends Method> newMethods) {
    methods = List.copyOf(newMethods);
    return this;
  }

  /** The methods that are tested. */
  public RandomisationCascadeBuilder setMethods(Method... newMethods) {
    return setMethods(List.of(newMethods));
  }

  /**
   * The score that is explained at every step; without it that of the class which the network, as
   * it is, predicts for each picture. One that follows the prediction, as {@code not(top())} does,
   * would follow that of the random network.
   */
  public RandomisationCascadeBuilder optTarget(Target newTarget) {
    target = newTarget;
    return this;
  }

  /**
   * How many steps there are at most; 12 by default. Where more layers have weights, the steps are
   * spread evenly over them, from the one next to the output alone to all.
   *
   * @throws IllegalArgumentException if it is below one
   */
  public RandomisationCascadeBuilder optSteps(int maximum) {
    if (maximum < 1) {
      throw new IllegalArgumentException("a cascade has a step or more, but got " + maximum);
    }
    steps = maximum;
    return this;
  }

  /** The seed of the shuffles; 0 by default. */
  public RandomisationCascadeBuilder optSeed(long newSeed) {
    seed = newSeed;
    return this;
  }

  /**
   * Explains all pictures by all methods at every step.
   *
   * @throws dev.limelight.support.UnsupportedException if a method needs gradients that there are
   *     not
   * @throws CancellationException within one batch of an interrupt
   */
  public RandomisationCascade run() {
    Objects.requireNonNull(explainer, "setExplainer is required");
    if (pictures.isEmpty() || methods.isEmpty()) {
      throw new IllegalArgumentException(
          "a cascade needs a picture and a method or more; call setPictures and setMethods");
    }
    List<String> layers = explainer.weightedLayers();
    if (layers.isEmpty()) {
      throw new UnsupportedException(
          "no layer of this network has weights, so that nothing of it can be made random");
    }
    Target fixed = target == null ? predicted(explainer) : target;
    List<List<Heatmap>> expected = maps(explainer, fixed);
    List<List<RandomisationCascade.Row>> rows = new ArrayList<>();
    methods.forEach(method -> rows.add(new ArrayList<>()));
    for (int shuffled : counts(layers.size(), steps)) {
      try (Explainer random = explainer.shuffled(shuffled, seed)) {
        List<List<Heatmap>> actual = maps(random, fixed);
        for (int i = 0; i < methods.size(); i++) {
          rows.get(i).add(row(i, shuffled, layers, expected.get(i), actual.get(i)));
        }
      }
    }
    return new RandomisationCascade(
        rows.stream().flatMap(List::stream).toList(), layers.size(), pictures.size(), seed);
  }

  /** By a method that costs no more than the prediction. */
  private Target predicted(Explainer unchanged) {
    return Target.each(
        unchanged.explain(Question.of(pictures).methods(new CenterBlob())).stream()
            .mapToInt(Explanation::predicted)
            .toArray());
  }

  private List<List<Heatmap>> maps(Explainer of, Target fixed) {
    List<List<Heatmap>> all = new ArrayList<>();
    for (Method method : methods) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted within a randomisation cascade");
      }
      all.add(
          of.explain(Question.of(pictures).methods(method).targets(fixed)).stream()
              .map(Explanation::map)
              .toList());
    }
    return all;
  }

  /** How many layers are random at each step, from one to all. */
  static List<Integer> counts(int layers, int steps) {
    TreeSet<Integer> counts = new TreeSet<>(List.of(layers));
    for (int i = 0; i < steps - 1; i++) {
      counts.add((int) Math.round(1 + (double) i * (layers - 1) / (steps - 1)));
    }
    return List.copyOf(counts);
  }

  private RandomisationCascade.Row row(
      int method, int shuffled, List<String> layers, List<Heatmap> expected, List<Heatmap> actual) {
    double similarity = 0;
    double absolute = 0;
    for (int i = 0; i < expected.size(); i++) {
      similarity += Similarity.spearman(expected.get(i), actual.get(i)) / expected.size();
      absolute +=
          Similarity.spearman(absolute(expected.get(i)), absolute(actual.get(i))) / expected.size();
    }
    String name = methods.get(method).info().name();
    return new RandomisationCascade.Row(
        name, shuffled, layers.get(shuffled - 1), similarity, absolute);
  }

  private static Heatmap absolute(Heatmap map) {
    float[] values = map.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return new Heatmap(map.width(), map.height(), values, map.unit());
  }
}
