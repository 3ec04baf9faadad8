package dev.limelight.output.reader;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.output.Candidates;
import dev.limelight.output.Decoding;
import dev.limelight.output.OutputShapes;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a list of what was found has the box, the score and the class of each row. Rows with a
 * score of 0 are empty.
 *
 * @param boxes four columns of edges
 * @param scores one column
 * @param classes one column of whole numbers
 */
record Listing(Column boxes, Column scores, Column classes) {

  /** Longer tables are of candidates, which are still to be suppressed. */
  static final int MOST_ROWS = 1000;

  /** How TensorFlow's detectors call boxes that begin with the top edge. */
  private static final String TOP_FIRST = "detection_boxes";

  /** By how much a probability may miss 1 by rounding. */
  private static final float ROUNDING = 1e-3f;

  /** An index beyond this is no class, but the wrong column. */
  private static final int MOST_CLASSES = 1 << 16;

  /**
   * Columns of an output whose second dimension counts the rows.
   *
   * @param output its index
   * @param from the first column
   */
  record Column(int output, int from) {

    private int width(OutputShapes outputs) {
      OutputShapes.Output own = outputs.get(output);
      return own.isTable() ? (int) own.length(2) : 1;
    }

    /** As many columns, (N, rows, count). */
    NDArray of(NDArray joined, OutputShapes outputs, int rows, int count) {
      NDArray part = outputs.part(joined, output).get(":, 0:" + rows);
      NDArray table = part.reshape(part.getShape().get(0), rows, width(outputs));
      return Decoding.columns(table, from, from + count);
    }

    /** The first of these columns, row by row. */
    private float[] values(float[] table, OutputShapes outputs) {
      return Decoding.columns(table, width(outputs), from, from + 1);
    }
  }

  /** The list that outputs are, or nothing if they are none, or do not say which is which. */
  static Optional<Listing> of(OutputShapes outputs) {
    if (!outputs.outputs().stream().allMatch(OutputShapes.Output::isOfPictures)) {
      return Optional.empty();
    }
    Optional<Listing> found = outputs.size() == 1 ? table(outputs) : columns(outputs);
    return found.filter(list -> list.isShort(outputs) && list.isConsistent(outputs));
  }

  /** One table (N, rows, 6): four edges, a score and a class. */
  private static Optional<Listing> table(OutputShapes outputs) {
    return AfterSuppressionReader.isList(outputs)
        ? Optional.of(new Listing(new Column(0, 0), new Column(0, 4), new Column(0, 5)))
        : Optional.empty();
  }

