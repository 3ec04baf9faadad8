package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.io.Names;
import dev.limelight.model.signature.Port;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a model: the picture, and others, which become weights with a value for all
 * pictures. An input that no node reads is left out.
 */
public final class OnnxInputs {

  /** The height and width of the picture, as PaddlePaddle calls them. */
  private static final String SIZE = "im_shape";

  /** By how much a picture was resized, as PaddlePaddle calls it. */
  private static final String SCALE = "scale_factor";

  private static final Set<DataType> OF_PICTURES =
      Set.of(DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE, DataType.UINT8);

  private final ModelProto model;
  private final List<ValueInfoProto> inputs;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> read = new HashSet<>();

  private OnnxInputs(ModelProto model) {
    this.model = model;
    GraphProto graph = model.getGraph();
    Set<String> given = new HashSet<>();
    graph.getInitializerList().forEach(weight -> given.add(weight.getName()));
    graph.getSparseInitializerList().forEach(weight -> given.add(weight.getValues().getName()));
    inputs =
        graph.getInputList().stream().filter(input -> !given.contains(input.getName())).toList();
    for (NodeProto node : graph.getNodeList()) {
      read.addAll(Subgraphs.reads(node));
    }
    graph.getOutputList().forEach(output -> read.add(output.getName()));
  }

  /**
   * The inputs with what is asked for.
   *
   * @param values by the names of inputs beside the picture
   * @throws IllegalArgumentException if a value is missing, does not fit, or is for no input; the
   *     message names the input
   */
  public static OnnxInputs of(ModelProto model, Map<String, List<Double>> values) {
    OnnxInputs found = new OnnxInputs(model);
    ValueInfoProto picture = found.picture(values.keySet());
    for (String name : values.keySet()) {
      found.checkName(name, picture);
    }
    for (ValueInfoProto input : found.inputs) {
      if (input != picture) {
        found.constants.put(input.getName(), found.constant(input, picture, values));
      }
    }
    return found;
  }

  /** The inputs with zeros for what may be given later, to look at the rest of the model. */
  public static OnnxInputs unfilled(ModelProto model) {
    OnnxInputs found = new OnnxInputs(model);
    List<ValueInfoProto> pictures = found.pictures(Set.of());
    ValueInfoProto picture = pictures.size() > 1 ? pictures.get(0) : found.picture(Set.of());
    for (ValueInfoProto input : found.inputs) {
      if (input != picture) {
        found.constants.put(input.getName(), OnnxConstant.zeros(input));
      }
    }
    return found;
  }

  /** The model with the picture as its only input. */
  public ModelProto model() {
    if (constants.isEmpty()) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInput();
    inputs.stream()
        .filter(input -> !constants.containsKey(input.getName()))
        .forEach(graph::addInput);
    constants.values().stream()
        .filter(constant -> read.contains(constant.getName()))
        .forEach(graph::addInitializer);
    return model.toBuilder().setGraph(graph).build();
  }

  /** The values of the inputs beside the picture, by their names; zeros where none is read. */
  public Map<String, TensorProto> constants() {
    return Collections.unmodifiableMap(constants);
  }

  /** All inputs as the file declares them. */
  public List<Port> ports() {
    return inputs.stream().map(OnnxInputs::port).toList();
  }

  /** A sentence for each input beside the picture that has a value. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  static Port port(ValueInfoProto value) {
    var type = value.getType().getTensorType();
    DataType element = DataType.forNumber(type.getElemType());
    String name =
        element == null || element == DataType.UNDEFINED
            ? ""
            : element == DataType.FLOAT ? "float32" : element.name().toLowerCase(Locale.ROOT);
    List<Long> shape =
        type.hasShape()
            ? type.getShape().getDimList().stream()
                .map(each -> each.getDimValue() > 0 ? each.getDimValue() : -1)
                .toList()
            : null;
    return new Port(value.getName(), name, shape);
  }

  /** The only input that can be the picture. */
  private ValueInfoProto picture(Collection<String> others) {
    List<ValueInfoProto> found = pictures(others);
    if (found.size() != 1) {
      throw new UnsupportedException(
          "a picture network has one input of four dimensions, and this one has "
              + (inputs.isEmpty() ? "no input" : text(inputs))
              + (found.size() > 1
                  ? "; give the others a value by optConstant, on the command line by --constant"
                  : ""));
    }
    return found.get(0);
  }

  /** The only input, or else those that have four dimensions and are read. */
  private List<ValueInfoProto> pictures(Collection<String> others) {
    List<ValueInfoProto> left =
        inputs.stream().filter(input -> read.contains(input.getName())).toList();
    if (inputs.size() == 1 || left.size() == 1) {
      return inputs.size() == 1 ? inputs : left;
    }
    return left.stream()
        .filter(input -> isPicture(input) && !others.contains(input.getName()))
        .toList();
  }

  private static boolean isPicture(ValueInfoProto input) {
    var type = input.getType().getTensorType();
    return OF_PICTURES.contains(DataType.forNumber(type.getElemType()))
        && (!type.hasShape() || type.getShape().getDimCount() == 4);
  }

  private void checkName(String name, ValueInfoProto picture) {
    List<String> others =
        inputs.stream().filter(input -> input != picture).map(ValueInfoProto::getName).toList();
    if (!others.contains(name)) {
      throw new IllegalArgumentException(
          "no input "
              + Names.quoted(name)
              + " beside the picture; "
              + (others.isEmpty()
                  ? "the model has the picture alone"
                  : "there are "
                      + Names.nearestFirst(name, others).stream()
                          .map(Names::printable)
                          .collect(Collectors.joining(", "))));
    }
  }

  private TensorProto constant(
      ValueInfoProto input, ValueInfoProto picture, Map<String, List<Double>> values) {
    if (!read.contains(input.getName())) {
      return OnnxConstant.zeros(input);
    }
    List<Double> given = values.get(input.getName());
    List<Double> chosen = given == null ? standard(input, picture) : given;
    if (chosen == null) {
      String named = Names.printable(input.getName());
      throw new UnsupportedException(
          "the model has an input beside the picture, "
              + port(input).text()
              + " "
              + port(input).type()
              + ", that needs a value for all pictures; give it by optConstant, on the command line"
              + " by --constant "
              + named
              + "=VALUE[,VALUE...]");
    }
    notes.add(
        "the input "
            + Names.printable(input.getName())
            + " is "
            + chosen.stream().map(OnnxConstant::text).limit(8).collect(Collectors.joining(", "))
            + (chosen.size() > 8 ? " ..." : "")
            + " for every picture"
            + (given == null ? "; --constant or optConstant gives another value" : ""));
    return OnnxConstant.of(input, chosen);
  }

  /** The value by the name of an input that detectors have, or null. */
  private static @Nullable List<Double> standard(ValueInfoProto input, ValueInfoProto picture) {
    if (input.getName().equals(SCALE)) {
      return List.of(1.0);
    }
    List<Long> shape = port(picture).shape();
    if (!input.getName().equals(SIZE) || shape == null || shape.size() != 4) {
      return null;
    }
    return shape.get(2) > 0 && shape.get(3) > 0
        ? List.of((double) shape.get(2), (double) shape.get(3))
        : null;
  }

  private static String text(List<ValueInfoProto> inputs) {
    return inputs.stream().map(input -> port(input).text()).collect(Collectors.joining(", "));
  }
}
