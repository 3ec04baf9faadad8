package dev.limelight.onnx;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shapes of a graph's tensors, from one run that returns shapes alone. */
final class OnnxShapes {

  private OnnxShapes() {}

  /**
   * The shapes for one picture of all tensors that are float32 and have a batch in front.
   *
   * @param input the shape of one picture
   */
  static Map<String, Shape> shapes(OnnxGraph graph, Shape input) {
    List<String> tensors =
        graph.layers().stream()
            .map(node -> node.getOutput(0))
            // Lists have no type and no shape, whichever operator makes them.
            .filter(tensor -> isFloat(graph.types().get(tensor)))
            .toList();
    if (tensors.isEmpty()) {
      throw new UnsupportedException(
          "no layer of this graph gives float32 numbers; export the model in float32");
    }
    long batch = Math.max(1, graph.batch());
    Shape shape = new Shape(batch).addAll(input);
    ShapeNodes measured = ShapeNodes.of(tensors);
    List<String> outputs = List.of(measured.lengths(), measured.ranks());
    try (OrtSession session =
            OnnxSessions.openOnce(graph.with(tensors, measured.nodes(), outputs));
        OnnxTensor picture =
            OnnxTensor.createTensor(
                RuntimeEnvironment.get(),
                FloatBuffer.allocate(Math.toIntExact(shape.size())),
                shape.getShape())) {
      try (OrtSession.Result results = session.run(Map.of(graph.picture(), picture))) {
        return shapes(
            tensors,
            numbers(results, measured.lengths()),
            numbers(results, measured.ranks()),
            batch);
      }
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }

  private static long[] numbers(OrtSession.Result results, String output) throws OrtException {
    return (long[]) results.get(output).orElseThrow().getValue();
  }

  private static Map<String, Shape> shapes(
      List<String> tensors, long[] lengths, long[] ranks, long batch) {
    Map<String, Shape> shapes = new HashMap<>();
    int from = 0;
    for (int i = 0; i < tensors.size(); i++) {
      int end = from + Math.toIntExact(ranks[i]);
      if (end > from && lengths[from] == batch) {
        long[] ofOne = Arrays.copyOfRange(lengths, from, end);
        ofOne[0] = 1;
        shapes.put(tensors.get(i), new Shape(ofOne));
      }
      from = end;
    }
    return shapes;
  }

  private static boolean isFloat(@Nullable TensorType type) {
    return type != null && type.type() == DataType.FLOAT;
  }
}
