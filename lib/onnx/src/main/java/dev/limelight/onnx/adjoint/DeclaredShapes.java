package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The dimensions that a file itself declares for its tensors. PyTorch's newer exporter knows many
 * that cannot be inferred from the nodes, such as {@code 64*batch} behind a computed reshape.
 */
final class DeclaredShapes {

  private static final Pattern NOT_A_NAME = Pattern.compile("\\W+|\\b\\d\\w*");

  private final Map<String, List<Dimension>> declared = new HashMap<>();
  private final Set<String> ofInputs = new HashSet<>();

  DeclaredShapes(GraphProto graph) {
    for (ValueInfoProto input : graph.getInputList()) {
      for (Dimension dimension : dimensions(input)) {
        ofInputs.add(dimension.symbol());
      }
    }
    ofInputs.remove("");
    for (ValueInfoProto value : graph.getValueInfoList()) {
      declared.put(value.getName(), dimensions(value));
    }
  }

  private static List<Dimension> dimensions(ValueInfoProto value) {
    return dimensions(value.getType().getTensorType().getShape());
  }

  static List<Dimension> dimensions(TensorShapeProto shape) {
    List<Dimension> dimensions = new ArrayList<>();
    for (TensorShapeProto.Dimension each : shape.getDimList()) {
      boolean known = each.hasDimValue() && each.getDimValue() >= 0;
      dimensions.add(new Dimension(known ? each.getDimValue() : -1, each.getDimParam()));
    }
    return dimensions;
  }

  /**
   * Fills in dimensions that are open. Files are edited and their declarations forgotten: if one
   * contradicts what was inferred, none is believed.
   */
  void complete(Map<String, TensorType> inferred) {
    Map<String, TensorType> completed = new HashMap<>();
    for (Map.Entry<String, List<Dimension>> entry : declared.entrySet()) {
      TensorType type = inferred.get(entry.getKey());
      if (type != null && type.dimensions().size() == entry.getValue().size()) {
        List<Dimension> all = new ArrayList<>();
        for (int i = 0; i < entry.getValue().size(); i++) {
          Dimension found = type.dimensions().get(i);
          Dimension said = entry.getValue().get(i);
          if (contradicts(found, said)) {
            return;
          }
          all.add(isOpen(found) && isMeaningful(said) ? said : found);
        }
        completed.put(entry.getKey(), new TensorType(type.type(), all));
      }
    }
    inferred.putAll(completed);
  }

  private boolean contradicts(Dimension found, Dimension said) {
    if (found.isKnown()) {
      return said.isKnown() && found.size() != said.size();
    }
    return ofInputs.contains(found.symbol())
        && (said.isKnown() || isMeaningful(said) && !said.equals(found));
  }

  private static boolean isOpen(Dimension found) {
    return !found.isKnown() && found.symbol().isEmpty();
  }

  /** Whether it is a number, or computed from the inputs' dimensions alone. */
  private boolean isMeaningful(Dimension said) {
    if (said.isKnown()) {
      return true;
    }
    for (String name : NOT_A_NAME.split(said.symbol())) {
      if (!name.isEmpty() && !ofInputs.contains(name)) {
        return false;
      }
    }
    return !said.symbol().isEmpty();
  }
}
