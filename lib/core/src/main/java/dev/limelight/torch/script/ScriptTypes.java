package dev.limelight.torch.script;

import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The types of the variables of TorchScript code, which writes down only a few of them. Null is a
 * type that is not known.
 */
final class ScriptTypes {

  static final String TENSOR = "Tensor";
  static final String TENSORS = "List[Tensor]";

  private static final Set<String> COMPARISONS =
      Set.of("eq", "ne", "lt", "le", "gt", "ge", "__not__", "__is__", "__isnot__", "__contains__");
  private static final Set<String> LISTS =
      Set.of("chunk", "split", "split_with_sizes", "tensor_split", "unbind", "meshgrid");
  private static final Set<String> FACTORIES =
      Set.of("zeros", "ones", "full", "empty", "arange", "linspace", "eye", "rand", "tensor");
  private static final Set<String> CASTS = Set.of("annotate", "unchecked_cast", "uninitialized");
  private static final Set<String> FRACTIONS = Set.of("div", "truediv", "sqrt", "pow");
  private static final Pattern METHOD = Pattern.compile("\\((.+)\\)\\.(\\w+)");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");
  private static final Pattern FRACTION = Pattern.compile("-?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?");

  private final ScriptCode code;
  private final ScriptModules modules;
  private final Map<String, String> known = new HashMap<>();

  /**
   * @param modules the modules by the text that names them
   */
  ScriptTypes(ScriptCode code, ScriptModules modules) {
    this.code = code;
    this.modules = modules;
  }

  void set(String variable, String type) {
    known.put(variable, type);
  }

  @Nullable String get(String variable) {
    return known.get(variable);
  }

  /** Learns the types of the variables that a statement assigns, inside too. */
  void learn(ScriptStatement statement) {
    ScriptStatement.Assignment assignment = statement.assignment();
    if (assignment != null) {
      String type = assignment.type() != null ? assignment.type() : of(assignment.value());
      List<String> targets = assignment.targets();
      boolean one = targets.size() == 1 && !statement.text().startsWith(targets.get(0) + ", =");
      for (int i = 0; i < targets.size(); i++) {
        String part = one ? type : element(type, i);
        // A branch that gives nothing does not know better than the other.
        if (part != null && !part.equals("NoneType") || !known.containsKey(targets.get(i))) {
          known.put(targets.get(i), part);
        }
      }
    } else if (statement.text().startsWith("for ") && statement.text().contains(" in range(")) {
      statement.assigned().forEach(name -> known.putIfAbsent(name, "int"));
    }
    statement.body().forEach(this::learn);
    statement.otherwise().forEach(this::learn);
  }

  /** The type of an expression. */
  @Nullable String of(String expression) {
    String text = expression.strip();
    List<String> words = ScriptTokens.of(text);
    if (words.isEmpty()) {
      return null;
    }
    if (words.size() == 1) {
      return word(text);
    }
    int last = words.size() - 1;
    if (words.get(last).equals(")")) {
      int open = opening(words, last);
      String callee = String.join("", words.subList(0, open));
      String inside = String.join("", words.subList(open + 1, last));
      return callee.isEmpty() ? bracketed(inside) : call(callee, ScriptTokens.split(inside));
    }
    if (words.get(last).equals("]")) {
      int open = opening(words, last);
      if (open == 0) {
        List<String> items = ScriptTokens.split(String.join("", words.subList(1, last)));
        String item = items.isEmpty() ? null : of(items.get(0));
        return item == null ? null : "List[" + item + "]";
      }
      return element(of(String.join("", words.subList(0, open))), 0);
    }
    if (FRACTION.matcher(text).matches()) {
      return NUMBER.matcher(text).matches() ? "int" : "float";
    }
    int dot = words.lastIndexOf(".");
    return dot > 0 ? attribute(words, dot) : null;
  }

  private @Nullable String word(String word) {
    if (word.equals("True") || word.equals("False")) {
      return "bool";
    }
    if (word.equals("None")) {
      return "NoneType";
    }
    if (word.startsWith("\"") || word.startsWith("'")) {
      return "str";
    }
    if (FRACTION.matcher(word).matches()) {
      return NUMBER.matcher(word).matches() ? "int" : "float";
    }
    return known.get(word);
  }

