package dev.limelight.model.mxnet;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * The graph of an MXNet symbol, read from its JSON and written as JSON again. A graph is immutable;
 * each method that changes it returns a new one.
 */
@API(status = Status.INTERNAL)
public final class MxGraph {

  /** One output of one node. */
  public record Entry(int node, int output) {

    static List<Entry> list(JsonArray array) {
      List<Entry> entries = new ArrayList<>(array.size());
      for (JsonElement element : array) {
        JsonArray entry = element.getAsJsonArray();
        entries.add(new Entry(entry.get(0).getAsInt(), entry.get(1).getAsInt()));
      }
      return List.copyOf(entries);
    }

    static JsonArray json(List<Entry> entries) {
      JsonArray array = new JsonArray();
      for (Entry entry : entries) {
        JsonArray numbers = new JsonArray();
        numbers.add(entry.node());
        numbers.add(entry.output());
        numbers.add(0);
        array.add(numbers);
      }
      return array;
    }
  }

  private static final Set<String> BATCH_NORM = Set.of("BatchNorm", "_npx_batch_norm");
  private static final Set<String> CONVOLUTION = Set.of("Convolution", "_npx_convolution");
  private static final Set<String> DROPOUT = Set.of("Dropout", "_npx_dropout");
  private static final Set<String> SOFTMAX =
      Set.of("SoftmaxOutput", "Softmax", "softmax", "SoftmaxActivation", "_npx_softmax");
  private static final Set<String> SIGMOID =
      Set.of("LogisticRegressionOutput", "sigmoid", "_npx_sigmoid");

  /** Operators that end a fused chain or are in none. */
  private static final Set<String> UNFUSED =
      Set.of(MxNode.VARIABLE, "Activation", "Concat", "Pooling");

  private final List<MxNode> nodes;
  private final List<Entry> heads;
  private final @Nullable JsonElement attributes;

  private MxGraph(List<MxNode> nodes, List<Entry> heads, @Nullable JsonElement attributes) {
    this.nodes = nodes;
    this.heads = heads;
    this.attributes = attributes;
  }

  /** Reads the JSON of a symbol. */
  public static MxGraph parse(String json) {
    JsonObject root = new Gson().fromJson(json, JsonElement.class).getAsJsonObject();
    List<MxNode> nodes = new ArrayList<>();
    root.getAsJsonArray("nodes").forEach(node -> nodes.add(MxNode.of(node.getAsJsonObject())));
    return new MxGraph(nodes, Entry.list(root.getAsJsonArray("heads")), root.get("attrs"));
  }

