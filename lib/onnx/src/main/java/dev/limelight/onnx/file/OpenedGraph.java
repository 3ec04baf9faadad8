package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph in which the nodes of branches and of each turn of a loop stand in the place of their If
 * or Loop, so that the shapes of all tensors can be inferred. It is not run.
 */
public final class OpenedGraph {

  private static final int MOST_TURNS = 1_000;

  /** Nodes and weights of the opened graph; ONNX Runtime infers their shapes in seconds. */
  private static final int MOST_NODES = 50_000;

  /** With more branches than these, all first ones are looked at, and all second ones. */
  private static final int MOST_BRANCHES = 4;

  /** From this version on the axes of Unsqueeze are an input. */
  private static final long AXES_ARE_INPUTS = 13;

  private static final String ADDED = "limelight/open";

  private final int choice;
  private final int branches;
  private final boolean axesAreInputs;
  private final GraphProto.Builder opened;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private int added;
  private int chosen;

  private OpenedGraph(ModelProto model, int branches, int choice) {
    this.choice = choice;
    this.branches = Math.max(1, branches);
    axesAreInputs =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
            .allMatch(set -> set.getVersion() >= AXES_ARE_INPUTS);
    opened = model.getGraph().toBuilder().clearNode();
    model.getGraph().getInitializerList().forEach(one -> constants.put(one.getName(), one));
  }

  /**
   * The graphs that come of taking one branch of each If or the other; none if no node of the graph
   * has graphs inside it.
   *
   * @throws UnsupportedException if the number of turns of a loop is not known, or too large
   */
  public static List<ModelProto> of(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (graph.getNodeList().stream().noneMatch(Subgraphs::isIn)) {
      return List.of();
    }
    int branches = branches(graph);
    List<Integer> choices = new ArrayList<>(List.of(0));
    if (branches > MOST_BRANCHES) {
      choices.add(-1);
    } else {
      for (int choice = 1; choice < 1 << branches; choice++) {
        choices.add(choice);
      }
    }
    List<ModelProto> all = new ArrayList<>();
    for (int choice : choices) {
      OpenedGraph one = new OpenedGraph(model, branches, choice);
      one.add(graph.getNodeList(), Map.of());
      all.add(model.toBuilder().setGraph(one.opened).build());
    }
    return all;
  }

  private static int branches(GraphProto graph) {
    int branches = 0;
    for (NodeProto node : graph.getNodeList()) {
      branches += node.getOpType().equals("If") ? 1 : 0;
      for (AttributeProto attribute : node.getAttributeList()) {
        branches += attribute.hasG() ? branches(attribute.getG()) : 0;
      }
    }
    return branches;
  }

  private void add(List<NodeProto> nodes, Map<String, String> names) {
    for (NodeProto node : nodes) {
      switch (node.getOpType()) {
        case "If" -> addBranch(node, names);
        case "Loop" -> addLoop(node, names);
        case "Scan" -> addScan(node, names);
        default -> add(node, names);
      }
    }
  }

  private void add(NodeProto node, Map<String, String> names) {
    NodeProto.Builder copy = node.toBuilder().clearName().clearInput().clearOutput();
    node.getInputList().forEach(name -> copy.addInput(named(name, names)));
    node.getOutputList().forEach(name -> copy.addOutput(named(name, names)));
    opened.addNode(copy);
    checkSize();
    AttributeProto value =
        node.getOpType().equals("Constant") ? Attributes.find(node, "value") : null;
    if (value != null && copy.getOutputCount() == 1) {
      constants.put(copy.getOutput(0), value.getT());
    }
  }

  private static String named(String name, Map<String, String> names) {
    return names.getOrDefault(name, name);
  }

  private void checkSize() {
    if (opened.getNodeCount() + opened.getInitializerCount() > MOST_NODES) {
      throw new UnsupportedException(
          "its loops have more than " + MOST_NODES + " nodes in all their turns");
    }
  }

  /** Adds the nodes of a graph inside a node and gives the names of its outputs. */
  private List<String> inlined(GraphProto body, List<String> inputs, Map<String, String> outside) {
    String prefix = ADDED + added++ + "/";
    Map<String, String> names = new HashMap<>(outside);
    for (int i = 0; i < body.getInputCount() && i < inputs.size(); i++) {
      names.put(body.getInput(i).getName(), inputs.get(i));
    }
    for (TensorProto weight : body.getInitializerList()) {
      names.put(weight.getName(), prefix + weight.getName());
      addWeight(weight.toBuilder().setName(prefix + weight.getName()).build());
    }
    for (NodeProto node : body.getNodeList()) {
      node.getOutputList().stream()
          .filter(name -> !name.isEmpty())
          .forEach(name -> names.put(name, prefix + name));
    }
    add(body.getNodeList(), names);
    return body.getOutputList().stream().map(output -> named(output.getName(), names)).toList();
  }

  private void addWeight(TensorProto weight) {
    opened.addInitializer(weight);
    constants.put(weight.getName(), weight);
    checkSize();
  }

