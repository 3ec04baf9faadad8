package dev.limelight.metric;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Answers experiments by functions of the input in place of a network.
 *
 * @param probability of the class
 * @param map by the method
 */
record Asked(ToDoubleFunction<float[]> probability, Function<float[], Heatmap> map) {

  static final int WIDTH = 8;
  static final int HEIGHT = 6;
  static final int SIZE = WIDTH * HEIGHT;

  /**
   * The logistic function of a weighted sum, and a map that is smooth in the input: the sum of the
   * channels' squares, weighted.
   */
  static Asked smooth(long seed) {
    float[] weights = normal(new Random(seed), 3 * SIZE);
    return new Asked(
        input -> {
          double sum = 0;
          for (int i = 0; i < input.length; i++) {
            sum += weights[i] * input[i] / 10;
          }
          return 1 / (1 + Math.exp(-sum));
        },
        input -> {
          float[] values = new float[SIZE];
          for (int i = 0; i < input.length; i++) {
            values[i % SIZE] += (1 + Math.abs(weights[i])) * input[i] * input[i];
          }
          return new Heatmap(WIDTH, HEIGHT, values, "logit");
        });
  }

  static float[] normal(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  Explanation explain(float[] input) {
    return Explained.of(map.apply(input), WIDTH, HEIGHT, probability.applyAsDouble(input));
  }

  Trial trial(long seed, Mask mask) {
    float[] input = normal(new Random(seed), 3 * SIZE);
    return new Trial(explain(input), input, WIDTH, HEIGHT, mask, seed);
  }

  /** The trial with another map. */
  Trial trial(long seed, Heatmap other, Mask mask) {
    Trial trial = trial(seed, mask);
    return new Trial(
        Explained.of(other, WIDTH, HEIGHT, trial.probability()),
        trial.input(),
        WIDTH,
        HEIGHT,
        mask,
        seed);
  }

  Measurement measure(Metric metric, Trial trial) {
    Experiment experiment = metric.of(trial);
    List<Answer> answers = new ArrayList<>();
    for (Experiment.Request request : experiment.requests()) {
      float[] input = request.input().get();
      double score = probability.applyAsDouble(input);
      answers.add(new Answer(score, request.kind() == Kind.SCORE ? null : explain(input)));
    }
    return experiment.result().apply(answers);
  }
}
