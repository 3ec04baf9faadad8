package dev.limelight.onnx.attention;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.NodeWriter;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph whose head is applied to every block of attention: to the mean of the tokens after the
 * block and what follows it, in the place of each token.
 *
 * @param model the graph with the copies of its head
 * @param types of its tensors
 * @param tokens of each block, (N, T, D)
 * @param logits that the head makes of each
 */
public record HeadCopies(
    ModelProto model, Map<String, TensorType> types, List<String> tokens, List<String> logits) {

  private static final String PREFIX = "limelight/head";

  private static final String AXIS = PREFIX + "/axis";

  /**
   * Copies the head of a graph.
   *
   * @param blocks of attention, in the order of computation
   * @param picture the name of its input
   * @param logits the name of its output
   * @throws UnsupportedException if there is no tensor that everything passes after each block
   */
  public static HeadCopies of(
      ModelProto model,
      Map<String, TensorType> types,
      List<AttentionBlock> blocks,
      String picture,
      String logits) {
    List<NodeProto> nodes = model.getGraph().getNodeList();
    AttentionBlocks graph = new AttentionBlocks(nodes, types, picture);
    List<String> tokens = new ArrayList<>();
    List<Integer> ends = ends(nodes, blocks);
    for (int b = 0; b < blocks.size(); b++) {
      tokens.add(residual(nodes, graph, ends.get(b), ends.get(b + 1), blocks.get(b).softmax()));
    }
    GraphProto.Builder copied = model.getGraph().toBuilder();
    copied.addInitializer(
        TensorValues.whole(new long[] {1}, new long[] {1}).toBuilder().setName(AXIS));
    Map<String, TensorType> all = new HashMap<>(types);
    List<String> outputs = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      Copy copy = new Copy(PREFIX + b + "/", tokens.get(b), tokens.get(tokens.size() - 1));
      copied.addAllNode(copy.nodes(nodes, types, all));
      outputs.add(copy.name(logits));
    }
    return new HeadCopies(model.toBuilder().setGraph(copied).build(), all, tokens, outputs);
  }

  /** Where each block's product is, and the end. */
  private static List<Integer> ends(List<NodeProto> nodes, List<AttentionBlock> blocks) {
    List<Integer> ends = new ArrayList<>();
    for (AttentionBlock block : blocks) {
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).getOutput(0).equals(block.product())) {
          ends.add(i);
        }
      }
    }
    ends.add(nodes.size());
    return ends;
  }

  /** The last sum of two tensors between two places that everything passes. */
  private static String residual(
      List<NodeProto> nodes, AttentionBlocks graph, int from, int to, String block) {
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      int place = i;
      Subgraphs.reads(nodes.get(i)).forEach(name -> lastRead.put(name, place));
    }
    for (int i = to - 1; i > from; i--) {
      NodeProto node = nodes.get(i);
      boolean sum =
          node.getOpType().equals("Add")
              && node.getInputList().stream().allMatch(graph::isAlive)
              && graph.rank(node.getOutput(0)) != 2
              && !node.getInput(0).equals(node.getInput(1));
      if (sum && isPassed(nodes.subList(0, i), graph, lastRead, i)) {
        return node.getOutput(0);
      }
    }
    throw new UnsupportedException(
        "le-grad applies the head to the tokens after each block, and after the block of "
            + Names.quoted(block)
            + " there is no sum that everything passes; use transformer-attribution");
  }

  /** Whether nothing that is made before a place is read after it. */
  private static boolean isPassed(
      List<NodeProto> before, AttentionBlocks graph, Map<String, Integer> lastRead, int place) {
    return before.stream()
        .flatMap(node -> node.getOutputList().stream())
        .filter(graph::isAlive)
        .allMatch(name -> lastRead.getOrDefault(name, 0) <= place);
  }

  /** One copy of the head, for the tokens of one block. */
  private record Copy(String prefix, String tokens, String last) {

    String name(String tensor) {
      return prefix + tensor;
    }

    /** The mean of the tokens in the place of each, and the nodes after the last block. */
    List<NodeProto> nodes(
        List<NodeProto> nodes, Map<String, TensorType> types, Map<String, TensorType> all) {
      String mean = prefix + "mean";
      String shape = prefix + "shape";
      TensorType type = types.get(tokens);
      if (type != null) {
        all.put(name(last), type);
      }
      List<NodeProto> copies = new ArrayList<>();
      Attributes kept = Attributes.with("keepdims", 1);
      copies.add(NodeWriter.node("ReduceMean", mean, 1, kept, tokens, AXIS).build());
      copies.add(NodeWriter.node("Shape", shape, 1, Attributes.none(), tokens).build());
      copies.add(NodeWriter.node("Expand", name(last), 1, Attributes.none(), mean, shape).build());
      List<String> renamed = new ArrayList<>(List.of(last));
      for (NodeProto node : nodes) {
        if (Subgraphs.captured(node).stream().anyMatch(renamed::contains)) {
          throw new UnsupportedException(
              "le-grad copies the head, and its operator "
                  + node.getOpType()
                  + " holds a graph inside; use transformer-attribution");
        }
        if (node.getInputList().stream().anyMatch(renamed::contains)) {
          NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput();
          node.getInputList()
              .forEach(input -> copy.addInput(renamed.contains(input) ? name(input) : input));
          for (String output : node.getOutputList()) {
            copy.addOutput(output.isEmpty() ? "" : name(output));
            TensorType of = types.get(output);
            if (of != null) {
              all.put(name(output), of);
            }
          }
          node.getOutputList().stream().filter(each -> !each.isEmpty()).forEach(renamed::add);
          copies.add(copy.setName(name(node.getName())).build());
        }
      }
      return copies;
    }
  }
}
