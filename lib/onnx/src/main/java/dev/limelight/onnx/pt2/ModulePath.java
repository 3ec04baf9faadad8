package dev.limelight.onnx.pt2;

import java.util.ArrayList;
import java.util.List;

/** The name of a module as PyTorch's {@code named_modules()} has it. */
final class ModulePath {

  /** Where torch's exporter of ONNX keeps the modules that a node is in; OnnxNames reads it. */
  static final String SCOPES = "pkg.torch.onnx.name_scopes";

  private ModulePath() {}

  /**
   * The innermost module of a stack, such as "L__self__,,Net;L__self___fc,L['self'].fc,Linear": for
   * each module a key, its path and its class.
   */
  static String of(String stack) {
    String innermost = "";
    for (String module : stack.split(";", -1)) {
      int first = module.indexOf(',');
      int last = module.lastIndexOf(',');
      String path = first < last ? plain(module.substring(first + 1, last)) : "";
      innermost = path.isEmpty() ? innermost : path;
    }
    return innermost;
  }

  /** Without Python's ways to reach a module: L['self'].layer1[0] is layer1.0. */
  private static String plain(String path) {
    String reached = path;
    for (String before = ""; reached.contains("getattr(") && !reached.equals(before); ) {
      before = reached;
      reached = reached.replaceAll("getattr\\(([^(),]*), *['\"]?(\\w+)['\"]?\\)", "$1.$2");
    }
    return reached
        .replaceFirst("^L\\[['\"]\\w+['\"]\\]", "")
        .replaceFirst("^L__self__", "")
        .replaceAll("\\._modules\\[", "[")
        .replaceAll("@\\d+", "")
        .replaceAll("\\[['\"]?", ".")
        .replaceAll("[^\\w.]", "")
        .replaceAll("\\.+", ".")
        .replaceAll("^\\.|\\.$", "");
  }

  /** The list of all modules around a node, and the node, as torch's exporter writes it. */
  static String scopes(String module, String node) {
    List<String> scopes = new ArrayList<>();
    scopes.add("''");
    for (int dot = module.indexOf('.'); dot > 0; dot = module.indexOf('.', dot + 1)) {
      scopes.add("'" + module.substring(0, dot) + "'");
    }
    if (!module.isEmpty()) {
      scopes.add("'" + module + "'");
    }
    scopes.add("'" + node + "'");
    return scopes.toString();
  }
}
