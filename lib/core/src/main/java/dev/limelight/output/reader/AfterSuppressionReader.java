package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import dev.limelight.output.Candidates;
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
  public boolean isOfFound() {
    return true;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    return Listing.of(outputs)
        .map(list -> Fit.yes(why(list, outputs)))
        .orElseGet(() -> unread(outputs));
  }

  private static String why(Listing list, OutputShapes outputs) {
    if (outputs.size() == 1) {
      return outputs + " lists what was found: four edges, a score and a class for each row";
    }
    return "what was found is listed: boxes in "
        + outputs.get(list.boxes().output()).name()
        + (list.isTopFirst(outputs) ? " (the top edge first, as TensorFlow's)" : "")
        + ", scores in "
        + outputs.get(list.scores().output()).name()
        + ", classes in "
        + outputs.get(list.classes().output()).name();
  }

  /** What cannot be read may still be such a list, which is then refused in its own words. */
  private static Fit unread(OutputShapes outputs) {
    List<String> names =
        outputs.outputs().stream().map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    boolean listed =
        outputs.outputs().stream().anyMatch(one -> one.dimensions() == 2 && one.length(1) == 4);
    boolean named =
        names.stream().anyMatch(name -> name.contains("box"))
            && names.stream().anyMatch(name -> name.contains("label") || name.contains("class"))
            && names.stream().anyMatch(name -> name.contains("score"));
    boolean rows = outputs.outputs().stream().anyMatch(one -> !one.isOfPictures());
    return outputs.size() >= 3 && rows && (listed || named)
        ? Fit.yes(outputs + " list what was found, as many rows as there were objects")
        : Fit.no(
            "it reads boxes, scores and labels, a row for each object and at most "
                + Listing.MOST_ROWS
                + ", where types or names say which are labels");
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
    if (Listing.of(outputs).isEmpty()) {
      throw new UnsupportedException(
          "the outputs "
              + outputs
              + " have a row for each box that is left after suppression and none for each picture,"
              + " which is read of ONNX files alone; export the model to ONNX, where d-rise and"
              + " rise explain what it lists, or with the boxes and scores before suppression"
              + " (docs/DETECTORS.md shows how)");
    }
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    return Listing.of(outputs).orElseThrow().candidates(joined, outputs);
  }
}
