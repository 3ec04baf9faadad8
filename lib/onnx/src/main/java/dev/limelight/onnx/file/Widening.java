package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/**
 * Gives a model of half or double precision float32 numbers: its weights, its inputs and outputs,
 * and what its nodes convert to. ONNX Runtime has kernels for few operators of the other types, and
 * maps are of float32.
 */
public final class Widening {

  private static final Set<DataType> OTHER =
      EnumSet.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE);

  /** The attributes that name a type of numbers. */
  private static final Set<String> TYPES =
      Set.of("to", "dtype", "stash_type", "softmax_precision", "output_dtype", "output_datatype");

  private final Set<DataType> found = EnumSet.noneOf(DataType.class);

  private Widening() {}

  /**
   * A model in float32.
   *
   * @param model the model; the same one if it was of float32
   * @param precision that of the file
   */
  public record Result(ModelProto model, Precision precision) {}

  /**
   * The model in float32.
   *
   * @throws UnsupportedException if a tensor has another number of values than its shape says
   */
  public static Result of(ModelProto model) {
    Widening widening = new Widening();
    GraphProto graph = widening.in(model.getGraph());
    return new Result(
        widening.found.isEmpty() ? model : model.toBuilder().setGraph(graph).build(),
        new Precision(widening.found));
  }

  private GraphProto in(GraphProto graph) {
    GraphProto.Builder changed = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      if (isOther(graph.getInitializer(i).getDataType())) {
        changed.setInitializer(i, in(graph.getInitializer(i)));
      }
    }
    for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
      changed.setSparseInitializer(i, in(graph.getSparseInitializer(i)));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      NodeProto other = in(node);
      if (other != node) {
        changed.setNode(i, other);
      }
    }
    for (int i = 0; i < graph.getInputCount(); i++) {
      changed.setInput(i, in(graph.getInput(i)));
    }
    for (int i = 0; i < graph.getOutputCount(); i++) {
      changed.setOutput(i, in(graph.getOutput(i)));
    }
    for (int i = 0; i < graph.getValueInfoCount(); i++) {
      changed.setValueInfo(i, in(graph.getValueInfo(i)));
    }
    return changed.build();
  }

  private boolean isOther(int type) {
    DataType named = DataType.forNumber(type);
    if (named == null || !OTHER.contains(named)) {
      return false;
    }
    found.add(named);
    return true;
  }

  private int type(int type) {
    return isOther(type) ? DataType.FLOAT.getNumber() : type;
  }

  private NodeProto in(NodeProto node) {
    NodeProto changed = node;
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      AttributeProto other = in(attribute);
      if (other != attribute) {
        changed = changed.toBuilder().setAttribute(i, other).build();
      }
    }
    return changed;
  }

  private AttributeProto in(AttributeProto attribute) {
    if (TYPES.contains(attribute.getName()) && isOther((int) attribute.getI())) {
      return attribute.toBuilder().setI(DataType.FLOAT.getNumber()).build();
    }
    if (attribute.hasT()) {
      return attribute.toBuilder().setT(in(attribute.getT())).build();
    }
    if (attribute.hasSparseTensor()) {
      return attribute.toBuilder().setSparseTensor(in(attribute.getSparseTensor())).build();
    }
    if (attribute.hasG()) {
      return attribute.toBuilder().setG(in(attribute.getG())).build();
    }
    if (attribute.hasTp()) {
      return attribute.toBuilder().setTp(in(attribute.getTp())).build();
    }
    return attribute;
  }

  private SparseTensorProto in(SparseTensorProto sparse) {
    return sparse.toBuilder().setValues(in(sparse.getValues())).build();
  }

  private TensorProto in(TensorProto tensor) {
    if (!isOther(tensor.getDataType())) {
      return tensor;
    }
    double[] values = TensorValues.reals(tensor);
    if (values == null) {
      throw new UnsupportedException(
          "the values of its tensor '" + tensor.getName() + "' are gone");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putFloat(narrowed(value));
    }
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setDataType(DataType.FLOAT.getNumber())
        .clearInt32Data()
        .clearDoubleData()
        .setRawData(UnsafeByteOperations.unsafeWrap(bytes.flip()))
        .build();
  }

  /** A number that is finite in double precision stays finite. */
  private static float narrowed(double value) {
    return Double.isInfinite(value)
        ? (float) value
        : (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }

  private ValueInfoProto in(ValueInfoProto value) {
    return value.hasType() ? value.toBuilder().setType(in(value.getType())).build() : value;
  }

  private TypeProto in(TypeProto type) {
    TypeProto.Builder changed = type.toBuilder();
    if (type.hasTensorType()) {
      changed.getTensorTypeBuilder().setElemType(type(type.getTensorType().getElemType()));
    } else if (type.hasSequenceType()) {
      changed.getSequenceTypeBuilder().setElemType(in(type.getSequenceType().getElemType()));
    } else if (type.hasOptionalType()) {
      changed.getOptionalTypeBuilder().setElemType(in(type.getOptionalType().getElemType()));
    }
    return changed.build();
  }
}
