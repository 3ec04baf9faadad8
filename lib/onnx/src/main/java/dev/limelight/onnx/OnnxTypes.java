package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TypeInference;
import dev.limelight.onnx.file.GraphLimits;
import dev.limelight.onnx.file.OpenedGraph;
import dev.limelight.onnx.signature.OnnxOutput;
import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The types of a graph's tensors, which are inferred once. */
final class OnnxTypes {

  private static final String REPEATED = OnnxGraph.ADDED + OnnxOutput.REPEATED;

  /** Operators that make much of little, which ONNX Runtime computes as soon as it opens them. */
  private static final Set<String> GROWING =
      Set.of("ConstantOfShape", "Expand", "EyeLike", "OneHot", "Pad", "Range", "Resize", "Tile");

  private final ModelProto original;
  private @Nullable Map<String, TensorType> inferred;
  private @Nullable Map<String, TensorType> all;

  OnnxTypes(ModelProto original) {
    this.original = original;
  }

  /** Whether what a node makes may be much larger than what it reads. */
  static boolean grows(NodeProto node) {
    return GROWING.contains(node.getOpType());
  }

  /**
   * Those of the model itself.
   *
   * @throws UnsupportedException if ONNX Runtime refuses the graph
   */
  Map<String, TensorType> inferred() {
    if (inferred == null) {
      try {
        inferred = TypeInference.of(original);
      } catch (OrtException e) {
        throw new UnsupportedException(
            "ONNX Runtime refuses this network (" + OnnxSessions.message(e) + ")", e);
      }
    }
    return inferred;
  }

  /**
   * Those of the model with nodes that are repeated without the activation, which make what they
   * made with it.
   *
   * @param alive tensors that depend on the picture
   * @throws UnsupportedException if a tensor would not fit into memory
   */
  Map<String, TensorType> of(ModelProto model, Set<String> alive) {
    if (all == null) {
      Map<String, TensorType> types = new HashMap<>(inferred());
      for (NodeProto node : model.getGraph().getNodeList()) {
        for (String name : node.getOutputList()) {
          if (name.startsWith(REPEATED)) {
            TensorType type = types.get(name.substring(REPEATED.length()));
            if (type != null) {
              types.putIfAbsent(name, type);
            }
          }
        }
      }
      checkSizes(types, alive);
      OpenedGraph.of(original).forEach(OnnxTypes::checkConstants);
      all = types;
    }
    return all;
  }

  private void checkSizes(Map<String, TensorType> types, Set<String> alive) {
    long constants = 0;
    for (NodeProto node : original.getGraph().getNodeList()) {
      for (String name : node.getOutputList()) {
        TensorType type = types.get(name);
        if (type != null && type.isStatic()) {
          List<Long> lengths = type.dimensions().stream().map(Dimension::size).toList();
          if (alive.contains(name)) {
            GraphLimits.checkComputed(name, lengths);
          } else {
            constants += GraphLimits.checkConstant(name, lengths);
            GraphLimits.checkConstant(name, List.of(constants));
          }
        }
      }
    }
  }

  /** The same for the constants in the graphs inside nodes, which need no picture either. */
  private static void checkConstants(ModelProto opened) {
    Map<String, TensorType> types;
    try {
      types = TypeInference.of(opened);
    } catch (OrtException e) {
      // A branch that is not made for these pictures is not taken.
      return;
    }
    GraphProto graph = opened.getGraph();
    Set<String> constants = new HashSet<>();
    graph.getInitializerList().forEach(weight -> constants.add(weight.getName()));
    for (NodeProto node : graph.getNodeList()) {
      if (constants.containsAll(Subgraphs.reads(node))) {
        constants.addAll(node.getOutputList());
        for (String name : node.getOutputList()) {
          TensorType type = types.get(name);
          if (type != null && type.isStatic()) {
            GraphLimits.checkConstant(
                name, type.dimensions().stream().map(Dimension::size).toList());
          }
        }
      }
    }
  }
}
