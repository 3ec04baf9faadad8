package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.io.Names;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.model.signature.OutputRule.Candidate;
import dev.limelight.model.signature.Port;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The outputs of a model, of which one is explained. */
public final class OnnxOutputs {

  /** After it an output has a row for each object that was found. */
  private static final String DETECTION = "NonMaxSuppression";

  /** The property of a model to which Limelight added a heatmap, and the name of that output. */
  public static final String HEATMAP_PROPERTY = "limelight.heatmap";

  private static final String HEATMAP = "heatmap";

  private final List<ValueInfoProto> outputs;
  private final boolean hasHeatmap;
  private final Tail tail;
  private final Map<String, NodeProto> producers = new HashMap<>();

  /** Of a model. */
  public OnnxOutputs(ModelProto model) {
    outputs = model.getGraph().getOutputList();
    hasHeatmap =
        model.getMetadataPropsList().stream()
            .anyMatch(property -> property.getKey().equals(HEATMAP_PROPERTY));
    tail = Tail.of(model);
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getOutputList().forEach(name -> producers.put(name, node));
    }
  }

  /** All outputs as the file declares them. */
  public List<Port> ports() {
    return outputs.stream().map(OnnxInputs::port).toList();
  }

  /**
   * The output that is explained.
   *
   * @throws IllegalArgumentException if there is none of the name that was asked for, or nothing
   *     decides, or it lists what a detector found
   */
  public OutputRule.Chosen choose(NetworkChoice choice) {
    List<Candidate> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    outputs.forEach(output -> names.add(output.getName()));
    for (ValueInfoProto output : outputs) {
      Set<String> before = before(output.getName());
      Set<String> madeFrom = new HashSet<>(names);
      madeFrom.retainAll(before);
      boolean activated = OnnxOutput.endsInActivation(tail, output.getName());
      all.add(new Candidate(port(output, before), activated, madeFrom));
    }
    OutputRule.Chosen chosen = OutputRule.choose(all, choice);
    if (isDetection(chosen.name(), before(chosen.name()))) {
      throw new UnsupportedException(
          "its output "
              + Names.quoted(chosen.name())
              + " lists the objects that were found (it follows a "
              + DETECTION
              + "), and a classifier gives a value for each class of a picture; explain one of its"
              + " boxes, such as box(0), choose an output before it, or export the model without"
              + " it");
    }
    return chosen;
  }

  /**
   * What is explained of an output: the scores of its classes.
   *
   * @throws UnsupportedException if they are ranked, and more is made of them afterwards
   */
  public Ranking scores(String output, OnnxOutput.Types types) {
    return Ranking.of(tail, output, types);
  }

  /**
   * What lists objects has a row for each of them, and not for each picture; a heatmap has none.
   */
  private Port port(ValueInfoProto output, Set<String> before) {
    Port port = OnnxInputs.port(output);
    boolean heatmap = hasHeatmap && output.getName().equals(HEATMAP);
    return heatmap || isDetection(output.getName(), before)
        ? new Port(port.name(), port.type(), List.of())
        : port;
  }

  /** Whether a part of a model suppresses boxes. */
  public static boolean suppresses(GraphProto part) {
    return part.getNodeList().stream().anyMatch(node -> Subgraphs.has(node, DETECTION));
  }

  /**
   * The tensors that are computed after a suppression: they have a row for each box and not for
   * each picture.
   *
   * @param nodes in the order of computation
   */
  public static Set<String> afterSuppression(List<NodeProto> nodes) {
    Set<String> after = new HashSet<>();
    for (NodeProto node : nodes) {
      if (Subgraphs.has(node, DETECTION)
          || Subgraphs.reads(node).stream().anyMatch(after::contains)) {
        after.addAll(node.getOutputList());
      }
    }
    after.remove("");
    return after;
  }

  /** Whether an output lists what a detector found. */
  boolean isDetection(String output) {
    return isDetection(output, before(output));
  }

  /** Whether an output is computed from values in the order of their size. */
  boolean isRanked(String output) {
    return before(output).stream()
        .map(producers::get)
        .anyMatch(node -> node != null && Subgraphs.has(node, "TopK"));
  }

  private boolean isDetection(String output, Set<String> before) {
    return Stream.concat(Stream.of(output), before.stream())
        .map(producers::get)
        .anyMatch(node -> node != null && Subgraphs.has(node, DETECTION));
  }

  /** The tensors that a tensor is computed from, without itself. */
  private Set<String> before(String tensor) {
    Set<String> found = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(List.of(tensor));
    while (!waiting.isEmpty()) {
      NodeProto node = producers.get(waiting.pop());
      if (node != null) {
        for (String name : Subgraphs.reads(node)) {
          if (found.add(name)) {
            waiting.add(name);
          }
        }
      }
    }
    found.remove(tensor);
    return found;
  }
}
