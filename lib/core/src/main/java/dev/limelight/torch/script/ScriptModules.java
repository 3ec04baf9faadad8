package dev.limelight.torch.script;

import dev.limelight.torch.PythonDict;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The modules of a TorchScript model by the text that names them, such as {@code self.layer1}. */
final class ScriptModules {

  /**
   * A module.
   *
   * @param path its path, such as {@code layer1.0}
   * @param expression the text that names it
   * @param type its class
   * @param values its attributes as far as they are known
   */
  record Module(String path, String expression, ScriptClass type, PythonDict values) {}

  private static final Pattern ATTRIBUTE =
      Pattern.compile("(.+)\\.(\\w+)|getattr\\((.+), \"(.+)\"\\)", Pattern.DOTALL);

  private final ScriptCode code;
  private final Map<String, Module> modules = new HashMap<>();

  ScriptModules(ScriptCode code) {
    this.code = code;
  }

  Module add(String path, String expression, ScriptClass type, PythonDict values) {
    Module module = new Module(path, expression, type, values);
    modules.put(expression, module);
    return module;
  }

  /** Whether a module of that path was named so far. */
  boolean has(String path) {
    return modules.values().stream().anyMatch(module -> module.path().equals(path));
  }

  /** The class of the module that an expression names, or null. */
  @Nullable ScriptClass type(String expression) {
    Module module = resolve(expression);
    return module == null ? null : module.type();
  }

  /** Whether a method of a module is called somewhere in a text. */
  boolean calledIn(String text) {
    return !called(text).isEmpty();
  }

  /** The classes of the modules of which a method is called somewhere in a text. */
  List<ScriptClass> called(String text) {
    List<ScriptClass> called = new ArrayList<>();
    List<String> words = ScriptTokens.of(text);
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("(")) {
        int close = ScriptTokens.closing(words, i);
        if (close + 1 < words.size() && words.get(close + 1).equals(".")) {
          ScriptClass type = type(String.join("", words.subList(i + 1, close)));
          if (type != null) {
            called.add(type);
          }
        }
      }
    }
    return called;
  }

  /** The module that an expression names, or null. */
  @Nullable Module resolve(String expression) {
    Module found = modules.get(expression);
    if (found != null) {
      return found;
    }
    Part part = part(expression);
    if (part == null) {
      return null;
    }
    Module owner = part.owner();
    String name = part.name();
    String type = owner.type().attributes().get(name);
    ScriptClass child = type == null || !type.startsWith("__torch__.") ? null : code.find(type);
    if (child == null || !child.isModule()) {
      return null;
    }
    return add(
        owner.path().isEmpty() ? name : owner.path() + "." + name,
        expression,
        child,
        owner.values().items().get(name) instanceof PythonDict inner ? inner : new PythonDict());
  }

  /** The value of an attribute such as {@code self.layer1.stride}, or null. */
  @Nullable Object attribute(String expression) {
    Part part = part(expression);
    if (part == null) {
      return null;
    }
    return part.name().equals("training")
        ? Boolean.FALSE
        : part.owner().values().items().get(part.name());
  }

  /** The path of an attribute such as {@code layer1.stride}, or null. */
  @Nullable String path(String expression) {
    Part part = part(expression);
    if (part == null) {
      return null;
    }
    String owner = part.owner().path();
    return owner.isEmpty() ? part.name() : owner + "." + part.name();
  }

  /** An attribute of a module. */
  private record Part(Module owner, String name) {}

  /** The attribute and its module that an expression names, or null. */
  private @Nullable Part part(String expression) {
    Matcher matcher = ATTRIBUTE.matcher(expression);
    if (!matcher.matches()) {
      return null;
    }
    boolean plain = matcher.group(1) != null;
    Module owner = resolve(plain ? matcher.group(1) : matcher.group(3));
    return owner == null ? null : new Part(owner, plain ? matcher.group(2) : matcher.group(4));
  }

  /** Whether objects of a class contain modules. */
  boolean holdsModules(ScriptClass type) {
    return type.attributes().values().stream()
        .filter(t -> t.startsWith("__torch__."))
        .map(code::find)
        .anyMatch(t -> t != null && t.isModule());
  }
}
