package dev.limelight.onnx;

import ai.djl.Model;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.TinyResNet;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The fixture's ONNX graph with something of it changed. */
public final class OnnxModels {

  private OnnxModels() {}

  public static Model changed(Path folder, Consumer<GraphProto.Builder> change) {
    try {
      ModelProto model = ModelProto.parseFrom(Files.readAllBytes(TinyResNet.onnxFile()));
      GraphProto.Builder graph = model.getGraph().toBuilder();
      change.accept(graph);
      Path file = folder.resolve("changed.onnx");
      Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
      return ModelFile.of(file).load();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static NodeProto node(String operator, String name, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(name)
        .addAllInput(inputs)
        .addOutput(output)
        .build();
  }

  /** Adds a node at the end, from the logits to the new output. */
  static void append(GraphProto.Builder graph, String operator) {
    String last = graph.getOutput(0).getName();
    graph.addNode(node(operator, "/added/" + operator, List.of(last), "added"));
    graph.setOutput(0, ValueInfoProto.newBuilder().setName("added"));
  }

  /** Changes the node of that name. */
  public static void edit(
      GraphProto.Builder graph, String name, UnaryOperator<NodeProto.Builder> edit) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getName().equals(name)) {
        edit.apply(node);
      }
    }
  }

  /** Puts nodes before the one of that name. */
  public static void insertBefore(GraphProto.Builder graph, String name, NodeProto... added) {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getName().equals(name)) {
        for (int j = 0; j < added.length; j++) {
          graph.addNode(i + j, added[j]);
        }
        return;
      }
    }
    throw new IllegalArgumentException("no node " + name);
  }
}
