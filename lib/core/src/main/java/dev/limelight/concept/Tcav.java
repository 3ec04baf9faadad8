package dev.limelight.concept;

import ai.djl.ndarray.NDArray;
import dev.limelight.Explainer;
import dev.limelight.array.FisherYates;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Evidence;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.inference.TTest;

/**
 * Testing with concept activation vectors: whether the score of a class rises towards a concept of
 * which a user has examples. A linear classifier parts the activations of examples from those of
 * random pictures, and the derivative of the score in its direction is taken for each picture of
 * the class. That is repeated with other random pictures, and compared with vectors between random
 * pictures alone.
 *
 * <p>Activations are averaged over the locations of the layer, where the paper takes each location
 * as a further dimension: a concept may be anywhere in a picture.
 *
 * @param target the class
 * @param layer whose activations are compared
 * @param pictures of the class
 * @param runs with random pictures
 * @param scores one a concept, in their order
 * @param notes what a reader must know, a sentence each
 * @see <a href="https://arxiv.org/abs/1711.11279">Kim et al. 2018, Interpretability Beyond Feature
 *     Attribution: Quantitative Testing with Concept Activation Vectors</a>
 */
public record Tcav(
    String target,
    String layer,
    int pictures,
    int runs,
    List<TcavScore> scores,
    List<String> notes) {

  /** How often random pictures are drawn, if nothing else is asked for. */
  public static final int RUNS = 30;

  /** The fewest examples and random pictures that a classifier can learn from. */
  private static final int FEWEST = 5;

  /** Copies the lists. */
  public Tcav {
    scores = List.copyOf(scores);
    notes = List.copyOf(notes);
  }

  /**
   * Tests concepts.
   *
   * @param concepts examples of each, by name
   * @param random pictures of anything, at least ten; twice as many as examples are best
   * @param images pictures of the class
   * @param target the class
   * @param runs how often random pictures are drawn, at least 3
   * @param seed of the draws
   * @throws UnsupportedException if there are too few pictures, or the network gives no gradients
   */
  public static Tcav of(
      Explainer explainer,
      Map<String, ImageSet> concepts,
      ImageSet random,
      ImageSet images,
      Target target,
      int runs,
      long seed) {
    if (runs < 3 || concepts.isEmpty()) {
      throw new IllegalArgumentException(
          "a test needs at least 3 runs and one concept, but got "
              + runs
              + " and "
              + concepts.size());
    }
    List<String> notes = new ArrayList<>();
    String[] layer = {""};
    Reader reader = new Reader(explainer, target, notes, layer);
    double[][] pool = reader.rows("random pictures", random, 2 * FEWEST, Tcav::pooled);
    double[][] gradients = reader.rows("pictures of the class", images, 1, Tcav::slopes);
    List<TcavScore> scores = new ArrayList<>();
    for (Map.Entry<String, ImageSet> concept : concepts.entrySet()) {
      String name = concept.getKey();
      double[][] examples =
          reader.rows("examples of " + name, concept.getValue(), FEWEST, Tcav::pooled);
      TcavScore score =
          score(name, examples, pool, gradients, runs, new Random(seed), concepts.size());
      if (score.accuracy() < TcavScore.ACCURACY) {
        notes.add(
            String.format(
                Locale.ROOT,
                "examples of %s can hardly be told from random pictures at this layer (%.0f %%"
                    + " right), so that their score means little",
                name,
                100 * score.accuracy()));
      }
      scores.add(score);
    }
    return new Tcav(target.toString(), layer[0], gradients.length, runs, scores, notes);
  }

  private static TcavScore score(
      String name,
      double[][] examples,
      double[][] pool,
      double[][] gradients,
      int runs,
      Random draws,
      int tests) {
    int n = Math.min(examples.length, pool.length / 2);
    double[] own = new double[runs];
    double[] chance = new double[runs];
    double right = 0;
    for (int run = 0; run < runs; run++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + Count.of(run, "run"));
      }
      double[][] drawn = drawn(pool, 2 * n, draws);
      double[][] some = drawn(examples, n, draws);
      double[][] others = Arrays.copyOf(drawn, n);
      own[run] = Cav.of(some, others).score(gradients);
      chance[run] = Cav.of(Arrays.copyOfRange(drawn, n, 2 * n), others).score(gradients);
      right += accuracy(some, others) / runs;
    }
    return new TcavScore(
        name,
        StatUtils.mean(own),
        Math.sqrt(StatUtils.variance(own)),
        StatUtils.mean(chance),
        Math.min(1, tests * probability(own, chance)),
        right);
  }

  /** Of a classifier that learns from two thirds, on the rest. */
  private static double accuracy(double[][] examples, double[][] others) {
    int learnt = (2 * examples.length + 2) / 3;
    Cav cav = Cav.of(Arrays.copyOf(examples, learnt), Arrays.copyOf(others, learnt));
    int right = 0;
    for (int i = learnt; i < examples.length; i++) {
      right += (cav.has(examples[i]) ? 1 : 0) + (cav.has(others[i]) ? 0 : 1);
    }
    return right / (2.0 * (examples.length - learnt));
  }

  private static double probability(double[] one, double[] other) {
    if (StatUtils.variance(one) + StatUtils.variance(other) == 0) {
      return one[0] == other[0] ? 1 : 0;
    }
    return new TTest().tTest(one, other);
  }

  private static double[][] drawn(double[][] rows, int count, Random draws) {
    int[] order = FisherYates.order(rows.length, draws);
    return IntStream.range(0, count).mapToObj(i -> rows[order[i]]).toArray(double[][]::new);
  }

  private static double[][] pooled(Evidence evidence) {
    return rows(evidence.activations().mean(new int[] {2, 3}));
  }

  /** The derivatives where all locations change alike. */
  private static double[][] slopes(Evidence evidence) {
    return rows(evidence.gradients().sum(new int[] {2, 3}));
  }

  private static double[][] rows(NDArray array) {
    int n = (int) array.getShape().get(0);
    float[] values = array.toFloatArray();
    int c = values.length / n;
    double[][] rows = new double[n][c];
    for (int i = 0; i < values.length; i++) {
      rows[i / c][i % c] = values[i];
    }
    return rows;
  }

  /** Reads what a test needs of pictures. */
  private record Reader(Explainer explainer, Target target, List<String> notes, String[] layer) {

    double[][] rows(
        String what, ImageSet images, int fewest, Function<Evidence, double[][]> function) {
      Views views = Views.of(explainer);
      List<float[]> inputs = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        try {
          Example example = images.get(i);
          inputs.add(views.input(views.view(example.picture())));
        } catch (IOException | UnsupportedException e) {
          notes.add(images.name(i) + " could not be read and is left out: " + e.getMessage());
        }
      }
      if (inputs.size() < fewest) {
        throw new UnsupportedException(
            "a test needs at least " + fewest + " " + what + ", but got " + inputs.size());
      }
      return explainer
          .evidence(
              inputs.size(),
              inputs::get,
              target,
              evidence -> {
                layer[0] = evidence.layer();
                return function.apply(evidence);
              })
          .stream()
          .flatMap(Arrays::stream)
          .toArray(double[][]::new);
    }
  }

  /** A sentence a concept. */
  @Override
  public String toString() {
    return scores.stream().map(TcavScore::sentence).collect(Collectors.joining("\n"));
  }
}
