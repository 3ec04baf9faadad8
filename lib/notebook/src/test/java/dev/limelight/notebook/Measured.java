package dev.limelight.notebook;

import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.List;

/** An evaluation with simple numbers. */
final class Measured {

  static final int PICTURES = 12;
  private static final List<String> METHODS = List.of("random-cam", "grad-cam", "score-cam");

  /** By pointing game, deletion and sparseness: the mean of each method. */
  private static final double[][] MEANS = {{0.25, 0.5, 0.4}, {0.75, 0.25, 0.6}, {1, 0.375, 0.5}};

  private Measured() {}

  /** Three methods at each of the layers, by three metrics. */
  static Evaluation at(String... layers) {
    List<MetricInfo> metrics =
        List.of(
            MetricInfo.higherIsBetter("pointing-game"),
            MetricInfo.lowerIsBetter("deletion"),
            MetricInfo.higherIsBetter("sparseness"));
    List<Contender> contenders = new ArrayList<>();
    List<Cell> cells = new ArrayList<>();
    List<Cost> costs = new ArrayList<>();
    for (String layer : layers) {
      for (int m = 0; m < METHODS.size(); m++) {
        Contender contender = new Contender(METHODS.get(m), layer, m == 0);
        contenders.add(contender);
        costs.add(new Cost(contender, new long[] {1, 2, 33}[m], 1.5 * m + 0.5, 8));
        for (int i = 0; i < PICTURES; i++) {
          cells.add(cell(i, contender, "pointing-game", hit(i, MEANS[m][0])));
          double mean = MEANS[m][1];
          cells.add(
              cell(
                  i,
                  contender,
                  "deletion",
                  Measurement.area(List.of(mean + 0.25, mean, mean - 0.25))));
          cells.add(cell(i, contender, "sparseness", Measurement.of(MEANS[m][2])));
        }
      }
    }
    return new Evaluation(PICTURES, contenders, metrics, cells, costs, 7);
  }

  private static Measurement hit(int picture, double mean) {
    return Measurement.of(picture < mean * PICTURES ? 1 : 0);
  }

  private static Cell cell(int picture, Contender contender, String metric, Measurement found) {
    return new Cell(picture, "scene " + picture, contender, metric, found);
  }
}