  /**
   * Checks what MXNet assumes: every node has an operator, a name and inputs that precede it, and
   * there is an output.
   */
  public void check() {
    for (int i = 0; i < nodes.size(); i++) {
      if (name(i).isEmpty() || operator(i).isEmpty()) {
        throw new IllegalArgumentException("node " + i + " has no name or no operator");
      }
      checkEntries(inputs(i), i);
    }
    checkEntries(heads, nodes.size());
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("it has no output");
    }
  }

  private static void checkEntries(List<Entry> entries, int end) {
    for (Entry entry : entries) {
      if (entry.node() < 0 || entry.node() >= end || entry.output() < 0) {
        throw new IllegalArgumentException(
            "node " + entry.node() + " is used where there are " + end + " before it");
      }
    }
  }

  /** The variable with the weights of the first convolution, or null if there is none. */
  public @Nullable String firstKernel() {
    for (int i = 0; i < nodes.size(); i++) {
      if (CONVOLUTION.contains(operator(i)) && inputs(i).size() > 1) {
        String groups = nodes.get(i).attribute("num_group");
        return groups != null && !groups.equals("1") ? null : name(inputs(i).get(1).node());
      }
    }
    return null;
  }

  String toJson() {
    JsonObject root = new JsonObject();
    JsonArray all = new JsonArray();
    JsonArray arguments = new JsonArray();
    JsonArray rows = new JsonArray();
    rows.add(0);
    for (int i = 0; i < nodes.size(); i++) {
      all.add(nodes.get(i).json());
      rows.add(i + 1);
      if (isVariable(i)) {
        arguments.add(i);
      }
    }
    root.add("nodes", all);
    root.add("arg_nodes", arguments);
    root.add("node_row_ptr", rows);
    root.add("heads", Entry.json(heads));
    if (attributes != null) {
      root.add("attrs", attributes);
    }
    return root.toString();
  }

  /** The number of nodes. */
  public int size() {
    return nodes.size();
  }

  /** The name of a node. */
  public String name(int node) {
    return nodes.get(node).name();
  }

  /** What computes a node. */
  public String operator(int node) {
    return nodes.get(node).operator();
  }

  /** Whether a node is given and not computed. */
  public boolean isVariable(int node) {
    return nodes.get(node).isVariable();
  }

  /** What a node reads. */
  public List<Entry> inputs(int node) {
    return nodes.get(node).inputs();
  }

  /** The outputs of the whole graph. */
  public List<Entry> outputs() {
    return heads;
  }

  /** Names of all variables, in the order of the graph. */
  List<String> variables() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (isVariable(i)) {
        names.add(name(i));
      }
    }
    return names;
  }

  /** Calls the listener, from the output on, for each operator and each variable that it reads. */
  void readers(BiConsumer<String, String> listener) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      for (Entry input : inputs(i)) {
        if (isVariable(input.node())) {
          listener.accept(name(i), name(input.node()));
        }
      }
    }
  }

  /** The final operator that turns logits into probabilities, such as "SoftmaxOutput", or null. */
  @Nullable String outputActivation() {
    return outputActivation(0);
  }

  /** That of one of several outputs. */
  @Nullable String outputActivation(int output) {
    int last = heads.get(output).node();
    String operator = operator(last);
    if ("Activation".equals(operator)) {
      return "sigmoid".equals(attribute(last, "act_type")) ? "sigmoid" : null;
    }
    return SIGMOID.contains(operator) || SOFTMAX.contains(operator) ? operator : null;
  }

  /** The graph with one of its outputs. */
  MxGraph withOutput(int output) {
    return heads.size() == 1 ? this : extract(List.of(heads.get(output)), Map.of());
  }

  /**
   * The graph whose only output is the logits: the first output, before a final softmax or sigmoid.
   */
  MxGraph logits() {
    Entry head = heads.get(0);
    return extract(
        List.of(outputActivation() == null ? head : inputs(head.node()).get(0)), Map.of());
  }

  /**
   * The graph that computes in training mode what this one computes in inference mode, so that it
   * can be recorded and differentiated: BatchNorm by its running statistics, Dropout as identity.
   */
  MxGraph inferenceForm() {
    List<MxNode> changed = new ArrayList<>();
    for (MxNode node : nodes) {
      if (BATCH_NORM.contains(node.operator())) {
        changed.add(node.with("use_global_stats", "True"));
      } else if (DROPOUT.contains(node.operator())) {
        changed.add(node.identity());
      } else {
        changed.add(node);
      }
    }
    return new MxGraph(changed, heads, attributes);
  }

  /** The same graph with the first outputs of other nodes as its outputs. */
  MxGraph withOutputs(Collection<Integer> outputs) {
    return extract(outputs.stream().map(node -> new Entry(node, 0)).toList(), Map.of());
  }

  /**
   * Whether oneDNN's fusion keeps all outputs. It counts the nodes that use a tensor and not the
   * outputs: a convolution that is itself an output would be fused with the ReLU after it, and the
   * output be that of the ReLU. Only what never lies inside a fused chain is safe.
   */
  boolean mayBeFused() {
    return heads.stream().skip(1).allMatch(head -> UNFUSED.contains(operator(head.node())));
  }

  /** This graph followed by another, whose variable of that name becomes this graph's output. */
  MxGraph then(MxGraph next, String variable) {
    List<MxNode> joined = new ArrayList<>(nodes);
    int[] positions = new int[next.nodes.size()];
    for (int i = 0; i < positions.length; i++) {
      if (next.isVariable(i) && next.name(i).equals(variable)) {
        positions[i] = -1;
        continue;
      }
      positions[i] = joined.size();
      joined.add(moved(next.nodes.get(i), entry -> follow(entry, positions)));
    }
    return new MxGraph(
        joined, next.heads.stream().map(entry -> follow(entry, positions)).toList(), attributes);
  }

  private Entry follow(Entry entry, int[] positions) {
    int moved = positions[entry.node()];
    return moved < 0 ? heads.get(0) : new Entry(moved, entry.output());
  }

  /** The same graph with other names of its variables. */
  MxGraph rename(Map<String, String> names) {
    List<MxNode> renamed = new ArrayList<>();
    for (MxNode node : nodes) {
      String name = node.isVariable() ? names.get(node.name()) : null;
      renamed.add(name == null ? node : node.renamed(name));
    }
    return new MxGraph(renamed, heads, attributes);
  }

  /** The part that the outputs need, with some entries replaced by variables, renumbered. */
  public MxGraph extract(List<Entry> outputs, Map<Entry, String> replaced) {
    boolean[] live = new boolean[nodes.size()];
    Deque<Entry> waiting = new ArrayDeque<>(outputs);
    while (!waiting.isEmpty()) {
      Entry entry = waiting.pop();
      if (!replaced.containsKey(entry) && !live[entry.node()]) {
        live[entry.node()] = true;
        waiting.addAll(inputs(entry.node()));
      }
    }
    List<MxNode> remaining = new ArrayList<>();
    Map<Entry, Entry> replacements = new HashMap<>();
    replaced.forEach(
        (entry, name) -> {
          replacements.put(entry, new Entry(remaining.size(), 0));
          remaining.add(MxNode.variable(name));
        });
    int[] moved = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      if (live[i]) {
        MxNode node =
            moved(
                nodes.get(i),
                entry ->
                    replacements.getOrDefault(
                        entry, new Entry(moved[entry.node()], entry.output())));
        moved[i] = remaining.size();
        remaining.add(node);
      }
    }
    List<Entry> ends =
        outputs.stream()
            .map(e -> replacements.getOrDefault(e, new Entry(moved[e.node()], e.output())))
            .toList();
    return new MxGraph(remaining, ends, attributes);
  }

  /** The text of an attribute, or null. */
  public @Nullable String attribute(int node, String key) {
    return nodes.get(node).attribute(key);
  }

  private static MxNode moved(MxNode node, UnaryOperator<Entry> move) {
    return node.on(node.inputs().stream().map(move).toList());
  }
}
