package dev.limelight.randomisation;

import dev.limelight.Explainer;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import java.util.List;

/**
 * Whether maps depend on what the network has learnt: its layers are randomised one after another,
 * from the output down to the input, and each map is compared with that of the unchanged network,
 * for the same class. A method whose maps stay the same shows the picture and not the network.
 *
 * <p>Random means that the values of each parameter are shuffled within its array ({@link
 * Explainer#shuffled}). Similarity is Spearman's correlation of two maps at their own size,
 * averaged over the pictures.
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
  public static RandomisationCascadeBuilder builder() {
    return new RandomisationCascadeBuilder();
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
          "no method '" + method + "' was measured; there are " + String.join(", ", methods()));
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
}
