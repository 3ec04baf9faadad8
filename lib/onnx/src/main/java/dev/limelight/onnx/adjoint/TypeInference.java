package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.limelight.io.Temporary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of all tensors of a graph, as ONNX Runtime infers them: it opens a graph in which each
 * tensor is an output of unknown type, or writes a graph that has too many for that. Large weights
 * are replaced by inputs of their shape, so that nothing of them is copied.
 */
public final class TypeInference {

  /** The number of elements of weights whose values may matter for shapes. */
  private static final long SMALL = 1024;

  /**
   * The time that ONNX Runtime takes to open a graph grows with the product of nodes and outputs.
   */
  private static final int MOST_OUTPUTS = 10_000;

  private static final String UNUSED = "limelight/unused";

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
        probe.addInput(type(weight).declared(weight.getName()));
      }
    }
    probe.addAllSparseInitializer(graph.getSparseInitializerList());
    for (ValueInfoProto input : graph.getInputList()) {
      if (!weights.contains(input.getName())) {
        probe.addInput(input);
      }
    }
    Set<String> made = new LinkedHashSet<>();
    graph.getNodeList().forEach(node -> made.addAll(node.getOutputList()));
    made.remove("");
    List<ValueInfoProto> untyped =
        made.stream().map(name -> ValueInfoProto.newBuilder().setName(name).build()).toList();
    if (untyped.size() > MOST_OUTPUTS) {
      probe.addAllOutput(graph.getOutputList()).addAllValueInfo(untyped);
      addWritten(model.toBuilder().setGraph(probe), types);
    } else {
      add(model.toBuilder().setGraph(probe.addAllOutput(untyped)).build(), types);
    }
    new DeclaredShapes(graph).complete(types);
    return types;
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    options.setIntraOpNumThreads(1);
    return options;
  }

  private static void add(ModelProto probe, Map<String, TensorType> types) throws OrtException {
    try (OrtSession.SessionOptions options = options();
        OrtSession session = RuntimeEnvironment.get().createSession(probe.toByteArray(), options)) {
      add(session.getInputInfo(), types);
      add(session.getOutputInfo(), types);
    }
  }

  /**
   * The types in the file that ONNX Runtime writes of a graph. It writes what it has inferred only
   * if it has changed something, such as the length of an input that nothing reads.
   */
  private static void addWritten(ModelProto.Builder probe, Map<String, TensorType> types)
      throws OrtException {
    TensorType unused = new TensorType(DataType.FLOAT, List.of(Dimension.open(UNUSED)));
    probe.getGraphBuilder().addInput(unused.declared(UNUSED));
    Path file = null;
    try (OrtSession.SessionOptions options = options()) {
      file = Temporary.add(Files.createTempFile("limelight", ".onnx"));
      options.setMemoryPatternOptimization(false);
      options.setSymbolicDimensionValue(UNUSED, 1);
      options.setOptimizedModelFilePath(file.toString());
      RuntimeEnvironment.get().createSession(probe.build().toByteArray(), options).close();
      GraphProto written;
      try (InputStream in = Files.newInputStream(file)) {
        written = ModelProto.parseFrom(in).getGraph();
      }
      for (List<ValueInfoProto> values :
          List.of(written.getInputList(), written.getValueInfoList(), written.getOutputList())) {
        for (ValueInfoProto value : values) {
          if (value.getType().hasTensorType()) {
            types.putIfAbsent(value.getName(), type(value.getType().getTensorType()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (file != null) {
        delete(file);
      }
    }
    types.remove(UNUSED);
  }

  private static void delete(Path file) {
    try {
      Temporary.delete(file);
    } catch (IOException e) {
      // It is deleted when the program ends.
      return;
    }
  }

  private static TensorType type(TypeProto.Tensor tensor) {
    return new TensorType(
        DataType.forNumber(tensor.getElemType()), DeclaredShapes.dimensions(tensor.getShape()));
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
        weight.getDimsList().stream().map(Dimension::of).toList());
  }
}
