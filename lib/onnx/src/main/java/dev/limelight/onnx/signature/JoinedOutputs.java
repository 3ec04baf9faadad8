package dev.limelight.onnx.signature;

import static java.util.stream.Collectors.toSet;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model with all outputs of a picture side by side as a further tensor, (N, total), so that a
 * network with several outputs is explained as one with one. What is left after a suppression has
 * another number of rows for each picture: such a model takes one picture at a time.
 *
 * @param model with the nodes that put them together
 * @param end the name of that tensor
 * @param parts the outputs, in order
 * @param notes on them; a sentence each
 */
public record JoinedOutputs(ModelProto model, String end, List<Part> parts, List<String> notes) {

  private static final String RANKED =
      "the candidates are in the order of a TopK within the model, so that in a changed copy of the"
          + " picture the same one may be another box; maps by gradients do not change the picture";

  /**
   * One of the outputs.
   *
   * @param name of the output
   * @param tensor that holds it, with as many values for every picture
   * @param whole whether its numbers are whole
   * @param listed whether its rows are what is left after a suppression
   */
  public record Part(String name, String tensor, boolean whole, boolean listed) {}

  /** Copies the lists. */
  public JoinedOutputs {
    parts = List.copyOf(parts);
    notes = List.copyOf(notes);
  }

  /**
   * Puts outputs side by side.
   *
   * @param only the name of the only one that is read, or null for all
   * @param prefix with which the names of added nodes begin
   * @param types of the model's tensors, which are asked for only if they decide
   * @throws IllegalArgumentException if there is no output of that name
   * @throws UnsupportedException if one lists what was found, and cannot be read
   */
  public static JoinedOutputs of(
      ModelProto model, @Nullable String only, String prefix, OnnxOutput.Types types) {
    List<ValueInfoProto> chosen =
        model.getGraph().getOutputList().stream()
            .filter(output -> only == null || only.equals(output.getName()))
            .toList();
    if (only != null && chosen.isEmpty()) {
      List<String> all =
          model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
      throw new IllegalArgumentException(
          "no output " + Names.quoted(only) + "; " + Names.offer(only, all));
    }
    OnnxOutputs outputs = new OnnxOutputs(model);
    Joining joining = new Joining(model, prefix);
    List<String> notes = new ArrayList<>();
    for (ValueInfoProto output : chosen) {
      if (!outputs.isDetection(output.getName())) {
        joining.add(output, null);
        continue;
      }
      TensorType type = type(output, types.get().get(output.getName()));
      Dimension pictures = joining.pictures(types.get());
      if (ListedRows.isLarger(type, pictures)) {
        notes.add(
            "the output "
                + Names.printable(output.getName())
                + " has more than a row for each box, such as a mask, and is not read");
      } else {
        joining.add(output, ListedRows.of(output.getName(), type, pictures));
      }
    }
    if (joining.parts.stream().anyMatch(Part::listed)) {
      notes.add(joining.takeOnePicture(types.get()));
    }
    if (chosen.stream().map(ValueInfoProto::getName).anyMatch(outputs::isRanked)
        && chosen.stream().map(ValueInfoProto::getName).noneMatch(outputs::isDetection)) {
      notes.add(RANKED);
    }
    return new JoinedOutputs(joining.model(), prefix + "outputs", joining.parts, notes);
  }

  /** The type as the file declares it, or what is inferred where it declares no shape. */
  private static @Nullable TensorType type(ValueInfoProto output, @Nullable TensorType inferred) {
    TensorType declared = TensorType.of(output);
    return declared.dimensions().isEmpty() ? inferred : declared;
  }

  /** The nodes that are added. */
  private static final class Joining {

    private final ModelProto model;
    private final GraphProto.Builder graph;
    private final String prefix;
    private final NodeProto.Builder join;
    private final List<Part> parts = new ArrayList<>();

    private Joining(ModelProto model, String prefix) {
      this.model = model;
      this.prefix = prefix;
      graph = model.getGraph().toBuilder();
      join =
          NodeProto.newBuilder()
              .setOpType("Concat")
              .setName(prefix + "outputs")
              .addOutput(prefix + "outputs")
              .addAttribute(integer("axis", 1));
    }

    void add(ValueInfoProto output, @Nullable ListedRows rows) {
      String name = output.getName();
      String tensor = name;
      DataType type = DataType.forNumber(output.getType().getTensorType().getElemType());
      if (type != DataType.FLOAT) {
        graph.addNode(
            node("Cast", name, prefix + "float/" + name)
                .addAttribute(integer("to", DataType.FLOAT.getNumber())));
        tensor = prefix + "float/" + name;
      }
      if (rows != null) {
        tensor = rows.add(graph, tensor, prefix + "listed/" + name + "/");
      }
      String flat = prefix + "flat/" + name;
      graph.addNode(node("Flatten", tensor, flat).addAttribute(integer("axis", 1)));
      join.addInput(flat);
      boolean whole = type == DataType.INT64 || type == DataType.INT32;
      parts.add(new Part(name, tensor, whole, rows != null));
    }

    /** The first dimension of the picture. */
    Dimension pictures(Map<String, TensorType> types) {
      TensorType picture = types.get(picture().getName());
      return picture == null || picture.dimensions().isEmpty()
          ? new Dimension(-1, "")
          : picture.dimensions().get(0);
    }

    private ValueInfoProto.Builder picture() {
      Set<String> given =
          graph.getInitializerList().stream().map(TensorProto::getName).collect(toSet());
      return graph.getInputBuilderList().stream()
          .filter(input -> !given.contains(input.getName()))
          .findFirst()
          .orElseThrow(() -> new UnsupportedException("it has no input"));
    }

    /**
     * Has the model take one picture at a time; in words.
     *
     * @throws UnsupportedException if it takes more
     */
    String takeOnePicture(Map<String, TensorType> types) {
      Dimension pictures = pictures(types);
      if (pictures.size() > 1) {
        throw new UnsupportedException(
            "the model takes "
                + pictures.size()
                + " pictures at a time and lists what is left after a NonMaxSuppression, of which"
                + " nothing says whose it is; export it for one picture");
      }
      TypeProto.Tensor.Builder type = picture().getTypeBuilder().getTensorTypeBuilder();
      if (type.hasShape() && type.getShape().getDimCount() > 0) {
        type.getShapeBuilder().setDim(0, TensorShapeProto.Dimension.newBuilder().setDimValue(1));
      }
      return "the outputs "
          + String.join(
              ", ",
              parts.stream().filter(Part::listed).map(one -> Names.printable(one.name())).toList())
          + " list what is left after a NonMaxSuppression within the model: pictures run one at a"
          + " time, at most "
          + ListedRows.MOST
          + " boxes of each are read, and the model's own limits of score and overlap hold";
    }

    ModelProto model() {
      graph.addNode(join);
      return model.toBuilder().setGraph(graph).build();
    }
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
