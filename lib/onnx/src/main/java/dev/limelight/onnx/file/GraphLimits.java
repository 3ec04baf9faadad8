package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How large a graph may be, and what a tensor with values must agree with. */
public final class GraphLimits {

  /** The number of values of a tensor that is computed for a picture. */
  private static final long LARGEST = 1L << 30;

  /** The number of values of a tensor that does not depend on the picture. */
  private static final long LARGEST_CONSTANT = 1L << 28;

  /** Numbers of 4,700 x 4,700 pixels; the sum of a few such arrays must fit into memory. */
  private static final long LARGEST_INPUT = 1L << 26;

  /** The longest side of an input; a damaged file claims any. */
  private static final long LONGEST_SIDE = 1L << 14;

  /** ONNX Runtime opens that many within half a minute. */
  private static final int MOST_NODES = 200_000;

  /** Each level takes ONNX Runtime a multiple of the time of the one above. */
  private static final int DEEPEST = 8;

  /** Bytes a value, of the types that are not packed. */
  private static final Map<DataType, Integer> WIDTHS =
      Map.ofEntries(
          Map.entry(DataType.FLOAT, 4),
          Map.entry(DataType.DOUBLE, 8),
          Map.entry(DataType.FLOAT16, 2),
          Map.entry(DataType.BFLOAT16, 2),
          Map.entry(DataType.INT64, 8),
          Map.entry(DataType.INT32, 4),
          Map.entry(DataType.INT16, 2),
          Map.entry(DataType.INT8, 1),
          Map.entry(DataType.UINT64, 8),
          Map.entry(DataType.UINT32, 4),
          Map.entry(DataType.UINT16, 2),
          Map.entry(DataType.UINT8, 1),
          Map.entry(DataType.BOOL, 1));

  private int nodes;

  private GraphLimits() {}

  /**
   * Refuses a graph that is too large.
   *
   * @throws UnsupportedException that says what is too large
   */
  static void check(GraphProto graph) {
    new GraphLimits().check(graph, 0);
  }

  /**
   * Refuses an input that no picture has.
   *
   * @throws UnsupportedException that says what is too large
   */
  public static void checkInput(TensorShapeProto shape) {
    double size = 1;
    for (TensorShapeProto.Dimension dimension : shape.getDimList()) {
      if (dimension.getDimValue() > LONGEST_SIDE) {
        throw new UnsupportedException(
            "its input has a side of "
                + dimension.getDimValue()
                + ", and sides of at most "
                + LONGEST_SIDE
                + " can be explained");
      }
      size *= Math.max(1, (double) dimension.getDimValue());
    }
    if (size > LARGEST_INPUT) {
      throw new UnsupportedException(
          String.format(
              Locale.ROOT,
              "its input has %.0f numbers, and at most %d can be explained",
              size,
              LARGEST_INPUT));
    }
  }

  private void check(GraphProto graph, int depth) {
    nodes += graph.getNodeCount();
    if (nodes > MOST_NODES) {
      throw new UnsupportedException(
          "it has " + nodes + " nodes, and graphs of up to " + MOST_NODES + " can be opened");
    }
    if (depth > DEEPEST) {
      throw new UnsupportedException(
          "its graphs are nested deeper than "
              + DEEPEST
              + " levels of If, Loop or Scan; simplify it by onnxsim");
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOutputCount() == 0) {
        throw new UnsupportedException(
            "its node '" + node.getName() + "' (" + node.getOpType() + ") has no output");
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          check(attribute.getG(), depth + 1);
        }
        for (GraphProto inside : attribute.getGraphsList()) {
          check(inside, depth + 1);
        }
      }
    }
  }

  /**
   * The tensor itself, whose values must be as many as its shape says.
   *
   * @throws UnsupportedException if they are not
   */
  static TensorProto checked(TensorProto tensor) {
    long size = size(tensor);
    DataType type = DataType.forNumber(tensor.getDataType());
    if (type == null || type == DataType.UNDEFINED) {
      throw new UnsupportedException(
          "its tensor '"
              + tensor.getName()
              + "' is of the type "
              + tensor.getDataType()
              + ", which ONNX does not have");
    }
    Integer width = WIDTHS.get(type);
    if (width != null) {
      StoredWeight stored = StoredWeight.of(tensor);
      boolean raw = tensor.hasRawData() || stored != null;
      long bytes = stored == null ? tensor.getRawData().size() : stored.length();
      long found = raw ? bytes : values(tensor);
      long wanted = raw ? Math.multiplyExact(size, width) : size;
      if (found != wanted) {
        throw new UnsupportedException(
            "its tensor '"
                + tensor.getName()
                + "' has the shape "
                + tensor.getDimsList()
                + " and "
                + found
                + (raw ? " bytes" : " values")
                + " where that needs "
                + wanted);
      }
    }
    return tensor;
  }

  private static long size(TensorProto tensor) {
    long size = 1;
    for (long length : tensor.getDimsList()) {
      if (length < 0 || length > 0 && size > Integer.MAX_VALUE / length) {
        throw new UnsupportedException(
            "its tensor '" + tensor.getName() + "' has the shape " + tensor.getDimsList());
      }
      size *= length;
    }
    return size;
  }

  private static long values(TensorProto tensor) {
    return switch (DataType.forNumber(tensor.getDataType())) {
      case FLOAT -> tensor.getFloatDataCount();
      case DOUBLE -> tensor.getDoubleDataCount();
      case INT64 -> tensor.getInt64DataCount();
      case UINT64, UINT32 -> tensor.getUint64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  /**
   * Refuses a tensor whose shape is known and would not fit into memory.
   *
   * @param name of the tensor
   * @param lengths of its dimensions
   * @return the number of its values
   * @throws UnsupportedException that names it
   */
  public static long checkComputed(String name, List<Long> lengths) {
    return check(name, lengths, LARGEST);
  }

  /** The same for one that is computed when a graph is opened, and kept. */
  public static long checkConstant(String name, List<Long> lengths) {
    return check(name, lengths, LARGEST_CONSTANT);
  }

  private static long check(String name, List<Long> lengths, long most) {
    double size = 1;
    for (long length : lengths) {
      size *= Math.max(0, length);
    }
    if (size > most) {
      throw new UnsupportedException(
          "its tensor '"
              + name
              + "' of the shape "
              + lengths
              + " would not fit into memory: it has more than "
              + most
              + " values");
    }
    return (long) size;
  }
}
