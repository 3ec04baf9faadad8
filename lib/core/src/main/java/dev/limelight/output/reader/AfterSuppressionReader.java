package dev.limelight.output.reader;

import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Locale;
import org.kohsuke.MetaInfServices;

/**
 * Boxes, scores and labels of what was found, after suppression within the model: several outputs,
 * or one list.
 */
@MetaInfServices(OutputReader.class)
public record AfterSuppressionReader() implements OutputReader {

  @Override
  public String name() {
    return "after-nms";
  }

  @Override
  public String title() {
    return "boxes, scores and labels of what was found, after suppression within the model";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    List<String> names =
        outputs.outputs().stream().map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    boolean listed =
        outputs.outputs().stream().anyMatch(one -> one.dimensions() == 2 && one.length(1) == 4);
    boolean named =
        names.stream().anyMatch(name -> name.contains("box"))
            && names.stream().anyMatch(name -> name.contains("label") || name.contains("class"))
            && names.stream().anyMatch(name -> name.contains("score"));
    return outputs.size() >= 3 && (listed || named) || isList(outputs)
        ? Fit.yes(outputs + " list what was found, as many rows as there were objects")
        : Fit.no("it reads boxes, scores and labels, a row for each object");
  }

  /** Whether it is one list (N, rows, 6): four edges, a score and the number of a class. */
  static boolean isList(OutputShapes outputs) {
    if (outputs.size() != 1 || !outputs.get(0).isTable() || outputs.get(0).length(2) != 6) {
      return false;
    }
    float[] sample = outputs.sample(0);
    for (int i = 5; i < sample.length; i += 6) {
      if (sample[i] != Math.rint(sample[i])) {
        return false;
      }
    }
    return sample.length > 0;
  }

  @Override
  public void checkExplained(OutputShapes outputs) {
    throw new UnsupportedException(
        "the outputs "
            + outputs
            + " list the boxes that are left after suppression, where gradients end and a changed"
            + " picture has others; export the model with the boxes and scores before it"
            + " (docs/DETECTORS.md shows how)");
  }
}
