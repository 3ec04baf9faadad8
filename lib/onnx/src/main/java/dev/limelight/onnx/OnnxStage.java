package dev.limelight.onnx;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Stage;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph that ONNX Runtime runs. Its results are arrays of the engine that its inputs are of. */
final class OnnxStage implements Stage {

  private final OrtNDManager manager;
  private final OrtSymbolBlock block;
  private final List<String> inputs;
  private final int batch;
  private final Map<String, ValueInfoProto> outputs = new LinkedHashMap<>();

  /**
   * Compiles a graph.
   *
   * @param parent the manager of ONNX Runtime within which it lives
   * @param model what to compute
   * @param inputs the names of its inputs, in the order in which {@link #run} gets them
   * @param batch the number of pictures that it takes at a time, or 0 for any
   */
  OnnxStage(NDManager parent, ModelProto model, List<String> inputs, int batch) {
    this.inputs = List.copyOf(inputs);
    this.batch = batch;
    manager = (OrtNDManager) parent.newSubManager();
    boolean ready = false;
    try {
      OrtSession session = session(model);
      block = new OrtSymbolBlock(session, manager);
      session.getOutputInfo().forEach((name, info) -> outputs.put(name, described(name, info)));
      ready = true;
    } catch (OrtException e) {
      throw new UnsupportedException(
          "ONNX Runtime refuses a part of this network (" + message(e) + "); cut at another layer",
          e);
    } finally {
      if (!ready) {
        manager.close();
      }
    }
  }

  static OrtSession session(ModelProto model) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      return OrtEnvironment.getEnvironment().createSession(model.toByteArray(), options);
    }
  }

  /**
   * Options of a session that reports errors by exceptions alone and writes nothing to the screen.
   */
  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    // Threads that wait busily take the cores from the engine that comes next.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  /** ONNX Runtime's message, on one line and without its codes. */
  static String message(Exception error) {
    Throwable first = error.getCause() instanceof OrtException cause ? cause : error;
    return String.valueOf(first.getMessage())
        .replaceFirst("^Error code - \\w+ - message: ", "")
        .strip()
        .replaceAll("\\s+", " ");
  }

  /** The names and types of the outputs, as inputs of a following graph. */
  Map<String, ValueInfoProto> outputs() {
    return outputs;
  }

  private static ValueInfoProto described(String name, NodeInfo info) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    if (info.getInfo() instanceof TensorInfo tensor) {
      value.setType(
          TypeProto.newBuilder()
              .setTensorType(
                  TypeProto.Tensor.newBuilder().setElemType(elementType(tensor).getNumber())));
    }
    return value.build();
  }

  /** ONNX Runtime names the types as ONNX does, and numbers them otherwise. */
  private static TensorProto.DataType elementType(TensorInfo tensor) {
    return TensorProto.DataType.valueOf(
        tensor.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", ""));
  }

  @Override
  public NDList run(NDList values) {
    NDManager target = values.head().getManager();
    long n = values.head().getShape().get(0);
    if (batch == 0 || batch == n) {
      return handedOver(List.of(forward(values, n, 0)), n, target);
    }
    List<List<Tensor>> parts = new ArrayList<>();
    for (long from = 0; from < n; from += batch) {
      parts.add(forward(values, n, from));
    }
    return handedOver(parts, n, target);
  }

  /** One result, in Java's memory. */
  private record Tensor(String name, Shape shape, DataType type, ByteBuffer bytes) {}

  private List<Tensor> forward(NDList values, long n, long from) {
    try (OrtNDManager scope = (OrtNDManager) manager.newSubManager()) {
      NDList arguments = new NDList();
      for (int i = 0; i < inputs.size(); i++) {
        NDArray value = values.get(i);
        Shape shape = value.getShape();
        ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.nativeOrder());
        if (batch > 0 && shape.dimension() > 0 && shape.get(0) == n) {
          bytes = padded(bytes, n, from);
          shape = new Shape(batch).addAll(shape.slice(1));
        }
        NDArray input = NativeArrays.of(scope, bytes, shape, value.getDataType());
        input.setName(inputs.get(i));
        arguments.add(input);
      }
      NDList results = block.forward(new ParameterStore(scope, false), arguments, false);
      return results.stream()
          .map(
              array ->
                  new Tensor(
                      array.getName(),
                      array.getShape(),
                      array.getDataType(),
                      array.toByteBuffer().order(ByteOrder.nativeOrder())))
          .toList();
    } catch (EngineException e) {
      throw new EngineException(message(e), e);
    } catch (UnsupportedOperationException e) {
      throw new EngineException("a tensor that crosses the cut is of a kind that DJL lacks", e);
    }
  }

  /** As many pictures as the graph takes; where they end before that, the last is repeated. */
  private ByteBuffer padded(ByteBuffer all, long n, long from) {
    int one = Math.toIntExact(all.remaining() / n);
    ByteBuffer part = ByteBuffer.allocateDirect(one * batch).order(ByteOrder.nativeOrder());
    for (long i = from; i < from + batch; i++) {
      part.put(all.slice(all.position() + Math.toIntExact(Math.min(i, n - 1) * one), one));
    }
    return part.flip();
  }

  private NDList handedOver(List<List<Tensor>> parts, long n, NDManager target) {
    NDList list = new NDList();
    for (int i = 0; i < parts.get(0).size(); i++) {
      int index = i;
      list.add(joined(parts.stream().map(part -> part.get(index)).toList(), n, target));
    }
    return list;
  }

  private NDArray joined(List<Tensor> parts, long n, NDManager target) {
    Tensor first = parts.get(0);
    Shape shape = first.shape();
    ByteBuffer bytes = first.bytes();
    if (batch > 0 && batch != n && shape.dimension() > 0 && shape.get(0) == batch) {
      int one = bytes.remaining() / batch;
      bytes = ByteBuffer.allocateDirect(Math.toIntExact(one * n)).order(ByteOrder.nativeOrder());
      for (Tensor part : parts) {
        bytes.put(part.bytes().slice(0, Math.min(part.bytes().remaining(), bytes.remaining())));
      }
      bytes.flip();
      shape = new Shape(n).addAll(shape.slice(1));
    }
    NDArray array = NativeArrays.of(target, bytes, shape, first.type());
    array.setName(first.name());
    return array;
  }

  @Override
  public void close() {
    manager.close();
  }
}
