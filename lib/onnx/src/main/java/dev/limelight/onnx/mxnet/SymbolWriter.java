package dev.limelight.onnx.mxnet;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The ONNX graph that a symbol is written into. */
final class SymbolWriter implements NodeWriter {

  private static final String CONSTANT = "constant/";

  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private final Map<TensorProto, String> known = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private String prefix = "";

  /** Begins the nodes of an operator, which are named by it. */
  void begin(String name) {
    prefix = name;
  }

  /** Adds a weight, or reserves the name of an input. */
  String reserve(String name) {
    String free = name;
    for (int i = 1; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** Adds a weight; its name. */
  String weight(String name, TensorProto value) {
    String free = reserve(name);
    constants.add(value.toBuilder().setName(free).build());
    return free;
  }

  /** Notes that a tensor is the output of a layer; one that no node gives gets a node for it. */
  String layer(String tensor, String name) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).getOutput(0).equals(tensor)) {
        nodes
            .get(i)
            .addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(GraphWriter.LAYER).setValue(name));
        return tensor;
      }
    }
    return layer(op("Identity", tensor), name);
  }

  /** The nodes and weights. */
  GraphProto.Builder graph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("symbol");
    nodes.forEach(graph::addNode);
    return graph.addAllInitializer(constants);
  }

  @Override
  public List<String> ops(String operator, int outputs, Attributes attributes, String... inputs) {
    String name = reserve(prefix + "/" + operator);
    NodeProto.Builder node = NodeWriter.node(operator, name, outputs, attributes, inputs);
    nodes.add(node);
    return List.copyOf(node.getOutputList());
  }

  @Override
  public String constant(TensorProto value) {
    return known.computeIfAbsent(value, key -> weight(CONSTANT + known.size(), value));
  }

  /** A constant number of float32 without dimensions. */
  String number(double value) {
    return constant(TensorValues.real(DataType.FLOAT, new long[0], value));
  }

  /** Constant numbers of float32. */
  String numbers(double... values) {
    return constant(TensorValues.real(DataType.FLOAT, new long[] {values.length}, values));
  }
}
