package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.image.Framing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Candidates;
import dev.limelight.output.Reading;
import dev.limelight.output.Remaining;
import dev.limelight.support.UnsupportedException;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * One box of a detector: the score of its class, times the objectness where there is one, or one of
 * its edges. The candidate is chosen by the unchanged picture and stays the same for its copies. Of
 * a model that suppresses boxes itself it is what is left in a copy: of the boxes of its class that
 * overlaps it best, the score times the overlap, of which the gradient is that of the score.
 *
 * @param choice which candidate
 * @param part what of it is explained
 * @param suppression what counts as found
 * @param reading what the outputs mean, or null until the network is known
 */
@API(status = Status.INTERNAL)
public record BoxTarget(
    BoxChoice choice, Part part, NonMaximumSuppression suppression, @Nullable Reading reading)
    implements Target {

  /** Boxes of a class that overlap by as much are of one object, as detectors are judged. */
  private static final double LEAST_OVERLAP = 0.5;

  private static final int EDGES = 4;

  /** What of a box is explained. */
  public enum Part {
    /** The score of its class. */
    SCORE,
    /** Its left edge in pixels of the input. */
    LEFT,
    /** Its upper edge. */
    TOP,
    /** Its right edge. */
    RIGHT,
    /** Its lower edge. */
    BOTTOM;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The box that a target is, as a whole.
   *
   * @throws UnsupportedException if it is anything else
   */
  public static BoxTarget whole(Target target) {
    if (target instanceof BoxTarget box && box.part == Part.SCORE) {
      return box;
    }
    throw new UnsupportedException(
        "one box of a detector can be explained so, and the target is "
            + target
            + "; choose Target.box(n), or a method for any score, such as grad-cam or rise");
  }

  static BoxTarget of(BoxChoice choice) {
    return new BoxTarget(choice, Part.SCORE, NonMaximumSuppression.USUAL, null);
  }

  static BoxTarget of(Target target, Rectangle2D box) {
    if (target instanceof TopClass || !(target instanceof ClassTarget one)) {
      throw new IllegalArgumentException(
          "box() takes a class by its index or label, but got " + target);
    }
    return of(new BoxChoice.Overlapping(one, Box.of(box)));
  }

  /** The same box, explained by one of its edges. */
  static BoxTarget edge(Target of, Part part) {
    if (!(of instanceof BoxTarget box)) {
      throw new IllegalArgumentException(
          "the edges are those of a box, such as box(0), but got " + of);
    }
    return new BoxTarget(box.choice, part, box.suppression, box.reading);
  }

  /**
   * All candidates of the network's output, differentiable.
   *
   * @param output as the network gives it to {@link #score}
   */
  public Candidates candidates(NDArray output) {
    return read(output).candidates(output);
  }

  private Reading read(NDArray output) {
    if (reading == null) {
      throw new UnsupportedException(
          "a box needs a network whose outputs are read as boxes, and this one gives "
              + output.getShape()
              + "; limelight outputs says what was found, and --reader or optReader chooses");
    }
    return reading;
  }

  /**
   * The explained candidate of each picture, in pixels of the input, as it was when it was chosen.
   */
  @Override
  public List<Detection> detections(NDArray output) {
    if (choice instanceof BoxChoice.Decided decided) {
      return Collections.nCopies((int) output.getShape().get(0), decided.detection());
    }
    Reading known = read(output);
    NonMaximumSuppression own = known.suppression(suppression);
    return known.chosen(
        output, List.of(choice, suppression), one -> choice.of(one, own, known.isOfFound()));
  }

  @Override
  public NDArray score(NDArray output) {
    return score(output, detections(output));
  }

  /**
   * What the scores of boxes of this part are weighted sums of, differentiable, (N, M, K): the
   * scores of all classes of all candidates, or their edges.
   */
  public NDArray values(NDArray output) {
    Candidates candidates = candidates(output);
    return part == Part.SCORE ? candidates.confidences() : candidates.boxes();
  }

  /**
   * How much each of the {@link #values} counts in the scores of several boxes of one network, of
   * which each picture has one.
   *
   * @param boxes of the same part, one a picture; pictures after them count nothing
   * @param output for these pictures
   * @return (N, M, K)
   */
  public static float[] weights(List<BoxTarget> boxes, NDArray output) {
    List<Detection> found = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      found.add(boxes.get(i).detections(output).get(i));
    }
    return boxes.get(0).weights(output, found);
  }

  private NDArray score(NDArray output, List<Detection> found) {
    NDArray values = values(output);
    float[] weights = weights(output, found);
    return values
        .mul(NativeArrays.of(output.getManager(), weights, values.getShape()))
        .sum(new int[] {1, 2});
  }

  private float[] weights(NDArray output, List<Detection> found) {
    Candidates candidates = candidates(output);
    int m = candidates.count();
    int k = part == Part.SCORE ? candidates.classes() : EDGES;
    float[] weights = new float[Math.toIntExact(output.getShape().get(0) * m * k)];
    for (int i = 0; i < found.size(); i++) {
      Detection one = found.get(i);
      int column = part == Part.SCORE ? one.classIndex() : part.ordinal() - 1;
      Remaining left = remaining(output, i, one);
      if (left == null) {
        continue;
      }
      if (column < 0 || column >= k) {
        throw new UnsupportedException(
            "class " + column + " is out of range: this detector has " + k + " classes, from 0");
      }
      weights[(i * m + left.candidate()) * k + column] = (float) left.overlap();
    }
    return weights;
  }

  /**
   * The row that is explained, which of a list of what was found has the box of the class that
   * overlaps it best: the score is then times the overlap, and 0 where there is none. An edge has
   * no such value, so that the box has to be there.
   */
  private @Nullable Remaining remaining(NDArray output, int picture, Detection wanted) {
    Reading known = read(output);
    if (!known.isOfFound()) {
      return new Remaining(wanted.candidate(), 1);
    }
    Remaining left = known.remaining(output, picture, wanted);
    if (part == Part.SCORE) {
      return left;
    }
    if (left == null || left.overlap() < LEAST_OVERLAP) {
      throw new UnsupportedException(
          "in a changed copy of the picture the model lists no box of this class that overlaps the"
              + " box by half, so that its "
              + part.word()
              + " edge is nowhere; choose its score, "
              + new BoxTarget(choice, Part.SCORE, suppression, reading)
              + ", or a method that leaves the picture as it is, such as saliency or grad-cam");
    }
    return new Remaining(left.candidate(), 1);
  }

  /** Whether it is a row of a list of what is left after suppression within the model. */
  public boolean isOfFound() {
    return reading != null && reading.isOfFound();
  }

  @Override
  public int[] classes(NDArray output) {
    return detections(output).stream().mapToInt(Detection::classIndex).toArray();
  }

  /** The scores of all classes of the explained candidate, (N, K). */
  @Override
  public PlainArray prediction(NDArray output) {
    List<Detection> found = detections(output);
    float[] scores = read(output).confidences(output, found);
    return new PlainArray(new Shape(found.size(), scores.length / found.size()), scores);
  }

  /** Scores of boxes are probabilities. */
  @Override
  public OutputKind kind(OutputKind ofOutput) {
    return OutputKind.PROBABILITIES;
  }

  @Override
  public BoxTarget of(int picture, NDArray output) {
    Detection decided = detections(output).get(picture);
    return new BoxTarget(new BoxChoice.Decided(decided, choice), part, suppression, reading);
  }

  @Override
  public BoxTarget reading(Reading known) {
    return new BoxTarget(choice, part, suppression, known);
  }

  @Override
  public BoxTarget resolve(List<String> labels) {
    return new BoxTarget(choice.resolve(labels), part, suppression, reading);
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    if (!(choice instanceof BoxChoice.Overlapping overlapping)) {
      return this;
    }
    Rectangle2D input = new Rectangle2D.Double(0, 0, width, height);
    List<Target> each = new ArrayList<>();
    for (Framing one : pictures) {
      Box box = overlapping.box().moved(one.visible(), input);
      BoxChoice own = new BoxChoice.Overlapping(overlapping.target(), box);
      each.add(new BoxTarget(own, part, suppression, reading));
    }
    return each.size() == 1 ? each.get(0) : Target.each(each);
  }

  @Override
  public boolean ofClasses() {
    return false;
  }

  @Override
  public boolean ofPlace() {
    return true;
  }

  @Override
  public String unit() {
    return part == Part.SCORE ? "score" : "pixel";
  }

  @Override
  public String caption(List<String> labels) {
    return "box(" + choice.caption(labels) + ")" + (part == Part.SCORE ? "" : " " + part.word());
  }

  @Override
  public String toString() {
    String box = "box(" + choice.text() + ")";
    return part == Part.SCORE ? box : part.word() + "(" + box + ")";
  }
}
