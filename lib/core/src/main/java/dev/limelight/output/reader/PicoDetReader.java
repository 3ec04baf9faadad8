package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Heads as PicoDet's; where either output of a stride may be the scores, the first. */
@MetaInfServices(OutputReader.class)
public record PicoDetReader() implements OutputReader {

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
    if (!PicoDet.isPossible(outputs)) {
      return Fit.no("it reads two outputs (N, cells, values) for each stride");
    }
    List<PicoDet> readings = PicoDet.readings(outputs);
    if (readings.isEmpty()) {
      return Fit.no(
          "the outputs are not two for each of the grids of a "
              + outputs.width()
              + "x"
              + outputs.height()
              + " picture");
    }
    return readings.get(0).fit(outputs);
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    return PicoDet.readings(outputs).get(0).candidates(joined, outputs);
  }
}
