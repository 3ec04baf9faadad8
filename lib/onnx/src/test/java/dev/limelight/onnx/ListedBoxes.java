package dev.limelight.onnx;

import static dev.limelight.onnx.OnnxModels.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.detection.Box;
import dev.limelight.onnx.adjoint.TensorValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A detector with its suppression within the graph, of which every answer is known: six fixed boxes
 * in pictures of 16 by 16, of two classes. The score of a box is the mean of red (class 0) or green
 * (class 1) in a quarter, times a factor of the box; scores of 0.2 or less are dropped, and so are
 * boxes that overlap a stronger one of their class by more than 0.7.
 */
final class ListedBoxes {

  static final int SIDE = 16;
  static final float LOWEST = 0.2f;
  static final float MOST_OVERLAP = 0.7f;

  /** One around each quarter, reaching over the middle; and two more of the first quarter. */
  static final List<Box> BOXES =
      List.of(
          new Box(0, 0, 10, 10),
          new Box(6, 0, 16, 10),
          new Box(0, 6, 10, 16),
          new Box(6, 6, 16, 16),
          // It overlaps the first by 0.6, and stays.
          new Box(0, 0, 10, 6),
          // It overlaps the first by 0.9, and is dropped.
          new Box(0, 0, 10, 9));

  static final int[] QUARTERS = {0, 1, 2, 3, 0, 0};
  static final float[] FACTORS = {1, 1, 1, 1, 0.75f, 0.9f};

  /** By how much a box moves to the right where all of its quarter is blue. */
  private static final double MOVE = 3;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("listed boxes");

  private ListedBoxes() {}

  /**
   * Writes the model.
   *
   * @param batch the number of pictures that it declares, or 0 for any
   * @param copies how often each row is listed
   * @param names of the boxes, the scores and the labels
   */
  static Path write(Path file, int batch, int copies, String... names) throws IOException {
    ListedBoxes boxes = new ListedBoxes();
    boxes.candidates(batch, false);
    boxes.suppress();
    boxes.lists(copies, names);
    Files.write(file, boxes.model().toByteArray());
    return file;
  }

  /** Writes a model that also lists five points of each box, (rows, 5, 2). */
  static Path writeWithPoints(Path file) throws IOException {
    ListedBoxes boxes = new ListedBoxes();
    boxes.candidates(1, false);
    boxes.suppress();
    boxes.lists(1, "boxes", "scores", "labels");
    boxes.real("all points", new long[] {BOXES.size(), 5, 2}, new double[10 * BOXES.size()]);
    boxes.add("Gather", "points", "points", "all points", "row two");
    boxes.graph.addOutput(value("points", DataType.FLOAT, 0, 5, 2));
    Files.write(file, boxes.model().toByteArray());
    return file;
  }

  /**
   * Writes a model whose scores are no straight lines, and whose boxes move with the blue of their
   * quarters: the means are of the sigmoid of each value.
   *
   * @param suppressed whether it lists what is left after suppression, or gives all candidates, (1,
   *     6, 4) and (1, 6, 2)
   */
  static Path writeMoving(Path file, boolean suppressed) throws IOException {
    ListedBoxes boxes = new ListedBoxes();
    boxes.candidates(1, true);
    if (suppressed) {
      boxes.suppress();
      boxes.lists(1, "boxes", "scores", "labels");
    } else {
      boxes.add("Identity", "boxes", "boxes", "corners");
      NodeProto turned = node("Transpose", "scores", List.of("candidates"), "scores");
      boxes.graph.addNode(turned.toBuilder().addAttribute(ints("perm", 0, 2, 1)));
      boxes.graph.addOutput(value("boxes", DataType.FLOAT, 1, BOXES.size(), 4));
      boxes.graph.addOutput(value("scores", DataType.FLOAT, 1, BOXES.size(), 2));
    }
    Files.write(file, boxes.model().toByteArray());
    return file;
  }

