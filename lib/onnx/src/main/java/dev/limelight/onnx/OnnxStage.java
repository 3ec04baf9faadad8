package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.limelight.array.NativeArrays;
import dev.limelight.io.FileState;
import dev.limelight.model.EngineLock;
import dev.limelight.model.Stage;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.array.JavaArray;
import dev.limelight.onnx.signature.ElementType;
import dev.limelight.onnx.signature.InputSizes;
import dev.limelight.support.UnsupportedException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A graph that ONNX Runtime runs. Its results are arrays of the engine that its inputs are of. */
final class OnnxStage implements Stage {

  /** The bytes of an input whose buffer is kept: seven pictures of 224 x 224. */
  private static final int MOST_KEPT = 4 << 20;

  private final OrtSession session;
  private final List<String> inputs;
  private final int batch;
  private final InputSizes sizes;
  private final Set<FileState> files;

  /** A buffer for the first input of the next run: to get a new one takes as long as to fill it. */
  private final AtomicReference<@Nullable ByteBuffer> kept = new AtomicReference<>();

  /**
   * Compiles a graph.
   *
   * @param model what to compute
   * @param inputs the names of its inputs, in the order in which {@link #run} gets them
   * @param batch the number of pictures that it takes at a time, or 0 for any
   * @param device where it computes; its inputs and results are in Java's memory
   */
  OnnxStage(ModelProto model, List<String> inputs, int batch, Device device) {
    this.inputs = List.copyOf(inputs);
    this.batch = batch;
    sizes = InputSizes.of(model, inputs.get(0));
    files = StoredWeight.files(model);
    try {
      session = OnnxSessions.open(model, device);
    } catch (OrtException e) {
      throw new UnsupportedException(
          "ONNX Runtime refuses a part of this network ("
              + OnnxSessions.message(e)
              + "); cut at another layer",
          e);
    }
  }

  @Override
  public NDList run(NDList values) {
    // ONNX Runtime reads weights from the file as it computes.
    files.forEach(FileState::checkUnchanged);
    NDManager target = values.head().getManager();
    long n = values.head().getShape().get(0);
    sizes.check(values.head().getShape());
    int part = batch == n ? 0 : batch > 0 ? batch : sizes.atOnce(n);
    List<Tensor> arguments = new ArrayList<>();
    for (NDArray value : values) {
      arguments.add(arguments.isEmpty() ? first(value) : Tensor.of(value));
    }
    try {
      if (part == 0) {
        return handedOver(List.of(forward(arguments, target.getEngine())), part, n, target);
      }
      List<List<Tensor>> parts = new ArrayList<>();
      for (long from = 0; from < n; from += part) {
        long first = from;
        parts.add(
            forward(
                IntStream.range(0, arguments.size())
                    .mapToObj(i -> part(i, arguments.get(i), part, n, first))
                    .toList(),
                target.getEngine()));
      }
      return handedOver(parts, part, n, target);
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    } finally {
      // The buffers may be the memory of the arrays.
      Reference.reachabilityFence(values);
      if (values.head() instanceof JavaArray && arguments.get(0).bytes().capacity() <= MOST_KEPT) {
        kept.set(arguments.get(0).bytes());
      }
    }
  }

  private Tensor first(NDArray array) {
    ByteBuffer bytes = array instanceof JavaArray ? kept.getAndSet(null) : null;
    if (array instanceof JavaArray numbers
        && bytes != null
        && bytes.capacity() == array.size() * array.getDataType().getNumOfBytes()) {
      numbers.write(bytes);
      return new Tensor(array.getShape(), array.getDataType(), bytes);
    }
    return Tensor.of(array);
  }

  /** An array outside the engines. */
  private record Tensor(Shape shape, DataType type, ByteBuffer bytes) {

    static Tensor of(NDArray array) {
      ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
      return new Tensor(array.getShape(), array.getDataType(), bytes);
    }

    boolean isOf(long pictures) {
      return shape.dimension() > 0 && shape.get(0) == pictures;
    }

