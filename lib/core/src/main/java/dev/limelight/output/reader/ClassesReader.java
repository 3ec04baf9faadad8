package dev.limelight.output.reader;

import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import org.kohsuke.MetaInfServices;

/** A classifier's output. */
@MetaInfServices(OutputReader.class)
public record ClassesReader() implements OutputReader {

  @Override
  public String name() {
    return "classes";
  }

  @Override
  public String title() {
    return "a score for each class (N, K)";
  }

  @Override
  public Kind kind() {
    return Kind.CLASSES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    if (outputs.size() != 1) {
      return Fit.no("there are " + outputs.size() + " outputs");
    }
    long size = outputs.get(0).size();
    return size > 1 && size == (outputs.get(0).dimensions() < 2 ? 0 : outputs.get(0).length(1))
        ? Fit.yes(outputs.get(0) + " has " + size + " values for a picture and no places")
        : Fit.no(outputs.get(0) + " is not (N, K)");
  }
}