  /** Boxes (N, rows, 4), and scores and classes (N, rows); their number may be a fourth output. */
  private static Optional<Listing> columns(OutputShapes outputs) {
    int boxes = -1;
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      OutputShapes.Output one = outputs.get(i);
      if (boxes < 0 && one.isTable() && one.length(2) == 4) {
        boxes = i;
      } else if (one.dimensions() == 2 || one.isTable() && one.length(2) == 1) {
        others.add(i);
      } else if (one.size() > 1) {
        return Optional.empty();
      }
    }
    if (boxes < 0) {
      return Optional.empty();
    }
    long rows = outputs.get(boxes).length(1);
    others.removeIf(i -> outputs.get(i).size() == 1 && rows > 1);
    if (others.size() != 2 || others.stream().anyMatch(i -> outputs.get(i).length(1) != rows)) {
      return Optional.empty();
    }
    int classes = classes(outputs, others.get(0), others.get(1));
    if (classes < 0) {
      return Optional.empty();
    }
    int scores = others.get(0) == classes ? others.get(1) : others.get(0);
    return Optional.of(
        new Listing(new Column(boxes, 0), new Column(scores, 0), new Column(classes, 0)));
  }

  /** Which of two outputs holds the classes: by the file's types, else by the names; or -1. */
  private static int classes(OutputShapes outputs, int one, int other) {
    if (outputs.get(one).whole() != outputs.get(other).whole()) {
      return outputs.get(one).whole() ? one : other;
    }
    boolean named = isNamed(outputs, one);
    return named == isNamed(outputs, other) ? -1 : named ? one : other;
  }

  private static boolean isNamed(OutputShapes outputs, int index) {
    String name = outputs.get(index).name().toLowerCase(Locale.ROOT);
    return !name.contains("score") && (name.contains("label") || name.contains("class"));
  }

  private boolean isShort(OutputShapes outputs) {
    OutputShapes.Output one = outputs.get(scores.output());
    return one.listed() || one.length(1) <= MOST_ROWS;
  }

  /** Whether the values of the sample, where there are any, are scores and classes. */
  private boolean isConsistent(OutputShapes outputs) {
    float[] found = scores.values(outputs.sample(scores.output()), outputs);
    float[] indices = classes.values(outputs.sample(classes.output()), outputs);
    for (int i = 0; i < found.length; i++) {
      if (found[i] > 0 && (found[i] > 1 + ROUNDING || !isClass(indices[i]))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a box is top, left, bottom, right. */
  boolean isTopFirst(OutputShapes outputs) {
    return outputs.get(boxes.output()).name().toLowerCase(Locale.ROOT).contains(TOP_FIRST);
  }

  private static boolean isClass(float value) {
    return value == Math.rint(value) && value >= 0 && value < MOST_CLASSES;
  }

  /**
   * What is found, as many rows as the fullest list has. The scores tell the class of each, one for
   * its own and 0 for others, and the objectness is its score.
   *
   * @throws UnsupportedException if there are more rows than are read, or their values are no boxes
   *     with scores and classes
   */
  Candidates candidates(NDArray joined, OutputShapes outputs) {
    int length = (int) outputs.get(scores.output()).length(1);
    float[] found = scores.values(outputs.part(joined, scores.output()).toFloatArray(), outputs);
    float[] indices =
        classes.values(outputs.part(joined, classes.output()).toFloatArray(), outputs);
    int rows = 1;
    int names = Math.max(1, outputs.labels());
    for (int i = 0; i < found.length; i++) {
      if (found[i] > 0) {
        checkScore(found[i], outputs);
        rows = Math.max(rows, i % length + 1);
        names = Math.max(names, index(indices[i], outputs) + 1);
      }
    }
    if (outputs.get(scores.output()).listed() && rows == length) {
      throw new UnsupportedException(
          "the model lists more than "
              + (length - 1)
              + " boxes for a picture, and as many are read; export it with a higher score"
              + " threshold or with fewer boxes for a picture");
    }
    int pictures = found.length / length;
    float[] own = new float[pictures * rows * names];
    for (int i = 0; i < pictures * rows; i++) {
      int at = i / rows * length + i % rows;
      if (found[at] > 0) {
        own[i * names + (int) indices[at]] = 1;
      }
    }
    return new Candidates(
        edges(joined, outputs, rows),
        NativeArrays.of(joined.getManager(), own, new Shape(pictures, rows, names)),
        scores.of(joined, outputs, rows, 1).reshape(pictures, rows));
  }

  /** Left, top, right and bottom in pixels, (N, rows, 4). */
  private NDArray edges(NDArray joined, OutputShapes outputs, int rows) {
    NDArray edges = boxes.of(joined, outputs, rows, 4);
    if (isTopFirst(outputs)) {
      NDList turned = new NDList();
      for (int column : new int[] {1, 0, 3, 2}) {
        turned.add(Decoding.columns(edges, column, column + 1));
      }
      edges = NDArrays.concat(turned, 2);
    }
    float[] values = edges.toFloatArray();
    float[] lengths = new float[values.length / 2];
    for (int i = 0; i < lengths.length; i++) {
      int from = i / 2 * 4 + i % 2;
      lengths[i] = values[from + 2] - values[from];
    }
    if (Decoding.areNegative(lengths)) {
      throw new UnsupportedException(
          "many boxes of "
              + outputs.get(boxes.output())
              + " would end before they begin, as where they are centre, width and height; export"
              + " their edges");
    }
    return areShares(values, outputs) ? Decoding.inPixels(edges, outputs) : edges;
  }

  private static void checkScore(float score, OutputShapes outputs) {
    if (score > 1 + ROUNDING) {
      throw new UnsupportedException(
          "the scores of "
              + outputs
              + " are to be between 0 and 1, but got "
              + score
              + "; export four edges, a score and a class for each row, or choose another reader by"
              + " --reader");
    }
  }

  private static int index(float value, OutputShapes outputs) {
    if (!isClass(value)) {
      throw new UnsupportedException(
          "the classes of "
              + outputs
              + " are to be whole numbers from 0, but got "
              + value
              + "; choose another reader by --reader");
    }
    if (outputs.labels() > 0 && value >= outputs.labels()) {
      throw new UnsupportedException(
          "the model found class "
              + (int) value
              + ", and there are "
              + outputs.labels()
              + " labels, counted from 0; give a label for each class, and one for the background"
              + " where the model counts it");
    }
    return (int) value;
  }

  /** As the sample says, or the boxes of the pictures where nothing was found in the sample. */
  private boolean areShares(float[] edges, OutputShapes outputs) {
    float[] sample = outputs.sample(boxes.output());
    float[] ofSample =
        Decoding.columns(sample, boxes.width(outputs), boxes.from(), boxes.from() + 4);
    return Decoding.areShares(isEmpty(ofSample) ? edges : ofSample);
  }

  private static boolean isEmpty(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
