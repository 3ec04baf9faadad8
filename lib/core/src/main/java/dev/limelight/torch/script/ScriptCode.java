package dev.limelight.torch.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The code of a TorchScript archive: classes and functions by their whole names. */
final class ScriptCode {

  private static final Pattern HEAD = Pattern.compile("class (\\w+)(?:\\((\\w*)\\))?:");

  private final Map<String, String> files;
  private final Map<String, ScriptClass> classes = new HashMap<>();
  private final Map<String, ScriptMethod> functions = new HashMap<>();
  private final Map<String, Boolean> read = new HashMap<>();

  /**
   * @param files the text of each {@code .py} by its path below {@code code/}
   */
  ScriptCode(Map<String, String> files) {
    this.files = files;
  }

  /** The class of that name, or null. */
  @Nullable ScriptClass find(String name) {
    read(name);
    return classes.get(name);
  }

  /** The function of that name, or null. */
  @Nullable ScriptMethod function(String name) {
    read(name);
    return functions.get(name);
  }

  /** The file of a class or function. */
  static String file(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name + ".py" : name.substring(0, dot).replace('.', '/') + ".py";
  }

  /**
   * The text of a class's file with methods at the end of that class.
   *
   * @param type the whole name of the class
   */
  static String with(String text, String type, String methods) {
    String head = "class " + type.substring(type.lastIndexOf('.') + 1) + "(Module):";
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int at = lines.indexOf(head) + 1;
    while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith(" "))) {
      at++;
    }
    while (lines.get(at - 1).isBlank()) {
      at--;
    }
    lines.add(at, methods.stripTrailing());
    return String.join("\n", lines);
  }

  private void read(String name) {
    String file = file(name);
    if (!files.containsKey(file) || read.put(file, true) != null) {
      return;
    }
    String module = name.substring(0, name.lastIndexOf('.') + 1);
    List<String> block = new ArrayList<>();
    for (String line : files.get(file).split("\n", -1)) {
      if (!line.isBlank() && !Character.isWhitespace(line.charAt(0))) {
        keep(module, block);
        block = new ArrayList<>();
      }
      block.add(line);
    }
    keep(module, block);
  }

  private void keep(String module, List<String> block) {
    if (block.isEmpty()) {
      return;
    }
    Matcher head = HEAD.matcher(block.get(0));
    if (head.matches()) {
      String name = module + head.group(1);
      String base = head.group(2) == null ? "" : head.group(2);
      classes.put(name, ScriptClass.parse(name, base, block.subList(1, block.size())));
    } else if (block.get(0).startsWith("def ")) {
      ScriptMethod function = ScriptMethod.parse(block, null);
      functions.put(module + function.name(), function);
    }
  }

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
          while (at < lines.size()
              && (lines.get(at).isBlank() || lines.get(at).startsWith("   "))) {
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
}
