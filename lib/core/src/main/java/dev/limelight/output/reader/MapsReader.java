package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** A segmentation's output, or a depth map's. */
@MetaInfServices(OutputReader.class)
public record MapsReader() implements OutputReader {

  @Override
  public String name() {
    return "maps";
  }

  @Override
  public String title() {
    return "a score for each class and place (N, K, h, w)";
  }

  @Override
  public Kind kind() {
    return Kind.MAPS;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    if (outputs.size() != 1) {
      return Fit.no("there are " + outputs.size() + " outputs; name one by --output");
    }
    OutputShapes.Output only = outputs.get(0);
    if (only.dimensions() != 4 || only.length(2) < 2 || only.length(3) < 2) {
      return Fit.no(only + " is not (N, K, h, w)");
    }
    if (outputs.labels() > 0 && outputs.labels() != only.length(1)) {
      return Fit.no(
          only + " has " + only.length(1) + " maps, and there are " + outputs.labels() + " labels");
    }
    return Fit.yes(
        only
            + " has "
            + only.length(1)
            + " maps of "
            + only.length(3)
            + "x"
            + only.length(2)
            + " places");
  }

  @Override
  public NDArray maps(NDArray joined, OutputShapes outputs) {
    // A picture of another size has maps of another size.
    return joined.getShape().dimension() == 4 ? joined : outputs.part(joined, 0);
  }
}
