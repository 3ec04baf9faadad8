package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import dev.limelight.torch.script.ScriptStatement.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How often code runs, and what grows in its loops, before PyTorch sees it. The turns of loops in
 * one another and of methods that loops call are multiplied. Each loop is followed with sizes
 * instead of values: at its beginning each variable has the size 1, joining adds sizes, copying
 * multiplies them, and all else gives the largest of what it takes. Channels that a convolution or
 * a linear layer reads do not add up, as it gives a fixed number of them. Where the number of turns
 * is not known, it counts as the length of a tensor.
 */
final class ScriptLoops {

  private static final double MOST_TURNS = 100_000;

  /** Statements that run for one picture: some seconds of the interpreter alone. */
  private static final double MOST_STATEMENTS = 1_000_000;

  /** The largest size, where a picture is 1. */
  private static final double MOST_GROWTH = 4096;

  private static final Pattern LOOP = Pattern.compile("for \\w+ in range\\((.*)\\):");
  private static final String COUNTED = "while ";
  private static final String FUNCTION = "__torch__.";
  private static final Set<String> JOINS =
      Set.of("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "block_diag");
  private static final Set<String> COPIES = Set.of("repeat", "tile", "repeat_interleave");
  private static final Set<String> PRODUCTS = Set.of("outer", "ger", "kron", "cartesian_prod");
  private static final Set<String> ADDS = Set.of("append", "extend", "insert");
  private static final Set<String> CONVOLUTIONS =
      Set.of("conv1d", "conv2d", "conv3d", "_convolution", "convolution", "linear", "addmm");

  /**
   * The size of a value.
   *
   * @param size beside that of its channels; of a list, that of all items
   * @param item of a list the size of its largest item, otherwise the same
   * @param channels how many times as many as at the beginning
   * @param list whether it is a list or a text, which grows by being added
   */
  private record Value(double size, double item, double channels, boolean list) {

    private static final Value NOTHING = new Value(0, 0, 1, false);
    private static final Value ONE = new Value(1, 1, 1, false);
    private static final Value LIST = new Value(1, 1, 1, true);
    private static final Value EMPTY = new Value(0, 0, 1, true);

    Value larger(Value other) {
      return new Value(
          Math.max(size, other.size),
          Math.max(item, other.item),
          Math.max(channels, other.channels),
          list || other.list);
    }

    /** A list of both. */
    Value joined(Value other) {
      return new Value(
          size + other.size, Math.max(item, other.item), Math.max(channels, other.channels), true);
    }

    Value times(double factor) {
      double times = Math.max(1, factor);
      return new Value(size * times, list ? item : item * times, channels, list);
    }

    /** The tensor that a list's items are joined to. */
    Value tensor(boolean ofChannels) {
      return ofChannels && item > 0
          ? new Value(item, item, channels * size / item, false)
          : new Value(size, size, channels, false);
    }

    double total() {
      return size * channels;
    }
  }

  /** What is known of a method before it runs. */
  private final class Frame {

    private final ScriptMethod method;
    private final ScriptModules modules = new ScriptModules(code);
    private final ScriptConstants constants =
        new ScriptConstants(modules::attribute, (double) ScriptSizes.LENGTH);
    private final Map<String, String> functions = new HashMap<>();
    private final Map<ScriptStatement, Double> turns = new IdentityHashMap<>();
    private final Map<ScriptStatement, Expression> parsed = new IdentityHashMap<>();
    private final Set<String> lists = new HashSet<>();
    private double work = -1;

    Frame(ScriptMethod method, ScriptModules.@Nullable Module owner) throws MalformedFileException {
      this.method = method;
      if (owner != null) {
        modules.add(owner.path(), "self", owner.type(), owner.values());
      }
      for (ScriptMethod.Parameter parameter : method.parameters()) {
        if (isList(parameter.type())) {
          lists.add(parameter.name());
        }
      }
      learn(method.body());
    }

    private static boolean isList(String type) {
      return type.startsWith("List[") || type.equals("str");
    }

    private void learn(List<ScriptStatement> statements) throws MalformedFileException {
      for (ScriptStatement statement : statements) {
        ScriptStatement.Assignment assignment = statement.assignment();
        String value = assignment == null ? statement.text() : assignment.value();
        Matcher loop = LOOP.matcher(statement.text());
        if (loop.matches()) {
          turns.put(statement, turns(loop.group(1)));
        } else if (statement.text().startsWith(COUNTED)) {
          // Once for each item of a list, as what else loops was refused before.
          turns.put(statement, (double) ScriptSizes.LENGTH);
        } else {
          parsed.put(statement, Expression.parse(value));
        }
        if (assignment != null && assignment.targets().size() == 1) {
          String target = assignment.targets().get(0);
          boolean declared = assignment.type() != null && isList(assignment.type());
          if (declared || value.matches("[\\[\"'].*|annotate\\((List\\[|str,).*")) {
            lists.add(target);
          }
          ScriptModules.Module module = modules.resolve(value);
          if (module != null) {
            modules.add(module.path(), target, module.type(), module.values());
          } else if (value.startsWith(FUNCTION) && !value.contains("(")) {
            functions.put(target, value);
          }
        }
        constants.learn(statement);
        learn(statement.body());
        learn(statement.otherwise());
        if (statement.isCompound()) {
          constants.learn(statement);
        }
      }
    }

    private double turns(String number) throws MalformedFileException {
      double found = constants.of(number) instanceof Double known ? known : ScriptSizes.LENGTH;
      if (found > MOST_TURNS) {
        throw refused(String.format(Locale.ROOT, "a loop of %.0f turns", found));
      }
      return Math.max(0, found);
    }

    /** The method that an expression calls, if it is one of the file's. */
    @Nullable Frame called(Expression call) throws MalformedFileException {
      if (call.object() != null) {
        ScriptModules.Module module = modules.resolve(call.object());
        ScriptMethod found = module == null ? null : module.type().methods().get(call.name());
        return module == null || found == null ? null : frame(found, module);
      }
      String name = functions.getOrDefault(call.name(), call.name());
      ScriptMethod found = name.startsWith(FUNCTION) ? code.function(name) : null;
      return found == null ? null : frame(found, null);
    }
  }

  private final ScriptCode code;
  private final Map<Object, Map<String, Frame>> frames = new IdentityHashMap<>();
  private final Set<Frame> running = new HashSet<>();

  private ScriptLoops(ScriptCode code) {
    this.code = code;
  }

  /**
   * Checks a model.
   *
   * @throws MalformedFileException if it would run for too long or take too much memory
   */
  static void check(ScriptCode code, ScriptClass top, PythonDict values)
      throws MalformedFileException {
    ScriptMethod forward = top.methods().get("forward");
    if (forward != null) {
      ScriptLoops loops = new ScriptLoops(code);
      ScriptModules.Module model = new ScriptModules(code).add("", "self", top, values);
      loops.work(loops.frame(forward, model));
    }
  }

  private Frame frame(ScriptMethod method, ScriptModules.@Nullable Module owner)
      throws MalformedFileException {
    // Objects of one class have values of their own, where they are known.
    Object key =
        owner == null ? code : owner.values().items().isEmpty() ? owner.type() : owner.values();
    Map<String, Frame> own = frames.computeIfAbsent(key, k -> new HashMap<>());
    String name = owner == null ? method.hashCode() + method.name() : method.name();
    Frame found = own.get(name);
    if (found == null) {
      found = new Frame(method, owner);
      own.put(name, found);
    }
    return found;
  }

  /** The statements that run, counted once for each time. */
  private double work(Frame frame) throws MalformedFileException {
    if (frame.work < 0 && running.add(frame)) {
      frame.work = work(frame, frame.method.body(), false);
      running.remove(frame);
    }
    return Math.max(0, frame.work);
  }

  private double work(Frame frame, List<ScriptStatement> statements, boolean inLoop)
      throws MalformedFileException {
    double all = 0;
    for (ScriptStatement statement : statements) {
      Double turns = frame.turns.get(statement);
      if (turns == null) {
        Expression expression = frame.parsed.get(statement);
        all += 1 + (expression == null ? 0 : calls(frame, expression));
        all += work(frame, statement.body(), inLoop) + work(frame, statement.otherwise(), inLoop);
      } else {
        all += 1 + turns * work(frame, statement.body(), true);
      }
      if (all > MOST_STATEMENTS) {
        throw refused(
            String.format(Locale.ROOT, "loops and calls that run %.0f statements or more", all));
      }
      if (turns != null && !inLoop) {
        follow(frame, List.of(statement), new HashMap<>());
      }
    }
    return all;
  }

  private double calls(Frame frame, Expression expression) throws MalformedFileException {
    double all = 0;
    Frame called = frame.called(expression);
    if (called != null) {
      all += work(called);
    }
    for (Expression part : expression.parts()) {
      all += calls(frame, part);
    }
    return all;
  }

  /** Follows statements with sizes; gives that of what is returned. */
  private Value follow(Frame frame, List<ScriptStatement> statements, Map<String, Value> sizes)
      throws MalformedFileException {
    Value returned = Value.NOTHING;
    for (ScriptStatement statement : statements) {
      Double turns = frame.turns.get(statement);
      if (turns != null) {
        for (int i = 0; i < turns; i++) {
          returned = returned.larger(follow(frame, statement.body(), sizes));
        }
        continue;
      }
      Expression expression = frame.parsed.get(statement);
      Value value = expression == null ? Value.NOTHING : size(frame, expression, sizes);
      if (value.total() > MOST_GROWTH) {
        throw refused(
            String.format(
                Locale.ROOT,
                "a loop in which a value grows to more than %.0f times its size",
                MOST_GROWTH));
      }
      ScriptStatement.Assignment assignment = statement.assignment();
      if (assignment != null) {
        assignment.targets().forEach(target -> sizes.put(target, value));
      } else if (statement.isReturn()) {
        returned = returned.larger(value);
      }
      returned = returned.larger(follow(frame, statement.body(), sizes));
      returned = returned.larger(follow(frame, statement.otherwise(), sizes));
    }
    return returned;
  }

  private Value size(Frame frame, Expression one, Map<String, Value> sizes)
      throws MalformedFileException {
    switch (one.kind()) {
      case NUMBER:
        return Value.NOTHING;
      case TEXT:
        return Value.LIST;
      case NAME:
        return sizes.getOrDefault(
            one.name(), frame.lists.contains(one.name()) ? Value.LIST : Value.ONE);
      default:
        break;
    }
    List<Value> parts = new ArrayList<>();
    for (Expression part : one.parts()) {
      parts.add(size(frame, part, sizes));
    }
    Value largest = parts.stream().reduce(Value.NOTHING, Value::larger);
    if (one.kind() == Expression.Kind.LIST) {
      return parts.stream().reduce(Value.EMPTY, Value::joined);
    }
    if (one.kind() != Expression.Kind.CALL) {
      return largest;
    }
    Frame called = frame.called(one);
    if (called != null) {
      return running.add(called) ? inside(called, parts) : largest;
    }
    Value grown = grown(frame, one, parts, largest);
    if (ADDS.contains(one.operator()) && !one.parts().isEmpty()) {
      sizes.put(one.parts().get(0).name(), grown);
    }
    return grown;
  }

  private Value inside(Frame called, List<Value> arguments) throws MalformedFileException {
    Map<String, Value> sizes = new HashMap<>();
    List<ScriptMethod.Parameter> parameters = called.method.parameters();
    for (int i = 0; i < Math.min(parameters.size(), arguments.size()); i++) {
      sizes.put(parameters.get(i).name(), arguments.get(i));
    }
    try {
      return follow(called, called.method.body(), sizes);
    } finally {
      running.remove(called);
    }
  }

  private static Value grown(Frame frame, Expression call, List<Value> parts, Value largest) {
    String operator = call.operator();
    Value first = parts.isEmpty() ? Value.NOTHING : parts.get(0);
    if (JOINS.contains(operator)) {
      return joined(frame, call, first);
    }
    if (COPIES.contains(operator)) {
      return first.times(copies(frame, call.parts().subList(1, call.parts().size())));
    }
    if (operator.startsWith("upsample_")) {
      // Factors, which stand where the size is not given.
      boolean factors = call.parts().size() > 1 && call.parts().get(1).name().equals("None");
      return factors
          ? first.times(copies(frame, call.parts().subList(2, call.parts().size())))
          : first;
    }
    if (PRODUCTS.contains(operator)) {
      return largest.times(ScriptSizes.LENGTH);
    }
    if (operator.equals("mul") && largest.list()) {
      return largest.times(copies(frame, call.parts()));
    }
    if (ADDS.contains(operator) || operator.equals("add") && largest.list()) {
      return parts.stream().reduce(Value.EMPTY, Value::joined);
    }
    return CONVOLUTIONS.contains(operator)
        ? new Value(largest.size(), largest.item(), 1, false)
        : largest;
  }

  private static Value joined(Frame frame, Expression call, Value parts) {
    Object axis = call.parts().size() < 2 ? null : number(frame, call.parts().get(1));
    boolean ofChannels = Double.valueOf(1).equals(axis) || Double.valueOf(-1).equals(axis);
    return parts.tensor(ofChannels && !call.operator().equals("stack"));
  }

  /** The product of the numbers in lists, or of single ones. */
  private static double copies(Frame frame, List<Expression> arguments) {
    double all = 1;
    for (Expression one : arguments) {
      boolean list = one.kind() == Expression.Kind.LIST;
      double own =
          list
              ? copies(frame, one.parts())
              : number(frame, one) instanceof Double known ? Math.abs(known) : 1;
      all *= Math.max(1, own);
    }
    return all;
  }

  private static @Nullable Object number(Frame frame, Expression one) {
    return frame.constants.of(one.name());
  }

  private static MalformedFileException refused(String what) {
    return new MalformedFileException(
        "has code with "
            + Names.printable(what)
            + "; it was not run, as it may never end or need too much memory");
  }
}
