package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.output.Candidates;
import dev.limelight.output.Decoding;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.MetaInfServices;

/**
 * Anchor-free heads with an output of class scores and one of distance distributions for each
 * stride, as PicoDet is exported.
 *
 * @see <a href="https://arxiv.org/abs/2111.00902">Yu et al. 2021, PP-PicoDet</a>
 */
@MetaInfServices(OutputReader.class)
public record PicoDetReader() implements OutputReader {

  private static final int[] STRIDES = {4, 8, 16, 32, 64, 128};

  /** The outputs of one stride. */
  private record Level(int scores, int distances, Distances grid) {}

  @Override
  public String name() {
    return "picodet";
  }

  @Override
  public String title() {
    return "class scores and distance distributions for each stride, (N, cells, classes) and (N,"
        + " cells, 4 * bins)";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    if (outputs.size() < 2 || outputs.size() % 2 != 0) {
      return Fit.no("it reads two outputs for each stride");
    }
    if (!outputs.outputs().stream().allMatch(OutputShapes.Output::isTable)) {
      return Fit.no("an output is not (N, cells, values)");
    }
    List<Level> levels = levels(outputs);
    if (levels.size() * 2 != outputs.size()) {
      return Fit.no(
          "the outputs are not two for each of the grids of a "
              + outputs.width()
              + "x"
              + outputs.height()
              + " picture");
    }
    long classes = outputs.get(levels.get(0).scores()).length(2);
    if (outputs.labels() > 0 && outputs.labels() != classes) {
      return Fit.no(
          "there are scores of " + classes + " classes, and " + outputs.labels() + " labels");
    }
    return Fit.yes(
        "two outputs for each of the strides "
            + levels.stream().map(level -> level.grid().stride()).toList()
            + ": the scores of "
            + classes
            + " classes and distances in "
            + outputs.get(levels.get(0).distances()).length(2) / 4
            + " bins");
  }

  /** The pairs of outputs, the finest stride first; none if they are not pairs. */
  private static List<Level> levels(OutputShapes outputs) {
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
    return ordered(levels, outputs);
  }

  /** Scores and distances have each the same number of values in all strides. */
  private static List<Level> ordered(List<Level> levels, OutputShapes outputs) {
    if (levels.isEmpty()) {
      return levels;
    }
    // Exporters give the scores first; they are taken for distances where only that fits.
    for (boolean scoresFirst : new boolean[] {true, false}) {
      List<Level> found = new ArrayList<>();
      for (Level level : levels) {
        found.add(scoresFirst ? level : new Level(level.distances(), level.scores(), level.grid()));
      }
      long classes = outputs.get(found.get(0).scores()).length(2);
      long bins = outputs.get(found.get(0).distances()).length(2);
      if (bins % 4 == 0
          && bins >= 8
          && found.stream()
              .allMatch(
                  level ->
                      outputs.get(level.scores()).length(2) == classes
                          && outputs.get(level.distances()).length(2) == bins)) {
        return found;
      }
    }
    return List.of();
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    NDList boxes = new NDList();
    NDList scores = new NDList();
    for (Level level : levels(outputs)) {
      boxes.add(level.grid().boxes(outputs.part(joined, level.distances())));
      NDArray own = outputs.part(joined, level.scores());
      boolean given = Decoding.areProbabilities(outputs.sample(level.scores()));
      scores.add(given ? own : Decoding.sigmoid(own));
    }
    return new Candidates(NDArrays.concat(boxes, 1), NDArrays.concat(scores, 1), null);
  }
}
