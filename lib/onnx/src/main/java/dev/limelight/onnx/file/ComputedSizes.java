package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.PrunedModel;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.adjoint.TypeInference;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Sizes that a graph computes for its own operators from the shapes of tensors, such as those of a
 * Resize. They are computed first, each before what it makes large, and are constants from then on.
 */
final class ComputedSizes {

  /** Sizes that follow from shapes of others, one after the other, as in a deep transformer. */
  private static final int MOST_ROUNDS = 400;

  /** A list of sizes has a number for each dimension, or two. */
  private static final int LONGEST = 1_024;

  /** The inputs of operators that say how large their result is. */
  private static final Map<String, List<Integer>> SIZES =
      Map.ofEntries(
          Map.entry("AffineGrid", List.of(1)),
          Map.entry("CenterCropPad", List.of(1)),
          Map.entry("Col2Im", List.of(1)),
          Map.entry("ConstantOfShape", List.of(0)),
          Map.entry("DFT", List.of(1)),
          Map.entry("Expand", List.of(1)),
          Map.entry("MaxUnpool", List.of(2)),
          Map.entry("OneHot", List.of(1)),
          Map.entry("Pad", List.of(1)),
          Map.entry("Range", List.of(0, 1, 2)),
          Map.entry("Reshape", List.of(1)),
          Map.entry("Resize", List.of(2, 3)),
          Map.entry("Slice", List.of(1, 2, 3, 4)),
          Map.entry("Tile", List.of(1)),
          Map.entry("Upsample", List.of(1)));

  private final GraphProto graph;
  private final Map<String, TensorType> types;
  private final Set<String> weights = new HashSet<>();

  private ComputedSizes(GraphProto graph, Map<String, TensorType> types) {
    this.graph = graph;
    this.types = types;
    graph.getInitializerList().forEach(weight -> weights.add(weight.getName()));
  }

  /** Whether the size of what a node makes depends on the values that it reads. */
  static boolean isSized(NodeProto node) {
    return SIZES.containsKey(node.getOpType());
  }

  /**
   * The types of the graph's tensors with the sizes that it computes; open where they depend on
   * more than shapes.
   *
   * @param model whose only input, the picture, has a fixed shape
   * @param check refuses types of tensors that are too large
   * @throws OrtException if ONNX Runtime refuses the graph
   */
  static Map<String, TensorType> types(ModelProto model, Consumer<Map<String, TensorType>> check)
      throws OrtException {
    ModelProto current = model;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Map<String, TensorType> types = TypeInference.of(current);
      check.accept(types);
      GraphProto folded = withoutShapes(current.getGraph(), types);
      Set<String> next = new ComputedSizes(folded, types).next();
      if (next.isEmpty()) {
        return types;
      }
      current = current.toBuilder().setGraph(folded).build();
      current = current.toBuilder().setGraph(with(folded, values(current, next))).build();
    }
    throw new UnsupportedException(
        "its sizes follow from one another more than "
            + MOST_ROUNDS
            + " times; export it with fixed sizes, or simplify it by onnxsim");
  }

  /** The graph with a constant for each shape that is known. */
  private static GraphProto withoutShapes(GraphProto graph, Map<String, TensorType> types) {
    GraphProto.Builder folded = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      TensorType type = node.getInputCount() == 1 ? types.get(node.getInput(0)) : null;
      boolean whole = node.getOpType().equals("Shape") && node.getAttributeCount() == 0;
      boolean size = node.getOpType().equals("Size");
      if ((whole || size) && type != null && type.isStatic()) {
        long[] shape = type.dimensions().stream().mapToLong(Dimension::size).toArray();
        TensorProto value =
            whole
                ? TensorValues.whole(new long[] {shape.length}, shape)
                : TensorValues.whole(new long[0], LongStream.of(shape).reduce(1, (a, b) -> a * b));
        folded.addInitializer(value.toBuilder().setName(node.getOutput(0)));
      } else {
        folded.addNode(node);
      }
    }
    return folded.build();
  }

  private static boolean isKnown(@Nullable TensorType type) {
    return type != null && type.isStatic();
  }

  /** The sizes that can be computed from constants, each of which is of a known size. */
  private Set<String> next() {
    Set<String> constants = new HashSet<>(weights);
    Set<String> next = new LinkedHashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      boolean open = isSized(node) && !isKnown(types.get(node.getOutput(0)));
      if (open) {
        sizes(node).stream()
            .filter(name -> constants.contains(name) && !weights.contains(name))
            .forEach(next::add);
      } else if (constants.containsAll(Subgraphs.reads(node))) {
        constants.addAll(node.getOutputList());
      }
    }
    return next;
  }

  private static List<String> sizes(NodeProto node) {
    return SIZES.getOrDefault(node.getOpType(), List.of()).stream()
        .filter(input -> input < node.getInputCount())
        .map(node::getInput)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static List<TensorProto> values(ModelProto model, Set<String> names) throws OrtException {
    List<ValueInfoProto> outputs =
        names.stream().map(name -> ValueInfoProto.newBuilder().setName(name).build()).toList();
    ModelProto part =
        PrunedModel.of(model, model.getGraph().getNodeList(), List.of(), List.of(), outputs);
    List<TensorProto> values = new ArrayList<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      try (OrtSession session =
              RuntimeEnvironment.get().createSession(part.toByteArray(), options);
          OrtSession.Result results = session.run(Map.of())) {
        for (Map.Entry<String, OnnxValue> result : results) {
          if (result.getValue() instanceof OnnxTensor tensor) {
            values.add(value(result.getKey(), tensor));
          }
        }
      }
    }
    return values;
  }

  private static TensorProto value(String name, OnnxTensor tensor) {
    ByteBuffer bytes = tensor.getByteBuffer();
    if (bytes.remaining() > LONGEST * Long.BYTES) {
      throw new UnsupportedException(
          "its tensor "
              + Names.quoted(name)
              + " has "
              + bytes.remaining()
              + " bytes and should be a list of sizes");
    }
    TensorProto.Builder value = TensorProto.newBuilder().setName(name);
    for (long length : tensor.getInfo().getShape()) {
      value.addDims(length);
    }
    return value
        .setDataType(TypeInference.type(tensor.getInfo()).type().getNumber())
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  /** The graph with constants in place of the nodes that made them. */
  private static GraphProto with(GraphProto graph, List<TensorProto> values) {
    Set<String> names = new HashSet<>();
    values.forEach(value -> names.add(value.getName()));
    GraphProto.Builder changed = graph.toBuilder().clearNode().addAllInitializer(values);
    graph.getNodeList().stream()
        .filter(node -> node.getOutputList().stream().noneMatch(names::contains))
        .forEach(changed::addNode);
    return changed.build();
  }
}