  private ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  /** Adds "corners" (1, 6, 4) and "candidates" (1, 2, 6). */
  private void candidates(int batch, boolean moving) {
    graph.addInput(value("picture", DataType.FLOAT, batch, 3, SIDE, SIDE));
    double[] same = new double[9];
    same[0] = same[4] = same[8] = 1;
    real("kernel", new long[] {3, 3, 1, 1}, same);
    add("Conv", "body/Conv", moving ? "sums" : "maps", "picture", "kernel");
    if (moving) {
      add("Sigmoid", "body/Sigmoid", "maps", "sums");
    }
    NodeProto pool = node("AveragePool", "quarters", List.of("maps"), "quarters");
    graph.addNode(
        pool.toBuilder()
            .addAttribute(ints("kernel_shape", 8, 8))
            .addAttribute(ints("strides", 8, 8)));
    whole("table", 1, 3, 4);
    add("Reshape", "means", "means", "quarters", "table");
    whole("from", 0);
    whole("to", 2);
    whole("channels", 1);
    add("Slice", "classes", "classes", "means", "from", "to", "channels");
    long[] quarters = new long[QUARTERS.length];
    double[] factors = new double[QUARTERS.length];
    double[] corners = new double[4 * BOXES.size()];
    for (int i = 0; i < quarters.length; i++) {
      quarters[i] = QUARTERS[i];
      factors[i] = FACTORS[i];
      Box box = BOXES.get(i);
      double[] edges = {box.left(), box.top(), box.right(), box.bottom()};
      System.arraycopy(edges, 0, corners, 4 * i, 4);
    }
    whole("which", quarters);
    graph.addNode(
        node("Gather", "each", List.of("classes", "which"), "each").toBuilder()
            .addAttribute(integer("axis", 2)));
    real("factors", new long[] {1, 1, factors.length}, factors);
    add("Mul", "candidates", "candidates", "each", "factors");
    real(moving ? "fixed" : "corners", new long[] {1, BOXES.size(), 4}, corners);
    if (moving) {
      move();
    }
  }

  /** Moves the fixed boxes. */
  private void move() {
    whole("blue", 2);
    whole("beyond", 3);
    add("Slice", "blues", "blues", "means", "blue", "beyond", "channels");
    graph.addNode(
        node("Gather", "own blue", List.of("blues", "which"), "own blue").toBuilder()
            .addAttribute(integer("axis", 2)));
    graph.addNode(
        node("Transpose", "each blue", List.of("own blue"), "each blue").toBuilder()
            .addAttribute(ints("perm", 0, 2, 1)));
    real("move", new long[] {1, 1, 4}, MOVE, 0, MOVE, 0);
    add("Mul", "shift", "shift", "each blue", "move");
    add("Add", "corners", "corners", "fixed", "shift");
  }

  private void suppress() {
    whole("most", 100);
    real("most overlap", new long[] {1}, MOST_OVERLAP);
    real("lowest", new long[] {1}, LOWEST);
    add(
        "NonMaxSuppression",
        "suppression",
        "kept",
        "corners",
        "candidates",
        "most",
        "most overlap",
        "lowest");
  }

  /** The box, the score and the class of each row that is kept. */
  private void lists(int copies, String... names) {
    whole("zero", 0);
    whole("one", 1);
    whole("two", 2);
    whole("last", -1);
    for (String column : List.of("one", "two")) {
      graph.addNode(
          node("Gather", "column " + column, List.of("kept", column), "column " + column)
              .toBuilder()
              .addAttribute(integer("axis", 1)));
      add("Reshape", "row " + column, "row " + column, "column " + column, "last");
    }
    whole("flat", BOXES.size(), 4);
    add("Reshape", "all boxes", "all boxes", "corners", "flat");
    add("Gather", "own boxes", "own boxes", "all boxes", "row two");
    add("GatherND", "own scores", "own scores", "candidates", "kept");
    whole("rows", copies);
    whole("rows of four", copies, 1);
    add("Tile", "boxes", names[0], "own boxes", "rows of four");
    add("Tile", "scores", names[1], "own scores", "rows");
    add("Tile", "labels", names[2], "row one", "rows");
    graph.addOutput(value(names[0], DataType.FLOAT, 0, 4));
    graph.addOutput(value(names[1], DataType.FLOAT, 0));
    graph.addOutput(value(names[2], DataType.INT64, 0));
  }

  private void add(String operator, String name, String output, String... inputs) {
    graph.addNode(node(operator, name, List.of(inputs), output));
  }

  private void real(String name, long[] shape, double... values) {
    TensorProto value = TensorValues.real(DataType.FLOAT, shape, values);
    graph.addInitializer(value.toBuilder().setName(name));
  }

  private void whole(String name, long... values) {
    TensorProto value = TensorValues.whole(new long[] {values.length}, values);
    graph.addInitializer(value.toBuilder().setName(name));
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto ints(String name, long... values) {
    List<Long> all = new ArrayList<>();
    for (long value : values) {
      all.add(value);
    }
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(all)
        .build();
  }

  /** Dimensions of 0 are open. */
  private static ValueInfoProto value(String name, DataType type, long... shape) {
    TensorShapeProto.Builder lengths = TensorShapeProto.newBuilder();
    for (int i = 0; i < shape.length; i++) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      lengths.addDim(shape[i] > 0 ? one.setDimValue(shape[i]) : one.setDimParam("open" + i + name));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(lengths)))
        .build();
  }
}
