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
 * One output with class scores and distance distributions side by side, the strides one after
 * another, as NanoDet-Plus is exported.
 */
@MetaInfServices(OutputReader.class)
public record NanoDetReader() implements OutputReader {

  private static final int BINS = 8;
  private static final int[] STRIDES = {8, 16, 32, 64};

  @Override
  public String name() {
    return "nanodet";
  }

  @Override
  public String title() {
    return "class scores and distance distributions in one output (N, cells, classes + 32)";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    if (outputs.size() != 1 || !outputs.get(0).isTable()) {
      return Fit.no("it reads one output (N, cells, classes + 32)");
    }
    OutputShapes.Output only = outputs.get(0);
    long classes = only.length(2) - 4 * BINS;
    long cells = grids(outputs).stream().mapToLong(Distances::cells).sum();
    if (classes < 1 || only.length(1) != cells) {
      return Fit.no(
          only
              + " is not (N, "
              + cells
              + ", classes + 32), the cells of the strides 8, 16, 32, 64");
    }
    if (outputs.labels() > 0 && outputs.labels() != classes) {
      return Fit.no(
          "there would be " + classes + " classes, and there are " + outputs.labels() + " labels");
    }
    return Fit.yes(
        only
            + " has the cells of the strides 8, 16, 32, 64, with "
            + classes
            + " classes and distances in 8 bins");
  }

  private static List<Distances> grids(OutputShapes outputs) {
    List<Distances> grids = new ArrayList<>();
    for (int stride : STRIDES) {
      grids.add(Distances.of(stride, outputs, 0));
    }
    return grids;
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    NDArray all = outputs.part(joined, 0);
    long values = outputs.get(0).length(2);
    long classes = values - 4 * BINS;
    NDList boxes = new NDList();
    long from = 0;
    for (Distances grid : grids(outputs)) {
      long to = from + grid.cells();
      boxes.add(grid.boxes(all.get(":, " + from + ":" + to + ", " + classes + ":" + values)));
      from = to;
    }
    NDArray scores = Decoding.columns(all, 0, classes);
    float[] sample = Decoding.columns(outputs.sample(0), (int) values, 0, (int) classes);
    boolean given = Decoding.areProbabilities(sample);
    return new Candidates(
        NDArrays.concat(boxes, 1), given ? scores : Decoding.sigmoid(scores), null);
  }
}
