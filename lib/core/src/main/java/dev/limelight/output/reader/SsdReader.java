package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** Boxes and scores before suppression as two outputs; a box is left, top, right, bottom. */
@MetaInfServices(OutputReader.class)
public record SsdReader() implements OutputReader {

  private static final Ssd SSD = new Ssd(false);

  @Override
  public String name() {
    return "ssd";
  }

  @Override
  public String title() {
    return "boxes (N, candidates, 4) as left, top, right, bottom, and scores (N, candidates, classes)";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    return SSD.fit(outputs);
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    return SSD.candidates(joined, outputs);
  }
}
