package dev.limelight.concept;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds known concepts in pictures, and what they are worth: the activations are written as a sum
 * of concepts, concepts are left out or made weaker at all locations, and what follows the layer
 * runs on what is left. Where the score is linear in the means of the channels, the weights say it
 * exactly and nothing runs.
 */
public final class ConceptRun {

  private final Explainer explainer;
  private final ConceptBank bank;
  private final double[][] parts;
  private final Views views;
  private final SobolIndices indices;
  private final LayerReader reader;
  private final boolean closed;

  /**
   * For an explainer at the layer of the concepts.
   *
   * @param pairs of points for the importance where the head is not linear, a power of two
   */
  public ConceptRun(Explainer explainer, ConceptBank bank, int pairs) {
    this(explainer, bank, pairs, true);
  }

  /**
   * The same.
   *
   * @param closed whether the weights of a linear head are used where it has them
   */
  ConceptRun(Explainer explainer, ConceptBank bank, int pairs, boolean closed) {
    this.explainer = explainer;
    this.bank = bank;
    parts = bank.parts();
    views = Views.of(explainer);
    indices = SobolIndices.of(bank.size(), pairs);
    reader = new LayerReader(explainer);
    this.closed = closed;
  }

  /**
   * The concepts in those of some pictures that the network takes for the class.
   *
   * @param pictures of any size
   * @param names of them
   * @return with the index of each among them
   */
  public List<ConceptMaps> ofClass(List<Picture> pictures, List<String> names) {
    List<Picture> seen = pictures.stream().map(views::view).toList();
    List<Integer> predicted = views.classes(explainer, seen, Target.top());
    List<Integer> wanted = views.classes(explainer, seen, target());
    int[] kept =
        IntStream.range(0, seen.size())
            .filter(i -> predicted.get(i).equals(wanted.get(i)))
            .toArray();
    return ofViews(
        IntStream.of(kept).mapToObj(seen::get).toList(),
        IntStream.of(kept).mapToObj(names::get).toList(),
        kept);
  }

  private Target target() {
    // As it was written, where a number is an index and no label.
    return Target.parse(bank.target());
  }

  /**
   * The concepts in pictures of the class.
   *
   * @param seen at the size of the input
   * @param names of them
   * @param numbers the index of each in its set
   */
  List<ConceptMaps> ofViews(List<Picture> seen, List<String> names, int[] numbers) {
    List<ConceptMaps> all = new ArrayList<>();
    explainer.evidence(
        seen.size(),
        i -> views.input(seen.get(i)),
        target(),
        evidence -> {
          List<LayerReader.Maps> maps = reader.maps(evidence);
          boolean linear = closed && evidence.linear();
          float[] actual = linear ? new float[0] : evidence.scores().toFloatArray();
          float[] weights = linear ? evidence.classWeights().toFloatArray() : new float[0];
          for (int i = 0; i < maps.size(); i++) {
            int index = all.size();
            int c = parts[0].length;
            double[] own =
                linear ? doubles(Arrays.copyOfRange(weights, i * c, (i + 1) * c)) : new double[0];
            double[][] rows = maps.get(i).rows();
            double[][] u = LeastSquares.coefficients(rows, parts);
            Worth worth = linear ? linear(u, own) : sampled(evidence, i, u);
            double score = linear ? Products.dot(own, maps.get(i).mean()) : actual[i];
            all.add(found(maps.get(i), u, worth, score, names.get(index), numbers[index]));
          }
          return maps.size();
        });
    reader.require();
    return all;
  }

  /** What was noted of the activations that were read. */
  public List<String> notes() {
    return reader.notes();
  }

  /**
   * What concepts are worth in a picture.
   *
   * @param importance of each
   * @param effect of each
   * @param whole the score with all of them; less its constant, where the head is linear
   */
  private record Worth(double[] importance, double[] effect, double whole) {}

  private ConceptMaps found(
      LayerReader.Maps maps, double[][] u, Worth worth, double score, String name, int number) {
    return new ConceptMaps(
        number,
        name,
        maps.height(),
        maps.width(),
        floats(Products.transposed(u)),
        worth.importance,
        worth.effect,
        score - worth.whole,
        error(maps.rows(), u));
  }

  /** By the weights of the means of the channels: the score is a sum with a term a concept. */
  private Worth linear(double[][] u, double[] weights) {
    double[] terms = new double[parts.length];
    for (int j = 0; j < terms.length; j++) {
      double mean = 0;
      for (double[] row : u) {
        mean += row[j] / u.length;
      }
      terms[j] = mean * Products.dot(weights, parts[j]);
    }
    return new Worth(SobolIndices.ofSum(terms), terms, Arrays.stream(terms).sum());
  }

  /** By scores of what follows the layer. */
  private Worth sampled(Evidence evidence, int picture, double[][] u) {
    double[][] designed = indices.points();
    double[] scores = scores(evidence, picture, u, masks(designed));
    double whole = scores[designed.length];
    double[] effect = new double[parts.length];
    for (int j = 0; j < effect.length; j++) {
      effect[j] = whole - scores[designed.length + 1 + j];
    }
    return new Worth(indices.total(scores), effect, whole);
  }

  /** Those of the importance, then all concepts, then all but one. */
  private double[][] masks(double[][] designed) {
    int k = parts.length;
    double[][] masks = Arrays.copyOf(designed, designed.length + 1 + k);
    for (int i = designed.length; i < masks.length; i++) {
      masks[i] = new double[k];
      Arrays.fill(masks[i], 1);
      if (i > designed.length) {
        masks[i][i - designed.length - 1] = 0;
      }
    }
    return masks;
  }

  /** The scores with concepts weakened by each of the masks. */
  private double[] scores(Evidence evidence, int picture, double[][] u, double[][] masks) {
    int k = parts.length;
    Shape one = evidence.activations().getShape().slice(1);
    int locations = u.length;
    // Concept j alone, (C, h, w), for each j.
    float[] alone = new float[Math.toIntExact(k * one.size())];
    for (int j = 0; j < k; j++) {
      for (int c = 0; c < parts[j].length; c++) {
        for (int l = 0; l < locations; l++) {
          alone[(j * parts[j].length + c) * locations + l] = (float) (u[l][j] * parts[j][c]);
        }
      }
    }
    try (NDManager scope = evidence.activations().getManager().newSubManager()) {
      NDArray each = NativeArrays.of(scope, alone, new Shape(k, one.size()));
      return doubles(
          evidence.headScores(
              picture,
              masks.length,
              (from, to, own) -> {
                float[] flat = new float[(to - from) * k];
                for (int i = from; i < to; i++) {
                  for (int j = 0; j < k; j++) {
                    flat[(i - from) * k + j] = (float) masks[i][j];
                  }
                }
                return NativeArrays.of(own, flat, new Shape(to - from, k))
                    .matMul(each)
                    .reshape(new Shape(to - from).addAll(one));
              }));
    }
  }

  private double error(double[][] rows, double[][] u) {
    double left = 0;
    double total = 0;
    for (int l = 0; l < rows.length; l++) {
      double[] rest = rows[l].clone();
      for (int j = 0; j < parts.length; j++) {
        Products.addScaled(rest, parts[j], -u[l][j]);
      }
      left += Products.dot(rest, rest);
      total += Products.dot(rows[l], rows[l]);
    }
    return total == 0 ? 0 : Math.sqrt(left / total);
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static float[][] floats(double[][] rows) {
    float[][] result = new float[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < result[i].length; j++) {
        result[i][j] = (float) rows[i][j];
      }
    }
    return result;
  }
}
