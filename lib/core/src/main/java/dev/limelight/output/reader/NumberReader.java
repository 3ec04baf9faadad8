package dev.limelight.output.reader;

import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** A regression's output, or one sigmoid unit. */
@MetaInfServices(OutputReader.class)
public record NumberReader() implements OutputReader {

  @Override
  public String name() {
    return "number";
  }

  @Override
  public String title() {
    return "one number for a picture (N, 1)";
  }

  @Override
  public Kind kind() {
    return Kind.NUMBER;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    return outputs.total() == 1
        ? Fit.yes(outputs.get(0) + " has one value for a picture")
        : Fit.no("the outputs have " + outputs.total() + " values for a picture");
  }
}
