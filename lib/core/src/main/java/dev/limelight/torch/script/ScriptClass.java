package dev.limelight.torch.script;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A class of a TorchScript archive.
 *
 * @param name its whole name, such as {@code __torch__.torchvision.models.resnet.ResNet}
 * @param base what it is: {@code Module}, {@code NamedTuple} or nothing
 * @param attributes names and types in the order of the declaration
 * @param methods by name
 */
record ScriptClass(
    String name, String base, Map<String, String> attributes, Map<String, ScriptMethod> methods) {

  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "(?:(\\w+) : |__annotations__\\[\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"] = )(.*?)(?: = .*)?");

  boolean isModule() {
    return base.equals("Module");
  }

  /** The last part of its name, without the number that keeps equal names apart. */
  String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * Reads a class.
   *
   * @param lines the lines below {@code class NAME(BASE):}
   */
  static ScriptClass parse(String name, String base, List<String> lines) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, ScriptMethod> methods = new LinkedHashMap<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (line.startsWith("  def ")) {
        int from = at - 1;
        while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith("   "))) {
          at++;
        }
        ScriptMethod method = ScriptMethod.parse(lines.subList(from, at), name);
        methods.put(method.name(), method);
      } else {
        Matcher matcher = ATTRIBUTE.matcher(line.strip());
        if (matcher.matches()) {
          String attribute = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
          attributes.put(attribute, matcher.group(3).strip());
        }
      }
    }
    return new ScriptClass(name, base, attributes, methods);
  }
}
