package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings a model to one spelling of each operator, so that a gradient rule has to know one: that of
 * operator set {@value #TARGET}, or of the file's own if it is newer. Constants become weights, and
 * attributes that became inputs since move there.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">Operator changelog</a>
 */
public final class OnnxUpgrade {

  private static final long TARGET = 18;

  private static final long OLDEST = 7;

  /** ONNX Runtime reads these versions of the file format, whatever operators are in it. */
  private static final long OLDEST_FORMAT = 8;

  private static final long NEWEST_FORMAT = 10;

  private static final Set<String> AXES_BEFORE_13 = Set.of("Squeeze", "Unsqueeze", "ReduceSum");

  private static final Set<String> AXES_BEFORE_18 =
      Set.of(
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceSumSquare");

  private static final Set<String> NEED_AN_INPUT =
      Set.of("Softmax", "LogSoftmax", "Hardmax", "Upsample", "Resize");

  private final long version;
  private final String prefix;
  private final GraphProto.Builder graph;
  private final List<NodeProto> nodes = new ArrayList<>();
  private int constants;

  private OnnxUpgrade(GraphProto graph, long version, String prefix) {
    this.version = version;
    this.prefix = prefix;
    this.graph = graph.toBuilder();
  }

  /**
   * The model in the new spelling.
   *
   * @throws UnsupportedException if its operators are older than set {@value #OLDEST}
   */
  public static ModelProto of(ModelProto model) {
    long version = TARGET;
    ModelProto.Builder upgraded = model.toBuilder().clearOpsetImport().clearTrainingInfo();
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (isStandard(set.getDomain())) {
        version = set.getVersion();
      } else {
        upgraded.addOpsetImport(set);
      }
    }
    if (version < OLDEST) {
      throw new UnsupportedException(
          "its operators are of set "
              + version
              + ", and sets from "
              + OLDEST
              + " on can be read; convert it by onnx.version_converter");
    }
    if (model.getFunctionsCount() > 0) {
      throw new UnsupportedException(
          "it defines functions; write their nodes into the graph by"
              + " onnx.inliner.inline_local_functions");
    }
    return upgraded
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain("").setVersion(Math.max(version, TARGET)))
        .setIrVersion(Math.min(Math.max(model.getIrVersion(), OLDEST_FORMAT), NEWEST_FORMAT))
        .setGraph(new OnnxUpgrade(model.getGraph(), version, "upgraded/").upgraded())
        .build();
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private GraphProto upgraded() {
    for (NodeProto node : NodeOrder.sorted(graph.getNodeList())) {
      if (isStandard(node.getDomain())) {
        add(withUpgradedGraphs(node).setDomain(""));
      } else {
        nodes.add(node);
      }
    }
    graph.clearNode().addAllNode(nodes);
    // Old files list weights among the inputs as well.
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(weight -> weights.add(weight.getName()));
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(input -> !weights.contains(input.getName())).toList();
    return graph.clearInput().addAllInput(inputs).build();
  }

  /** The graphs inside a node, such as the branches of an If, are upgraded too. */
  private NodeProto.Builder withUpgradedGraphs(NodeProto node) {
    NodeProto.Builder upgraded = node.toBuilder();
    for (AttributeProto.Builder attribute : upgraded.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        String inside = prefix + nodes.size() + "/" + attribute.getName() + "/";
        attribute.setG(new OnnxUpgrade(attribute.getG(), version, inside).upgraded());
      }
    }
    return upgraded;
  }

  private void add(NodeProto.Builder node) {
    String operator = node.getOpType();
    if (node.getInputCount() == 0 && NEED_AN_INPUT.contains(operator)) {
      throw new UnsupportedException("its " + operator + " '" + node.getName() + "' has no input");
    }
    switch (operator) {
      case "Constant" -> {
        addConstant(node.build());
        return;
      }
      case "Softmax", "LogSoftmax", "Hardmax" -> {
        if (version < 13) {
          addFlatSoftmax(node);
          return;
        }
      }
      case "Slice" -> {
        if (version < 10) {
          slice(node);
        }
      }
      case "Clip" -> {
        if (version < 11) {
          realToInput(node, "min", 1);
          realToInput(node, "max", 2);
        }
      }
      case "Pad" -> {
        if (version < 11) {
          wholeToInput(node, "pads", 1);
          realToInput(node, "value", 2);
        }
      }
      case "Dropout" -> {
        if (version < 12) {
          take(node, "ratio");
        }
      }
      case "BatchNormalization" -> batchNormalization(node);
      case "Split" -> split(node);
      case "TopK" -> {
        if (version < 10) {
          AttributeProto k = take(node, "k");
          setInput(node, 1, constant(k == null ? 1 : k.getI()));
        }
      }
      case "Upsample", "Resize" -> resize(node);
      case "Scatter" -> node.setOpType("ScatterElements");
      case "RoiAlign" -> {
        if (version < 16) {
          node.addAttribute(text("coordinate_transformation_mode", "output_half_pixel"));
        }
      }
      default -> {
        if (version < 13 && AXES_BEFORE_13.contains(operator)
            || version < 18 && AXES_BEFORE_18.contains(operator)) {
          wholeToInput(node, "axes", 1);
        }
      }
    }
    nodes.add(node.build());
  }

  private void addConstant(NodeProto node) {
    AttributeProto value = node.getAttributeCount() == 1 ? node.getAttribute(0) : null;
    TensorProto tensor = value == null ? null : tensor(value);
    if (tensor == null) {
      nodes.add(node);
    } else {
      graph.addInitializer(tensor.toBuilder().setName(node.getOutput(0)));
    }
  }

  private static @Nullable TensorProto tensor(AttributeProto value) {
    return switch (value.getName()) {
      case "value" -> value.getT();
      case "value_float" -> TensorValues.real(DataType.FLOAT, new long[0], value.getF());
      case "value_floats" ->
          TensorValues.real(
              DataType.FLOAT,
              new long[] {value.getFloatsCount()},
              value.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray());
      case "value_int" -> TensorValues.whole(new long[0], value.getI());
      case "value_ints" ->
          TensorValues.whole(
              new long[] {value.getIntsCount()},
              value.getIntsList().stream().mapToLong(Long::longValue).toArray());
      default -> null;
    };
  }

  /** Up to set 12 it was that of the rows of a matrix, flattened at the axis. */
  private void addFlatSoftmax(NodeProto.Builder node) {
    AttributeProto attribute = take(node, "axis");
    long axis = attribute == null ? 1 : attribute.getI();
    node.addAttribute(integer("axis", -1));
    if (axis == -1) {
      nodes.add(node.build());
      return;
    }
    String x = node.getInput(0);
    String y = node.getOutput(0);
    nodes.add(added("Flatten", y + "/flat", x).addAttribute(integer("axis", axis)).build());
    nodes.add(node.setInput(0, y + "/flat").setOutput(0, y + "/matrix").build());
    nodes.add(added("Shape", y + "/shape", x).build());
    nodes.add(added("Reshape", y, y + "/matrix", y + "/shape").build());
  }

  private static NodeProto.Builder added(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output + "/" + operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private void slice(NodeProto.Builder node) {
    long[] starts = takeWhole(node, "starts");
    long[] ends = takeWhole(node, "ends");
    long[] axes = takeWhole(node, "axes");
    if (starts == null || ends == null) {
      throw new UnsupportedException("its Slice '" + node.getName() + "' has no starts or ends");
    }
    setInput(node, 1, constant(starts));
    setInput(node, 2, constant(ends));
    setInput(node, 3, constant(axes == null ? LongStream.range(0, starts.length).toArray() : axes));
  }

  private void batchNormalization(NodeProto.Builder node) {
    AttributeProto spatial = take(node, "spatial");
    if (spatial != null && spatial.getI() != 1) {
      throw new UnsupportedException(
          "its BatchNormalization '" + node.getName() + "' has a mean for each location");
    }
    if (version < 14) {
      String y = node.getOutput(0);
      node.clearOutput().addOutput(y);
    }
  }

  private void split(NodeProto.Builder node) {
    if (version < 13) {
      wholeToInput(node, "split", 1);
    }
    boolean equal = node.getInputCount() < 2 || node.getInput(1).isEmpty();
    if (version < 18 && equal) {
      node.addAttribute(integer("num_outputs", node.getOutputCount()));
    }
  }

  /** Upsample and the first Resize, whose pixels are placed by another rule. */
  private void resize(NodeProto.Builder node) {
    if (node.getOpType().equals("Resize") && version >= 11) {
      return;
    }
    node.setOpType("Resize");
    AttributeProto attribute = take(node, "scales");
    String scales =
        attribute == null
            ? node.getInput(Math.min(1, node.getInputCount() - 1))
            : constant(
                TensorValues.real(
                    DataType.FLOAT,
                    new long[] {attribute.getFloatsCount()},
                    attribute.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray()));
    String x = node.getInput(0);
    node.clearInput()
        .addInput(x)
        .addInput("")
        .addInput(scales)
        .addAttribute(text("coordinate_transformation_mode", "asymmetric"))
        .addAttribute(text("nearest_mode", isSmaller(node, scales) ? "ceil" : "floor"));
  }

  /**
   * Whether the first Resize makes the picture smaller: ONNX Runtime then takes the nearest pixel
   * above, and else the one below.
   */
  private boolean isSmaller(NodeProto.Builder node, String scales) {
    double[] factors =
        graph.getInitializerList().stream()
            .filter(weight -> weight.getName().equals(scales))
            .findFirst()
            .map(TensorValues::reals)
            .orElse(new double[0]);
    boolean smaller = Arrays.stream(factors).anyMatch(factor -> factor < 1);
    if (smaller && Arrays.stream(factors).anyMatch(factor -> factor > 1)) {
      throw new UnsupportedException(
          "its Resize '"
              + node.getName()
              + "' makes one side smaller and another larger, and is of an old kind; convert it to"
              + " operator set 11 or newer by onnx.version_converter");
    }
    return smaller;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private void wholeToInput(NodeProto.Builder node, String attribute, int position) {
    long[] values = takeWhole(node, attribute);
    if (values != null) {
      setInput(node, position, constant(values));
    }
  }

  private void realToInput(NodeProto.Builder node, String attribute, int position) {
    AttributeProto value = take(node, attribute);
    if (value != null) {
      setInput(
          node, position, constant(TensorValues.real(DataType.FLOAT, new long[0], value.getF())));
    }
  }

  private static void setInput(NodeProto.Builder node, int position, String tensor) {
    while (node.getInputCount() <= position) {
      node.addInput("");
    }
    node.setInput(position, tensor);
  }

  private String constant(long... values) {
    return constant(TensorValues.whole(new long[] {values.length}, values));
  }

  private String constant(TensorProto values) {
    String name = prefix + constants++;
    graph.addInitializer(values.toBuilder().setName(name));
    return name;
  }

  private static long @Nullable [] takeWhole(NodeProto.Builder node, String name) {
    long[] values = Attributes.integers(node.build(), name);
    take(node, name);
    return values;
  }

  private static @Nullable AttributeProto take(NodeProto.Builder node, String name) {
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (attribute.getName().equals(name)) {
        node.removeAttribute(i);
        return attribute;
      }
    }
    return null;
  }
}