  private @Nullable String attribute(List<String> words, int dot) {
    String receiver = String.join("", words.subList(0, dot));
    if (receiver.equals("CONSTANTS")) {
      return TENSOR;
    }
    ScriptClass module = modules.type(receiver);
    String type = module == null ? null : module.attributes().get(words.get(dot + 1));
    return type != null && type.startsWith("Final[")
        ? type.substring("Final[".length(), type.length() - 1)
        : type;
  }

  private @Nullable String bracketed(String inside) {
    List<String> items = ScriptTokens.split(inside);
    if (items.size() == 1 && !inside.stripTrailing().endsWith(",")) {
      return of(items.get(0));
    }
    List<String> types = new ArrayList<>();
    for (String item : items) {
      types.add(String.valueOf(of(item)));
    }
    return types.contains("null") ? null : "Tuple[" + String.join(", ", types) + "]";
  }

  private @Nullable String call(String callee, List<String> arguments) {
    Matcher method = METHOD.matcher(callee);
    ScriptClass type = method.matches() ? modules.type(method.group(1)) : null;
    if (type != null) {
      ScriptMethod called = type.methods().get(method.group(2));
      return called == null ? null : called.returns();
    }
    if (CASTS.contains(callee)) {
      return arguments.get(0);
    }
    if (Set.of("int", "float", "bool", "str").contains(callee)) {
      return callee;
    }
    if (callee.equals("ops.prim.NumToTensor")) {
      return TENSOR;
    }
    if (callee.startsWith("__torch__.")) {
      ScriptMethod function = code.function(callee);
      return function != null ? function.returns() : code.find(callee) != null ? callee : null;
    }
    if (callee.startsWith("torch.") || callee.startsWith("ops.torchvision.")) {
      return builtin(callee.substring(callee.lastIndexOf('.') + 1), arguments);
    }
    return null;
  }

  private @Nullable String builtin(String name, List<String> arguments) {
    switch (name) {
      case "len", "dim", "numel":
        return "int";
      case "size":
        return arguments.size() == 2 ? "int" : "List[int]";
      case "format":
        return "str";
      case "is_floating_point":
        return "bool";
      default:
        break;
    }
    if (LISTS.contains(name)) {
      return TENSORS;
    }
    List<String> types = new ArrayList<>();
    for (String argument : arguments) {
      types.add(String.valueOf(of(argument.replaceFirst("^\\w+=(?!=)", ""))));
    }
    boolean identity = name.equals("__is__") || name.equals("__isnot__");
    if (!identity && (types.contains(TENSOR) || types.contains(TENSORS))
        || FACTORIES.contains(name)) {
      return TENSOR;
    }
    if (COMPARISONS.contains(name)) {
      return "bool";
    }
    if (types.contains("null")) {
      return null;
    }
    if (types.stream().anyMatch(t -> !Set.of("int", "float", "bool").contains(t))) {
      return null;
    }
    return types.contains("float") || FRACTIONS.contains(name) ? "float" : "int";
  }

  /** The type of a part of a tuple or list; of a tensor that is taken apart, a tensor. */
  @Nullable String element(@Nullable String type, int index) {
    if (type == null || type.equals(TENSOR)) {
      return type;
    }
    if (type.startsWith("List[")) {
      return type.substring("List[".length(), type.length() - 1);
    }
    if (type.startsWith("Tuple[")) {
      List<String> parts = ScriptTokens.split(type.substring("Tuple[".length(), type.length() - 1));
      return index < parts.size() ? parts.get(index) : null;
    }
    ScriptClass named = code.find(type);
    if (named != null && named.base().equals("NamedTuple")) {
      return named.attributes().values().stream().skip(index).findFirst().orElse(null);
    }
    return null;
  }

  private static int opening(List<String> words, int closing) {
    for (int i = 0; i < closing; i++) {
      if (("([{".contains(words.get(i))) && ScriptTokens.closing(words, i) == closing) {
        return i;
      }
    }
    return 0;
  }
}
