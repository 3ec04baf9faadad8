package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** The YOLO family without objectness, either way round. */
@MetaInfServices(OutputReader.class)
public record YoloReader() implements OutputReader {

  private static final Yolo YOLO = new Yolo(false);

  @Override
  public String name() {
    return "yolo";
  }

  @Override
  public String title() {
    return "boxes of the YOLO family without objectness (N, 4 + classes, candidates), also transposed";
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
