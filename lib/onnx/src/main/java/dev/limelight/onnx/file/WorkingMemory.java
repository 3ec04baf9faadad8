package dev.limelight.onnx.file;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.limelight.model.Stage;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.input.MemoryLimit;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.signature.InputSizes;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a graph needs for one picture, found from the shapes of its tensors before it is
 * run: a few bytes of a file, such as a padding, can ask for all the memory that there is.
 */
public final class WorkingMemory {

  private static final String MEMORY = "onnx-memory";

  private static final String ENOUGH = "enough";

  private final ModelProto model;
  private final Supplier<Map<String, TensorType>> types;
  private @Nullable List<ModelProto> opened;
  private final Set<Shape> checked = new HashSet<>();
  private KeptFacts facts = KeptFacts.NONE;

  /**
   * Of a graph whose only input is the picture.
   *
   * @param types of its tensors for any picture
   */
  public WorkingMemory(ModelProto model, Supplier<Map<String, TensorType>> types) {
    this.model = model;
    this.types = types;
  }

  /** Says what was found out about the graph before. */
  public synchronized void know(KeptFacts about) {
    facts = about;
  }

  /**
   * Checks the graph for a size of pictures, unless it has been checked for it.
   *
   * @param picture the shape of its input, (N, C, H, W)
   * @throws UnsupportedException if it needs more memory than networks of such pictures do, or is
   *     not made for the size
   * @throws EngineException if ONNX Runtime refuses the size
   */
  public synchronized void check(Shape picture) {
    Map<String, String> also = Map.of("picture", picture.toString());
    if (checked.contains(picture) || facts.is(MEMORY, also, ENOUGH)) {
      checked.add(picture);
      return;
    }
    InputSizes.of(model, input().getName()).check(picture);
    if (opened == null) {
      opened = OpenedGraph.of(model);
    }
    Map<String, Long> sizes = sizes(model, types.get(), symbols(picture));
    if (opened.isEmpty() && sizes.containsValue(-1L)) {
      checkComputed(model, picture);
    } else {
      MemoryLimit.check(steps(model), sizes, picture.size());
    }
    if (!opened.isEmpty()) {
      checkOpened(opened, picture);
    }
    checked.add(picture);
    facts.put(MEMORY, also, ENOUGH);
  }

  /** The same with the sizes that the graph computes itself. */
  private static void checkComputed(ModelProto model, Shape picture) {
    List<MemoryLimit.Step> steps = steps(model);
    try {
      Map<String, TensorType> types =
          ComputedSizes.types(
              with(model, picture),
              known -> MemoryLimit.check(steps, sizes(model, known, Map.of()), picture.size()));
      MemoryLimit.check(steps, sizes(model, types, Map.of()), picture.size());
    } catch (OrtException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A branch that is not made for a picture of this shape is not taken. */
  private static void checkOpened(List<ModelProto> opened, Shape picture) {
    EngineException refusal = null;
    int fitting = 0;
    for (ModelProto one : opened) {
      try {
        checkComputed(one, picture);
        fitting++;
      } catch (EngineException e) {
        refusal = e;
      }
    }
    if (fitting == 0 && refusal != null) {
      throw refusal;
    }
  }

  private static List<MemoryLimit.Step> steps(ModelProto model) {
    List<MemoryLimit.Step> steps = new ArrayList<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      steps.add(new MemoryLimit.Step(List.copyOf(Subgraphs.reads(node)), node.getOutputList()));
    }
    return steps;
  }

  /** A stage that checks the graph for each size of pictures that it gets. */
  public Stage before(Stage stage, long batch) {
    return new Stage() {
      @Override
      public NDList run(NDList inputs) {
        Shape shape = inputs.head().getShape();
        check(new Shape(Math.max(1, batch)).addAll(shape.slice(1)));
        return stage.run(inputs);
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }

  private ValueInfoProto input() {
    return model.getGraph().getInput(0);
  }

  /** The names of open dimensions of the input, with their lengths. */
  private Map<String, Long> symbols(Shape picture) {
    Map<String, Long> symbols = new HashMap<>();
    List<TensorShapeProto.Dimension> declared =
        input().getType().getTensorType().getShape().getDimList();
    for (int i = 0; i < declared.size() && i < picture.dimension(); i++) {
      if (!declared.get(i).getDimParam().isEmpty()) {
        symbols.put(declared.get(i).getDimParam(), picture.get(i));
      }
    }
    return symbols;
  }

  private static ModelProto with(ModelProto model, Shape picture) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : picture.getShape()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(length));
    }
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setShape(shape);
    return model.toBuilder().setGraph(graph).build();
  }

  /** The number of values of what each node makes; -1 if it is not known. */
  private static Map<String, Long> sizes(
      ModelProto model, Map<String, TensorType> types, Map<String, Long> symbols) {
    Map<String, Long> sizes = new HashMap<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      for (String name : node.getOutputList()) {
        TensorType type = types.get(name);
        if (type != null) {
          boolean unknown = type.dimensions().isEmpty() && ComputedSizes.isSized(node);
          sizes.put(name, unknown ? -1 : size(type.dimensions(), symbols));
        }
      }
    }
    return sizes;
  }

  private static long size(List<Dimension> dimensions, Map<String, Long> symbols) {
    double size = 1;
    for (Dimension dimension : dimensions) {
      if (!dimension.isKnown() && !symbols.containsKey(dimension.symbol())) {
        return -1;
      }
      size *= dimension.isKnown() ? dimension.size() : symbols.getOrDefault(dimension.symbol(), 0L);
    }
    return (long) size;
  }
}
