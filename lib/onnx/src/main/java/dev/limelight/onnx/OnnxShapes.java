package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a graph's tensors, from one run that returns shapes alone; of a graph with too many
 * for that, those that follow from the picture's.
 */
final class OnnxShapes {

  private static final String SHAPE = "limelight_shape_";

  private static final Set<String> REARRANGING =
      Set.of(
          "Identity",
          "Cast",
          "Slice",
          "Split",
          "Concat",
          "Transpose",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Gather",
          "Pad",
          "ReverseSequence");

  /**
   * The time that ONNX Runtime takes to open a graph grows with the product of nodes and outputs.
   */
  private static final int MOST_OUTPUTS = 10_000;

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
    Shape picture = new Shape(Math.max(1, graph.batch())).addAll(input);
    Map<String, Shape> shapes = new HashMap<>();
    List<String> unknown = tensors;
    if (tensors.size() > MOST_OUTPUTS) {
      shapes.putAll(inferred(graph, tensors, picture));
      unknown = tensors.stream().filter(tensor -> !shapes.containsKey(tensor)).toList();
    }
    if (!unknown.isEmpty()) {
      shapes.putAll(measured(graph, unknown, picture));
    }
    Map<String, Shape> ofOne = new HashMap<>();
    shapes.forEach(
        (tensor, shape) -> {
          if (shape.dimension() > 0 && shape.get(0) == picture.get(0)) {
            ofOne.put(tensor, new Shape(1).addAll(shape.slice(1)));
          }
        });
    return ofOne;
  }

  /**
   * The shapes of outputs, whatever they are of, with the batch that the graph takes in front.
   *
   * @param input the shape of one picture
   */
  static Map<String, Shape> outputs(OnnxGraph graph, List<String> tensors, Shape input) {
    return measured(graph, tensors, new Shape(Math.max(1, graph.batch())).addAll(input));
  }

  /** Those that follow from the lengths of the picture. */
  private static Map<String, Shape> inferred(OnnxGraph graph, List<String> tensors, Shape picture) {
    Map<String, TensorType> types = graph.types();
    List<Dimension> declared = Objects.requireNonNull(types.get(graph.picture())).dimensions();
    Map<Dimension, Long> lengths = new HashMap<>();
    for (int i = 0; i < declared.size(); i++) {
      Dimension dimension = declared.get(i);
      long length = i < picture.dimension() ? picture.get(i) : -1;
      if (dimension.isKnown() && dimension.size() != length) {
        return Map.of();
      }
      if (!dimension.symbol().isEmpty()) {
        lengths.put(dimension, length);
      }
    }
    Map<String, Shape> shapes = new HashMap<>();
    for (String tensor : tensors) {
      List<Dimension> dimensions = Objects.requireNonNull(types.get(tensor)).dimensions();
      long[] shape =
          dimensions.stream()
              .mapToLong(each -> each.isKnown() ? each.size() : lengths.getOrDefault(each, -1L))
              .toArray();
      // No dimensions may also mean that their number is unknown.
      if (shape.length > 0 && Arrays.stream(shape).allMatch(length -> length >= 0)) {
        shapes.put(tensor, new Shape(shape));
      }
    }
    return shapes;
  }

  private static Map<String, Shape> measured(OnnxGraph graph, List<String> tensors, Shape shape) {
    try (OrtSession session =
            OnnxSessions.openOnce(graph.withShapes(tensors, SHAPE), Device.cpu());
        OnnxTensor picture =
            OnnxTensor.createTensor(
                RuntimeEnvironment.get(),
                FloatBuffer.allocate(Math.toIntExact(shape.size())),
                shape.getShape())) {
      Set<String> requested = new LinkedHashSet<>();
      for (int i = 0; i < tensors.size(); i++) {
        requested.add(SHAPE + i);
      }
      Map<String, Shape> shapes = new HashMap<>();
      try (OrtSession.Result results = session.run(Map.of(graph.picture(), picture), requested)) {
        for (int i = 0; i < tensors.size(); i++) {
          shapes.put(tensors.get(i), new Shape((long[]) results.get(i).getValue()));
        }
      }
      return shapes;
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }

  /**
   * The tensors that have places of the picture and are computed from it: neither the picture in
   * another order, nor what is made of numbers that have no places any more, such as a softmax in
   * groups.
   *
   * @param shapes those of {@link #shapes}
   */
  static Set<String> features(OnnxGraph graph, Map<String, Shape> shapes) {
    Map<String, TensorType> types = graph.types();
    Set<String> rearranged = new HashSet<>(Set.of(graph.picture()));
    Set<String> flat = new HashSet<>();
    Set<String> features = new HashSet<>();
    Set<String> known = new HashSet<>(rearranged);
    for (NodeProto node : graph.layers()) {
      Set<String> reads = new HashSet<>(Subgraphs.reads(node));
      reads.removeIf(name -> !known.contains(name) || !isFloat(types.get(name)));
      known.addAll(node.getOutputList());
      Shape shape = shapes.get(node.getOutput(0));
      boolean any = !reads.isEmpty();
      if (any && REARRANGING.contains(node.getOpType()) && rearranged.containsAll(reads)) {
        rearranged.addAll(node.getOutputList());
      } else if (any && flat.containsAll(reads) || shape != null && shape.dimension() < 3) {
        flat.addAll(node.getOutputList());
      } else {
        features.addAll(node.getOutputList());
      }
    }
    return features;
  }

  private static boolean isFloat(@Nullable TensorType type) {
    return type != null && type.type() == DataType.FLOAT;
  }
}