  private void addSame(String from, String to) {
    if (!to.isEmpty()) {
      opened.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(from).addOutput(to));
    }
  }

  private void addBranch(NodeProto node, Map<String, String> names) {
    int bit = chosen % branches;
    chosen++;
    boolean first = ((choice >> bit) & 1) == 0;
    List<String> results =
        inlined(body(node, first ? "then_branch" : "else_branch"), List.of(), names);
    for (int i = 0; i < Math.min(results.size(), node.getOutputCount()); i++) {
      addSame(results.get(i), named(node.getOutput(i), names));
    }
  }

  private static GraphProto body(NodeProto node, String name) {
    AttributeProto body = Attributes.find(node, name);
    if (body == null || !body.hasG()) {
      throw refused(node, "has no graph '" + name + "'");
    }
    return body.getG();
  }

  private static UnsupportedException refused(NodeProto node, String why) {
    return new UnsupportedException(
        "its node "
            + Names.quoted(node.getName())
            + " ("
            + node.getOpType()
            + ") "
            + why
            + ", so the memory that it needs is not known; export it without loops, or simplify it"
            + " by onnxsim");
  }

  private void addLoop(NodeProto node, Map<String, String> names) {
    GraphProto body = body(node, "body");
    int carried = body.getOutputCount() - 1;
    List<String> state = new ArrayList<>();
    for (int i = 2; i < node.getInputCount(); i++) {
      state.add(named(node.getInput(i), names));
    }
    if (carried < state.size() || body.getInputCount() != state.size() + 2) {
      throw refused(node, "has a graph of other inputs or outputs");
    }
    carried = state.size();
    String condition = node.getInputCount() > 1 ? named(node.getInput(1), names) : "";
    if (condition.isEmpty()) {
      condition = ADDED + added++;
      addWeight(
          TensorProto.newBuilder()
              .setName(condition)
              .setDataType(DataType.BOOL.getNumber())
              .setRawData(ByteString.copyFrom(new byte[] {1}))
              .build());
    }
    List<List<String>> stacked = new ArrayList<>();
    long turns = turns(node, names);
    for (long turn = 0; turn < turns; turn++) {
      List<String> inputs = new ArrayList<>(List.of(whole(turn), condition));
      inputs.addAll(state);
      List<String> results = inlined(body, inputs, names);
      condition = results.get(0);
      state = results.subList(1, 1 + carried);
      stacked.add(results.subList(1 + carried, results.size()));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      String output = named(node.getOutput(i), names);
      int last = i - carried;
      if (last < 0) {
        addSame(state.get(i), output);
      } else if (!output.isEmpty() && last < stacked.get(0).size()) {
        addStack(stacked.stream().map(turn -> turn.get(last)).toList(), output);
      }
    }
  }

  private long turns(NodeProto node, Map<String, String> names) {
    String name = node.getInputCount() > 0 ? named(node.getInput(0), names) : "";
    TensorProto constant = constants.get(name);
    long[] turns = constant == null ? null : TensorValues.wholes(constant);
    if (turns == null || turns.length != 1) {
      throw refused(node, "has a number of turns that is no constant");
    }
    if (turns[0] > MOST_TURNS) {
      throw refused(node, "may have more than " + MOST_TURNS + " turns");
    }
    return Math.max(1, turns[0]);
  }

  /** The name of a constant number. */
  private String whole(long value) {
    String name = ADDED + added++;
    addWeight(TensorValues.whole(new long[0], value).toBuilder().setName(name).build());
    return name;
  }

  /** Results of all turns, along a new first axis. */
  private void addStack(List<String> results, String output) {
    Attributes first = axesAreInputs ? Attributes.none() : Attributes.with("axes", new long[] {0});
    NodeProto.Builder stack = node("Concat", output, Attributes.with("axis", 0));
    String axes = axesAreInputs ? ADDED + added++ : "";
    if (axesAreInputs) {
      addWeight(TensorValues.whole(new long[] {1}, 0).toBuilder().setName(axes).build());
    }
    for (String result : results) {
      String longer = ADDED + added++;
      NodeProto.Builder unsqueeze = node("Unsqueeze", longer, first).addInput(result);
      if (axesAreInputs) {
        unsqueeze.addInput(axes);
      }
      opened.addNode(unsqueeze);
      stack.addInput(longer);
    }
    opened.addNode(stack);
  }

  /** The node itself, whose shapes ONNX Runtime infers, after the nodes of one of its turns. */
  private void addScan(NodeProto node, Map<String, String> names) {
    if (!names.isEmpty()) {
      throw refused(node, "is inside another graph");
    }
    int scanned = (int) Attributes.integer(node, "num_scan_inputs", 0);
    long[] axes = Attributes.integers(node, "scan_input_axes");
    int states = node.getInputCount() - scanned;
    if (scanned < 1 || states < 0 || axes != null && axes.length != scanned) {
      throw refused(node, "scans other inputs than it has");
    }
    List<String> inputs = new ArrayList<>(node.getInputList().subList(0, states));
    String first = whole(0);
    for (int i = 0; i < scanned; i++) {
      String one = ADDED + added++;
      opened.addNode(
          node("Gather", one, Attributes.with("axis", axes == null ? 0 : axes[i]))
              .addInput(node.getInput(states + i))
              .addInput(first));
      inputs.add(one);
    }
    inlined(body(node, "body"), inputs, names);
    opened.addNode(node);
  }

  private static NodeProto.Builder node(String operator, String output, Attributes attributes) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllAttribute(attributes.all());
  }
}
