package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.output.Candidates;
import dev.limelight.output.Decoding;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputShapes;
import java.util.ArrayList;
import java.util.List;

/**
 * Anchor-free heads with an output of class scores and one of distance distributions for each
 * stride, as PicoDet is exported.
 *
 * @param levels a stride each, the finest first
 * @see <a href="https://arxiv.org/abs/2111.00902">Yu et al. 2021, PP-PicoDet</a>
 */
record PicoDet(List<Level> levels) {

  private static final int[] STRIDES = {4, 8, 16, 32, 64, 128};

  /** The outputs of one stride. */
  private record Level(int scores, int distances, Distances grid) {}

  /** Whether the outputs may be those of such a head, which has two for each stride. */
  static boolean isPossible(OutputShapes outputs) {
    return outputs.size() >= 2
        && outputs.size() % 2 == 0
        && outputs.outputs().stream().allMatch(OutputShapes.Output::isTable);
  }

  /** The ways to read the outputs: none, one, or two where either output may be the scores. */
  static List<PicoDet> readings(OutputShapes outputs) {
    List<Level> pairs = pairs(outputs);
    if (pairs.isEmpty() || pairs.size() * 2 != outputs.size()) {
      return List.of();
    }
    List<PicoDet> found = new ArrayList<>();
    // Exporters give the scores first.
    for (boolean scoresFirst : new boolean[] {true, false}) {
      List<Level> levels = new ArrayList<>();
      for (Level pair : pairs) {
        levels.add(scoresFirst ? pair : new Level(pair.distances(), pair.scores(), pair.grid()));
      }
      PicoDet reading = new PicoDet(levels);
      if (reading.isConsistent(outputs)) {
        found.add(reading);
      }
    }
    return found;
  }

  /** Two outputs for each stride, in their order; none if there are others. */
  private static List<Level> pairs(OutputShapes outputs) {
    List<Level> levels = new ArrayList<>();
    for (int stride : STRIDES) {
      Distances grid = Distances.of(stride, outputs, 0.5f);
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        if (outputs.get(i).length(1) == grid.cells()) {
          own.add(i);
        }
      }
      if (own.size() == 2) {
        levels.add(new Level(own.get(0), own.get(1), grid));
      } else if (!own.isEmpty()) {
        return List.of();
      }
    }
    return levels;
  }

  /** Scores and distances have each the same number of values in all strides. */
  private boolean isConsistent(OutputShapes outputs) {
    long classes = classes(outputs);
    long values = 4L * bins(outputs);
    return bins(outputs) >= 2
        && levels.stream()
            .allMatch(
                level ->
                    outputs.get(level.scores()).length(2) == classes
                        && outputs.get(level.distances()).length(2) == values);
  }

  /** Yes, unless there are labels of another number of classes. */
  Fit fit(OutputShapes outputs) {
    long classes = classes(outputs);
    if (outputs.labels() > 0 && outputs.labels() != classes) {
      return Fit.no(
          "there are scores of " + classes + " classes, and " + outputs.labels() + " labels");
    }
    return Fit.yes(why(outputs));
  }

  private long classes(OutputShapes outputs) {
    return outputs.get(levels.get(0).scores()).length(2);
  }

  private long bins(OutputShapes outputs) {
    return outputs.get(levels.get(0).distances()).length(2) / 4;
  }

  /** What is read, in words. */
  private String why(OutputShapes outputs) {
    return "two outputs for each of the strides "
        + levels.stream().map(level -> level.grid().stride()).toList()
        + ": the scores of "
        + classes(outputs)
        + " classes in "
        + outputs.get(levels.get(0).scores()).name()
        + " and distances in "
        + bins(outputs)
        + " bins in "
        + outputs.get(levels.get(0).distances()).name();
  }

  Candidates candidates(NDArray joined, OutputShapes outputs) {
    NDList boxes = new NDList();
    NDList scores = new NDList();
    for (Level level : levels) {
      boxes.add(level.grid().boxes(outputs.part(joined, level.distances())));
      NDArray own = outputs.part(joined, level.scores());
      boolean given = Decoding.areProbabilities(outputs.sample(level.scores()));
      scores.add(given ? own : Decoding.sigmoid(own));
    }
    return new Candidates(NDArrays.concat(boxes, 1), NDArrays.concat(scores, 1), null);
  }
}