    OnnxTensor toOnnx() throws OrtException {
      ElementType known =
          ElementType.of(type)
              .orElseThrow(() -> new EngineException("ONNX Runtime has no arrays of " + type));
      return OnnxTensor.createTensor(
          RuntimeEnvironment.get(), bytes, shape.getShape(), known.runtime());
    }

    static Tensor of(OnnxValue value) {
      if (!(value instanceof OnnxTensor tensor)) {
        throw noArray();
      }
      TensorInfo info = tensor.getInfo();
      ElementType type = ElementType.of(info.type).orElseThrow(Tensor::noArray);
      ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
      return new Tensor(new Shape(info.getShape()), type.djl(), bytes);
    }

    private static EngineException noArray() {
      return new EngineException("a tensor that crosses the cut is of a kind that DJL lacks");
    }
  }

  private List<Tensor> forward(List<Tensor> arguments, Engine arrays) throws OrtException {
    Map<String, OnnxTensor> given = new HashMap<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        // An input that no node reads is not part of the session.
        if (session.getInputNames().contains(inputs.get(i))) {
          given.put(inputs.get(i), arguments.get(i).toOnnx());
        }
      }
      // Another thread may use the engine of the arrays meanwhile.
      try (OrtSession.Result results = EngineLock.of(arrays).away(() -> session.run(given))) {
        List<Tensor> all = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> result : results) {
          all.add(Tensor.of(result.getValue()));
        }
        return all;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  /** As many pictures as the graph takes; where they end before that, the last is repeated. */
  private Tensor part(int input, Tensor all, int part, long n, long from) {
    if (!all.isOf(n) || !isOfBatch(input, part)) {
      return all;
    }
    ByteBuffer bytes = all.bytes();
    int one = Math.toIntExact(bytes.remaining() / n);
    ByteBuffer some = ByteBuffer.allocateDirect(one * part).order(ByteOrder.nativeOrder());
    for (long i = from; i < from + part; i++) {
      some.put(bytes.slice(bytes.position() + Math.toIntExact(Math.min(i, n - 1) * one), one));
    }
    return new Tensor(new Shape(part).addAll(all.shape().slice(1)), all.type(), some.flip());
  }

  /** Whether an input has one entry for each picture of the part that the graph takes. */
  private boolean isOfBatch(int input, int part) {
    try {
      NodeInfo info = session.getInputInfo().get(inputs.get(input));
      return info != null
          && info.getInfo() instanceof TensorInfo tensor
          && (tensor.getShape().length == 0
              || tensor.getShape()[0] < 0
              || tensor.getShape()[0] == part);
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }

  private NDList handedOver(List<List<Tensor>> parts, int size, long n, NDManager target) {
    NDList list = new NDList();
    for (int i = 0; i < parts.get(0).size(); i++) {
      int index = i;
      list.add(joined(parts.stream().map(part -> part.get(index)).toList(), size, n, target));
    }
    return list;
  }

  private NDArray joined(List<Tensor> parts, int size, long n, NDManager target) {
    Tensor first = parts.get(0);
    Shape shape = first.shape();
    ByteBuffer bytes = first.bytes();
    boolean ofPictures = size > 0 && first.isOf(size);
    for (Tensor part : parts) {
      if (!part.shape().equals(shape) || !ofPictures && !part.bytes().equals(bytes)) {
        throw new UnsupportedException(
            "a tensor that crosses this layer has no row for each picture, such as what a detector"
                + " keeps of its candidates, so that several pictures cannot be explained there; cut"
                + " at an earlier layer");
      }
    }
    if (ofPictures) {
      int one = bytes.remaining() / size;
      bytes = ByteBuffer.allocateDirect(Math.toIntExact(one * n)).order(ByteOrder.nativeOrder());
      for (Tensor part : parts) {
        bytes.put(part.bytes().slice(0, Math.min(part.bytes().remaining(), bytes.remaining())));
      }
      bytes.flip();
      shape = new Shape(n).addAll(shape.slice(1));
    }
    return NativeArrays.of(target, bytes, shape, first.type());
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }
}
