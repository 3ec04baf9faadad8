package dev.limelight.concept;

import dev.limelight.image.Heatmap;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the concepts of a class are worth in one picture, and where they are.
 *
 * @param index the picture's index in its set
 * @param name its name
 * @param height of the layer, h
 * @param width of the layer, w
 * @param coefficients (k, h w): how much of each concept is at each location
 * @param importance of each concept: its total Sobol index, exact where the head is linear and
 *     estimated elsewhere
 * @param effect of each concept: by how much the score falls without it, in the score's unit
 * @param rest of the score: what it loses where the activations are replaced by the sum of all
 *     concepts
 * @param error of the activations as sums of concepts: {@code |A - U W| / |A|}
 */
public record ConceptMaps(
    int index,
    String name,
    int height,
    int width,
    float[][] coefficients,
    double[] importance,
    double[] effect,
    double rest,
    double error)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Copies. */
  public ConceptMaps {
    coefficients = copy(coefficients);
    importance = importance.clone();
    effect = effect.clone();
  }

  private static float[][] copy(float[][] rows) {
    return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
  }

  /** A copy of the coefficients. */
  @Override
  public float[][] coefficients() {
    return copy(coefficients);
  }

  /** A copy of the importance. */
  @Override
  public double[] importance() {
    return importance.clone();
  }

  /** A copy of the effects. */
  @Override
  public double[] effect() {
    return effect.clone();
  }

  /** The map of a concept, counted from 0, w wide and h high. */
  public Heatmap map(int concept) {
    return new Heatmap(width, height, coefficients[concept], Heatmap.CONCEPT);
  }

  /** The maps of all concepts. */
  public List<Heatmap> maps() {
    return IntStream.range(0, coefficients.length).mapToObj(this::map).toList();
  }

  /** The same with another index. */
  public ConceptMaps numbered(int newIndex) {
    return new ConceptMaps(
        newIndex, name, height, width, coefficients, importance, effect, rest, error);
  }

  /** The same with the concepts in another order. */
  ConceptMaps ordered(int[] order) {
    return new ConceptMaps(
        index,
        name,
        height,
        width,
        Arrays.stream(order).mapToObj(j -> coefficients[j]).toArray(float[][]::new),
        Arrays.stream(order).mapToDouble(j -> importance[j]).toArray(),
        Arrays.stream(order).mapToDouble(j -> effect[j]).toArray(),
        rest,
        error);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConceptMaps maps
        && index == maps.index
        && name.equals(maps.name)
        && height == maps.height
        && width == maps.width
        && Arrays.deepEquals(coefficients, maps.coefficients)
        && Arrays.equals(importance, maps.importance)
        && Arrays.equals(effect, maps.effect)
        && rest == maps.rest
        && error == maps.error;
  }

  @Override
  public int hashCode() {
    return 31 * index + name.hashCode();
  }

  @Override
  public String toString() {
    return "concepts in " + name + ": effects " + Arrays.toString(effect);
  }
}
