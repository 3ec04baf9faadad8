package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import java.util.List;
import org.kohsuke.MetaInfServices;

/**
 * Heads as PicoDet's with as many classes as the distances have values, read with the distances
 * first: no shape says which output is which, so that it is asked for.
 */
@MetaInfServices(OutputReader.class)
public record PicoDetDistancesFirstReader() implements OutputReader {

  @Override
  public String name() {
    return "picodet-distances-first";
  }

  @Override
  public String title() {
    return "the same as picodet, where both outputs of a stride have as many values, with the"
        + " distances first";
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
    if (readings.size() < 2) {
      return Fit.no("it reads two outputs of as many values for each stride; else picodet does");
    }
    return readings.get(1).fit(outputs);
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    return PicoDet.readings(outputs).get(1).candidates(joined, outputs);
  }
}
