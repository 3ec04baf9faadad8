package dev.limelight.onnx.blocks;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One graph for any number of pictures, of two forwards with different numbers: where these differ,
 * the length is computed from the picture, or the forward is refused.
 */
final class UnitedGraph {

  private static final String ADDED = "pictures/";

  private final Trace few;
  private final Trace more;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final List<NodeProto> first = new ArrayList<>();
  private final Map<String, String> replaced = new HashMap<>();

  private UnitedGraph(Trace few, Trace more) {
    this.few = few;
    this.more = more;
  }

  /**
   * The nodes and weights of both.
   *
   * @throws UnsupportedException if they are not the same but for the number of pictures
   */
  static GraphProto.Builder of(Trace few, Trace more) {
    return new UnitedGraph(few, more).graph();
  }

  private GraphProto.Builder graph() {
    List<NodeProto> nodes = few.nodes();
    List<NodeProto> others = more.nodes();
    if (nodes.size() != others.size()) {
      throw differing("of " + nodes.size() + " nodes, or of " + others.size());
    }
    if (!few.weights().keySet().equals(more.weights().keySet())) {
      throw differing("of other weights");
    }
    few.weights()
        .forEach(
            (name, weight) ->
                weight(name, weight, Objects.requireNonNull(more.weights().get(name))));
    GraphProto.Builder graph = GraphProto.newBuilder().setName("blocks");
    List<NodeProto> written = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).equals(others.get(i))) {
        throw differing(Names.printable(nodes.get(i).getName()));
      }
      written.add(united(nodes.get(i)));
    }
    return graph.addAllNode(first).addAllNode(written).addAllInitializer(constants.values());
  }

  private static UnsupportedException differing(String where) {
    return new UnsupportedException(
        "its forward depends on the number of pictures in more than lengths: " + where);
  }

  private NodeProto united(NodeProto node) {
    boolean reshapes = node.getOpType().equals("Reshape");
    NodeProto.Builder result = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      String input = node.getInput(i);
      result.setInput(i, replaced.getOrDefault(input, input));
      TensorProto one = few.numbers().get(input);
      if (one == null) {
        continue;
      }
      TensorProto other = Objects.requireNonNull(more.numbers().get(input));
      if (!one.equals(other)) {
        if (!reshapes || i != 1) {
          throw differing(Names.printable(node.getName()));
        }
        one = lengths(node, one, other);
      }
      constants.put(input, one.toBuilder().setName(input).build());
    }
    return result.build();
  }

  /** 0 keeps a length, and -1 is what is left. */
  private TensorProto lengths(NodeProto node, TensorProto one, TensorProto other) {
    long[] to = wholes(one);
    long[] toMore = wholes(other);
    Shape from = few.shape(node.getInput(0));
    Shape fromMore = more.shape(node.getInput(0));
    int open = 0;
    for (int i = 0; i < to.length && to.length == toMore.length; i++) {
      if (to[i] != toMore[i]) {
        boolean kept =
            from != null
                && fromMore != null
                && i < from.dimension()
                && to[i] == from.get(i)
                && toMore[i] == fromMore.get(i);
        to[i] = kept ? 0 : -1;
        open += kept ? 0 : 1;
      }
    }
    if (open > 1 || to.length != toMore.length) {
      throw differing(Names.printable(node.getName()));
    }
    return TensorValues.whole(new long[] {to.length}, to);
  }

  private static long[] wholes(TensorProto tensor) {
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  private void weight(String name, TracedArray one, TracedArray other) {
    float[] values = one.value().toFloatArray();
    Shape shape = one.shape();
    // A parameter is the same in both.
    if (!one.isParameter()) {
      float[] others = other.value().toFloatArray();
      if (!shape.equals(other.shape())) {
        repeated(name, values, others, shape, other.shape());
        return;
      }
      if (!Arrays.equals(values, others)) {
        throw differing("the numbers of " + Names.printable(name));
      }
    }
    constants.put(name, tensor(name, values, shape));
  }

  /** What is the same for each picture becomes one, and is repeated when the graph runs. */
  private void repeated(String name, float[] values, float[] others, Shape few, Shape more) {
    int row = few.dimension() == 0 || few.get(0) == 0 ? 0 : (int) (few.size() / few.get(0));
    boolean rows = row > 0 && few.slice(1).equals(more.slice(1)) && isRepeated(values, row);
    if (!rows || !isRepeated(others, row) || !Arrays.equals(values, 0, row, others, 0, row)) {
      throw differing("the shape of " + Names.printable(name));
    }
    String one = ADDED + name;
    constants.put(one, tensor(one, Arrays.copyOf(values, row), new Shape(1).addAll(few.slice(1))));
    String count = ADDED + "count";
    if (first.isEmpty()) {
      Attributes ends = Attributes.with("start", 0).and("end", 1L);
      first.add(NodeWriter.node("Shape", count, 1, ends, Trace.PICTURE).build());
    }
    long[] ones = new long[few.dimension() - 1];
    Arrays.fill(ones, 1);
    String rest = ADDED + "lengths/" + name;
    constants.put(
        rest, TensorValues.whole(new long[] {ones.length}, ones).toBuilder().setName(rest).build());
    String lengths = ADDED + "shape/" + name;
    first.add(
        NodeWriter.node("Concat", lengths, 1, Attributes.with("axis", 0), count, rest).build());
    // In the block that owns it.
    int dot = name.lastIndexOf('.');
    String all =
        (dot < 0 ? ADDED : "/" + name.substring(0, dot) + "/")
            + "Expand_"
            + name.substring(dot + 1);
    first.add(NodeWriter.node("Expand", all, 1, Attributes.none(), one, lengths).build());
    replaced.put(name, all);
  }

  private static boolean isRepeated(float[] values, int row) {
    for (int i = row; i < values.length; i++) {
      if (values[i] != values[i - row]) {
        return false;
      }
    }
    return true;
  }

  private static TensorProto tensor(String name, float[] values, Shape shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    for (long length : shape.getShape()) {
      proto.addDims(length);
    }
    return proto.setRawData(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }
}
