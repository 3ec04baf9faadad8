package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model with all outputs of a picture side by side as a further tensor, (N, total), so that a
 * network with several outputs is explained as one with one.
 *
 * @param model with the nodes that put them together
 * @param end the name of that tensor
 * @param names of the outputs, in order
 * @param notes on them; a sentence each
 */
public record JoinedOutputs(ModelProto model, String end, List<String> names, List<String> notes) {

  private static final String RANKED =
      "the candidates are in the order of a TopK within the model, so that in a changed copy of the"
          + " picture the same one may be another box; maps by gradients do not change the picture";

  /** Copies the lists. */
  public JoinedOutputs {
    names = List.copyOf(names);
    notes = List.copyOf(notes);
  }

  /**
   * Puts outputs side by side.
   *
   * @param only the name of the only one that is read, or null for all
   * @param prefix with which the names of added nodes begin
   * @throws IllegalArgumentException if there is no output of that name
   * @throws UnsupportedException if one lists what was found
   */
  public static JoinedOutputs of(ModelProto model, @Nullable String only, String prefix) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    List<String> names = new ArrayList<>();
    NodeProto.Builder join =
        NodeProto.newBuilder()
            .setOpType("Concat")
            .setName(prefix + "outputs")
            .addOutput(prefix + "outputs")
            .addAttribute(integer("axis", 1));
    for (ValueInfoProto output : model.getGraph().getOutputList()) {
      String name = output.getName();
      if (only != null && !only.equals(name)) {
        continue;
      }
      names.add(name);
      String tensor = name;
      if (output.getType().getTensorType().getElemType() != DataType.FLOAT.getNumber()) {
        graph.addNode(
            node("Cast", name, prefix + "float/" + name)
                .addAttribute(integer("to", DataType.FLOAT.getNumber())));
        tensor = prefix + "float/" + name;
      }
      String flat = prefix + "flat/" + name;
      graph.addNode(node("Flatten", tensor, flat).addAttribute(integer("axis", 1)));
      join.addInput(flat);
    }
    if (only != null && names.isEmpty()) {
      List<String> all =
          model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
      throw new IllegalArgumentException(
          "no output " + Names.quoted(only) + "; " + Names.offer(only, all));
    }
    OnnxOutputs outputs = new OnnxOutputs(model);
    if (names.stream().anyMatch(outputs::isDetection)) {
      throw new UnsupportedException(
          "the outputs "
              + names.stream().map(Names::printable).toList()
              + " list what is left after a NonMaxSuppression, where gradients end and a changed"
              + " picture has other boxes; export the model with the boxes and scores before it"
              + " (docs/DETECTORS.md shows how)");
    }
    List<String> notes = names.stream().anyMatch(outputs::isRanked) ? List.of(RANKED) : List.of();
    graph.addNode(join);
    return new JoinedOutputs(
        model.toBuilder().setGraph(graph).build(), prefix + "outputs", names, notes);
  }

  private static NodeProto.Builder node(String operator, String input, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addInput(input)
        .addOutput(output);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
