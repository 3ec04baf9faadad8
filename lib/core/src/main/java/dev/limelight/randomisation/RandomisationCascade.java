package dev.limelight.randomisation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.CenterBlob;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.io.Names;
import dev.limelight.method.Method;
import dev.limelight.metric.Similarity;
import dev.limelight.plugin.Distinct;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Whether maps depend on what the network has learnt: its layers are randomised one after another,
 * from the output down to the input, and each map is compared with that of the unchanged network,
 * for the same class. A method whose maps stay the same shows the picture and not the network.
 *
 * <p>Random means that the values of each parameter are shuffled within its array ({@link
 * Explainer#shuffled}). Similarity is Spearman's correlation of two maps at their own size,
 * averaged over the pictures. Pictures whose map by the unchanged network is the same everywhere
 * are left out, and NaN is the mean of none.
 *
 * @param rows for each method in turn one a step, from the output down to the input
 * @param layers how many layers of the network have weights
 * @param pictures how many pictures the rows are the mean of
 * @param seed of the shuffles
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018, Sanity Checks for Saliency
 *     Maps</a>
 */
public record RandomisationCascade(List<Row> rows, int layers, int pictures, long seed) {

  /**
   * A method fails whose maps are more similar than that with the upper half of the layers random.
   */
  public static final double BOUND = 0.5;

  /**
   * One step for one method.
   *
   * @param method how it is called
   * @param shuffled how many layers are random, counted from the output
   * @param layer the last of them, next to the input
   * @param similarity of the signed maps, from -1 to 1: 1 if they rank all locations in the same
   *     order, about 0 if by chance
   * @param absolute the same of the maps' absolute values. It says less: these follow the strength
   *     of the activations, which a random head does not change
   */
  public record Row(
      String method, int shuffled, String layer, double similarity, double absolute) {}

  /** Keeps its own list. */
  public RandomisationCascade {
    rows = List.copyOf(rows);
  }

  /** Runs a cascade; {@link #builder} has more settings. */
  public static RandomisationCascade of(
      Explainer explainer, List<Picture> pictures, List<? extends Method> methods) {
    return builder().setExplainer(explainer).setPictures(pictures).setMethods(methods).run();
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** The methods, in the order in which they were asked for. */
  public List<String> methods() {
    return rows.stream().map(Row::method).distinct().toList();
  }

  /**
   * The steps of one method, from the output down to the input.
   *
   * @throws IllegalArgumentException if it was not measured; the message lists those that were
   */
  public List<Row> of(String method) {
    List<Row> selected = rows.stream().filter(row -> row.method().equals(method)).toList();
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "no method '" + method + "' was measured; " + Names.offer(method, methods()));
    }
    return selected;
  }

  /**
   * Whether a method's maps are less similar than {@link #BOUND} at the first step at which half of
   * the layers or more are random. All of them would be no test: the first convolutions shape every
   * map of the pixels, and those of guided backpropagation, which hardly change until then, change
   * with them.
   */
  public boolean passes(String method) {
    return of(method).stream()
            .filter(row -> 2 * row.shuffled() >= layers)
            .findFirst()
            .orElseThrow()
            .similarity()
        < BOUND;
  }

  /**
   * The settings of a {@link RandomisationCascade}: explainer, pictures and methods are required.
   */
  public static final class Builder {

    private @Nullable Explainer explainer;
    private List<Picture> pictures = List.of();
    private List<? extends Method> methods = List.of();
    private @Nullable Target target;
    private int steps = 12;
    private long seed;

    Builder() {}

    /** Of the network; required. Its progress listener is called as for any explanation. */
    public Builder setExplainer(Explainer newExplainer) {
      explainer = newExplainer;
      return this;
    }

    /** The pictures to explain; required. */
    public Builder setPictures(List<Picture> newPictures) {
      pictures = List.copyOf(newPictures);
      return this;
    }

    /** The target. */
    public Builder setPictures(Picture... newPictures) {
      return setPictures(List.of(newPictures));
    }

    /** The methods that are tested; required. */
    public Builder setMethods(List<? extends Method> newMethods) {
      methods = List.copyOf(newMethods);
      return this;
    }

    /** The methods that are tested. */
    public Builder setMethods(Method... newMethods) {
      return setMethods(List.of(newMethods));
    }

    /**
     * The score that is explained at every step; without it that of the class which the network, as
     * it is, predicts for each picture. One that follows the prediction, as {@code not(top())}
     * does, would follow that of the random network.
     */
    public Builder optTarget(Target newTarget) {
      target = newTarget;
      return this;
    }

    /**
     * How many steps there are at most; 12 by default. Where more layers have weights, the steps
     * are spread evenly over them, from the one next to the output alone to all.
     *
     * @throws IllegalArgumentException if it is below one
     */
    public Builder optSteps(int maximum) {
      if (maximum < 1) {
        throw new IllegalArgumentException("a cascade has a step or more, but got " + maximum);
      }
      steps = maximum;
      return this;
    }

    /** The seed of the shuffles; 0 by default. */
    public Builder optSeed(long newSeed) {
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
      methods = Distinct.of(methods, "method", (Method method) -> method.info().name()).values();
      List<String> layers = explainer.weightedLayers();
      if (layers.isEmpty()) {
        throw new UnsupportedException(
            "no layer of this network has weights that can be made random; where torch.jit.freeze"
                + " made them constants of the graph, save the model without it");
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
        int method,
        int shuffled,
        List<String> layers,
        List<Heatmap> expected,
        List<Heatmap> actual) {
      double similarity = 0;
      double absolute = 0;
      int compared = 0;
      for (int i = 0; i < expected.size(); i++) {
        Heatmap map = expected.get(i);
        if (map.min() < map.max()) {
          similarity += Similarity.spearman(map, actual.get(i));
          absolute += Similarity.spearman(absolute(map), absolute(actual.get(i)));
          compared++;
        }
      }
      // NaN where there is nothing to compare, which passes no test.
      similarity /= compared;
      absolute /= compared;
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
}
