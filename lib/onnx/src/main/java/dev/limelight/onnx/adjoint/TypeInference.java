package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of all tensors of a graph, as ONNX Runtime infers them: it opens a graph in which each
 * tensor is an output of unknown type. Large weights are replaced by inputs of their shape, so that
 * nothing of them is copied.
 */
public final class TypeInference {

  /** The number of elements of weights whose values may matter for shapes. */
  private static final long SMALL = 1024;

  private TypeInference() {}

  /**
   * Infers the types.
   *
   * @throws OrtException if ONNX Runtime refuses the graph
   */
  public static Map<String, TensorType> of(ModelProto model) throws OrtException {
    Map<String, TensorType> types = new HashMap<>();
    GraphProto graph = model.getGraph();
    GraphProto.Builder probe =
        GraphProto.newBuilder().setName("types").addAllNode(graph.getNodeList());
    Set<String> weights = new HashSet<>();
    for (TensorProto weight : graph.getInitializerList()) {
      weights.add(weight.getName());
      types.put(weight.getName(), type(weight));
      if (weight.getDimsList().stream().reduce(1L, (a, b) -> a * b) <= SMALL) {
        probe.addInitializer(weight);
      } else {
        probe.addInput(input(weight));
      }
    }
    probe.addAllSparseInitializer(graph.getSparseInitializerList());
    for (ValueInfoProto input : graph.getInputList()) {
      if (!weights.contains(input.getName())) {
        probe.addInput(input);
      }
    }
    Set<String> outputs = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && outputs.add(output)) {
          probe.addOutput(ValueInfoProto.newBuilder().setName(output));
        }
      }
    }
    byte[] bytes = model.toBuilder().setGraph(probe).build().toByteArray();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      try (OrtSession session = RuntimeEnvironment.get().createSession(bytes, options)) {
        add(session.getInputInfo(), types);
        add(session.getOutputInfo(), types);
      }
    }
    new DeclaredShapes(graph).complete(types);
    return types;
  }

  private static void add(Map<String, NodeInfo> infos, Map<String, TensorType> types) {
    infos.forEach(
        (name, info) -> {
          if (info.getInfo() instanceof TensorInfo tensor) {
            types.putIfAbsent(name, type(tensor));
          }
        });
  }

  /** What ONNX Runtime says of a tensor. */
  public static TensorType type(TensorInfo tensor) {
    long[] shape = tensor.getShape();
    String[] symbols = tensor.getDimensionNames();
    List<Dimension> dimensions = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      String symbol = shape[i] < 0 && i < symbols.length && symbols[i] != null ? symbols[i] : "";
      dimensions.add(new Dimension(Math.max(-1, shape[i]), symbol));
    }
    String name = tensor.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "");
    return new TensorType(DataType.valueOf(name), dimensions);
  }

  static TensorType type(TensorProto weight) {
    return new TensorType(
        DataType.forNumber(weight.getDataType()),
        weight.getDimsList().stream().map(size -> new Dimension(size, "")).toList());
  }

  private static ValueInfoProto input(TensorProto weight) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : weight.getDimsList()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(weight.getName())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(weight.getDataType())
                        .setShape(shape)))
        .build();
  }
}
