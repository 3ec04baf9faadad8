package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives an output that has a row for each box as many rows for every picture: zeros follow the last
 * box, and one row more than are read shows whether there were more.
 *
 * @param axis which dimension counts the rows: 0, or 1 where the first one counts pictures
 * @param width the number of columns, or 0 where a row is one number
 */
record ListedRows(int axis, int width) {

  /** How many boxes of a picture are read; exporters keep 100 to 300. */
  static final int MOST = 1000;

  /**
   * How the rows of an output lie.
   *
   * @param type of the output, which follows a suppression
   * @param pictures the first dimension of the model's picture
   * @return null if it has as many values for every picture
   * @throws UnsupportedException if that is not known
   */
  static @Nullable ListedRows of(String output, @Nullable TensorType type, Dimension pictures) {
    List<Dimension> lengths = type == null ? List.of() : type.dimensions();
    boolean ofPictures = isOfPictures(lengths, pictures);
    List<Dimension> rest = ofPictures ? lengths.subList(1, lengths.size()) : lengths;
    if (ofPictures && rest.stream().allMatch(Dimension::isKnown)) {
      return null;
    }
    List<Dimension> columns = rest.isEmpty() ? rest : rest.subList(1, rest.size());
    if (rest.isEmpty() || columns.size() > 1 || !columns.stream().allMatch(Dimension::isKnown)) {
      throw new UnsupportedException(
          "its output "
              + Names.quoted(output)
              + " lists what is left after a NonMaxSuppression, and the file does not say how many"
              + " columns it has; export the model with boxes (rows, 4), scores (rows) and labels"
              + " (rows)");
    }
    int width = columns.isEmpty() ? 0 : Math.toIntExact(columns.get(0).size());
    return new ListedRows(ofPictures ? 1 : 0, width);
  }

  /** Whether an output has more for each box than a row, such as a mask or points. */
  static boolean isLarger(@Nullable TensorType type, Dimension pictures) {
    return type != null
        && type.dimensions().size() > 2
        && !isOfPictures(type.dimensions(), pictures);
  }

  /** Whether the first dimension counts pictures. */
  private static boolean isOfPictures(List<Dimension> lengths, Dimension pictures) {
    return lengths.size() == 1
        ? lengths.get(0).isOne()
        : lengths.size() > 1 && lengths.get(0).isSame(pictures);
  }

  /**
   * Adds the nodes.
   *
   * @param tensor of float32
   * @param prefix of the names of what is added
   * @return the tensor of (1, rows) or (1, rows, columns)
   */
  String add(GraphProto.Builder graph, String tensor, String prefix) {
    int rows = MOST + 1;
    long[] shape = width == 0 ? new long[] {1, rows} : new long[] {1, rows, width};
    long[] own = axis == 1 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
    double[] zeros = new double[rows * Math.max(1, width)];
    String empty = constant(graph, prefix + "empty", TensorValues.real(DataType.FLOAT, own, zeros));
    String from = constant(graph, prefix + "from", TensorValues.whole(new long[] {1}, 0));
    String to = constant(graph, prefix + "to", TensorValues.whole(new long[] {1}, rows));
    String along = constant(graph, prefix + "along", TensorValues.whole(new long[] {1}, axis));
    String longer =
        node(graph, "Concat", prefix + "longer", Attributes.with("axis", axis), tensor, empty);
    String some = node(graph, "Slice", prefix + "some", Attributes.none(), longer, from, to, along);
    String lengths =
        constant(graph, prefix + "shape", TensorValues.whole(new long[] {shape.length}, shape));
    return node(graph, "Reshape", prefix + "rows", Attributes.none(), some, lengths);
  }

  private static String constant(GraphProto.Builder graph, String name, TensorProto value) {
    graph.addInitializer(value.toBuilder().setName(name));
    return name;
  }

  private static String node(
      GraphProto.Builder graph,
      String operator,
      String name,
      Attributes attributes,
      String... inputs) {
    NodeProto.Builder node = NodeWriter.node(operator, name, 1, attributes, inputs);
    graph.addNode(node);
    return name;
  }
}
