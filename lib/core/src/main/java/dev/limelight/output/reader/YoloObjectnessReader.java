package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** The YOLO family with an objectness, either way round. */
@MetaInfServices(OutputReader.class)
public record YoloObjectnessReader() implements OutputReader {

  private static final Yolo YOLO = new Yolo(true);

  @Override
  public String name() {
    return "yolo-objectness";
  }

  @Override
  public String title() {
    return "boxes of the YOLO family with an objectness (N, candidates, 5 + classes), also transposed";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    return YOLO.fit(outputs);
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    return YOLO.candidates(joined, outputs);
  }
}
