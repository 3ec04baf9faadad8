package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sizes that code asks for. A call such as {@code torch.zeros([100000, 100000])} asks for more
 * memory than there is; the numbers in the calls that make much of little are bounded before
 * PyTorch sees them. Whole numbers are computed as the code does, and the lengths of tensors, which
 * are not known before a run, count as {@value #LENGTH}, so that few of them may be multiplied.
 */
final class ScriptSizes {

  /** Values of a tensor: 512 MiB of float32. */
  private static final double MOST_VALUES = 1L << 27;

  /** Pixels of a side, and copies of a tensor. */
  private static final double LONGEST_SIDE = 16_384;

  /** What the length of a tensor counts as: that of a map of features. */
  static final int LENGTH = 14;

  private static final Pattern CALL = Pattern.compile("\\btorch\\.(\\w+)\\(");
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])-?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?");
  private static final Pattern LITERAL =
      Pattern.compile("\\[[-\\d., eE+]*]|-?\\d[\\d.]*(?:[eE][-+]?\\d+)?");
  private static final Pattern ASSIGNED =
      Pattern.compile("(?m)^ *(\\w+)(?: *: *[\\w\\[\\], .]+)? = (.{1,1000})$");
  private static final Pattern FUNCTION =
      Pattern.compile("(?:torch\\.|ops\\.prim\\.)?(\\w+)\\((.*)\\)");

  /** A call of a function that makes much of little is shorter. */
  private static final int LONGEST_CALL = 10_000;

  /**
   * What a call may ask for.
   *
   * @param ofLists whether its lists of numbers say it, or its single numbers
   * @param size what they ask for
   */
  private record Bound(boolean ofLists, ToDoubleFunction<List<Double>> size, double most) {

    double of(List<String> arguments) {
      List<List<Double>> numbers =
          arguments.stream()
              .filter(argument -> argument.startsWith("[") == ofLists)
              .map(ScriptSizes::numbers)
              .toList();
      return ofLists
          ? numbers.stream().mapToDouble(size).max().orElse(0)
          : size.applyAsDouble(numbers.stream().flatMap(List::stream).toList());
    }
  }

  private static final Bound SHAPE = new Bound(true, ScriptSizes::product, MOST_VALUES);
  private static final Bound COPIES = new Bound(true, ScriptSizes::product, LONGEST_SIDE);
  private static final Bound SIDES = new Bound(true, ScriptSizes::longest, LONGEST_SIDE);
  private static final Bound NUMBERS = new Bound(false, ScriptSizes::product, LONGEST_SIDE);

  private static final Bound TABLE = new Bound(false, ScriptSizes::product, MOST_VALUES);

  private static final Map<String, Bound> BOUNDS =
      Map.ofEntries(
          Map.entry("zeros", SHAPE),
          Map.entry("ones", SHAPE),
          Map.entry("full", SHAPE),
          Map.entry("empty", SHAPE),
          Map.entry("rand", SHAPE),
          Map.entry("randn", SHAPE),
          Map.entry("new_zeros", SHAPE),
          Map.entry("new_ones", SHAPE),
          Map.entry("new_full", SHAPE),
          Map.entry("new_empty", SHAPE),
          Map.entry("resize_", SHAPE),
          Map.entry("empty_strided", SHAPE),
          Map.entry("new_empty_strided", SHAPE),
          Map.entry("expand", SHAPE),
          Map.entry("broadcast_to", SHAPE),
          Map.entry("repeat", COPIES),
          Map.entry("tile", COPIES),
          Map.entry("pad", SIDES),
          Map.entry("constant_pad_nd", SIDES),
          Map.entry("reflection_pad2d", SIDES),
          Map.entry("replication_pad2d", SIDES),
          Map.entry("reflection_pad1d", SIDES),
          Map.entry("replication_pad1d", SIDES),
          Map.entry("reflection_pad3d", SIDES),
          Map.entry("replication_pad3d", SIDES),
          Map.entry("col2im", SIDES),
          Map.entry("upsample_nearest1d", SIDES),
          Map.entry("upsample_linear1d", SIDES),
          Map.entry("upsample_nearest3d", SIDES),
          Map.entry("upsample_trilinear3d", SIDES),
          Map.entry("upsample_nearest2d", SIDES),
          Map.entry("upsample_bilinear2d", SIDES),
          Map.entry("upsample_bicubic2d", SIDES),
          Map.entry("adaptive_avg_pool2d", SIDES),
          Map.entry("adaptive_max_pool2d", SIDES),
          Map.entry("_convolution", SIDES),
          Map.entry("conv2d", SIDES),
          Map.entry("conv_transpose2d", SIDES),
          Map.entry("one_hot", NUMBERS),
          Map.entry("repeat_interleave", NUMBERS),
          Map.entry("eye", NUMBERS),
          Map.entry("tril_indices", TABLE),
          Map.entry("triu_indices", TABLE),
          Map.entry("hann_window", TABLE),
          Map.entry("hamming_window", TABLE),
          Map.entry("blackman_window", TABLE),
          Map.entry("kaiser_window", TABLE),
          Map.entry("range", new Bound(false, ScriptSizes::steps, MOST_VALUES)),
          Map.entry("arange", new Bound(false, ScriptSizes::steps, MOST_VALUES)),
          Map.entry("linspace", new Bound(false, ScriptSizes::third, MOST_VALUES)),
          Map.entry("logspace", new Bound(false, ScriptSizes::third, MOST_VALUES)));

  private final String file;
  private final String text;
  private final Map<String, String> constants = new HashMap<>();

  /** Names whose value is at least the known one. */
  private final Set<String> estimates = new HashSet<>();

  private ScriptSizes(String file, String text) {
    this.file = file;
    this.text = text;
    Matcher assigned = ASSIGNED.matcher(text);
    while (assigned.find()) {
      String name = assigned.group(1);
      String value = value(assigned.group(2), true);
      if (value != null) {
        if (value(assigned.group(2), false) == null) {
          estimates.add(name);
        }
        // Methods use the same names again: the largest counts.
        constants.merge(name, value, (one, other) -> size(one) > size(other) ? one : other);
      }
    }
  }

  /**
   * The numbers that an expression gives, as a literal.
   *
   * @param least whether what it gives at least will do
   * @return null if they are not known
   */
  private @Nullable String value(String expression, boolean least) {
    String own = expression.strip();
    if (LITERAL.matcher(own).matches()) {
      return own;
    }
    if (constants.containsKey(own)) {
      return least || !estimates.contains(own) ? constants.get(own) : null;
    }
    if (own.startsWith("[") && own.endsWith("]")) {
      StringBuilder list = new StringBuilder("[");
      for (String part : ScriptTokens.split(own.substring(1, own.length() - 1))) {
        String value = value(part, least);
        if (value == null && !least) {
          return null;
        }
        list.append(list.length() == 1 ? "" : ", ").append(value == null ? "1" : value);
      }
      return list.append("]").toString();
    }
    Matcher call = FUNCTION.matcher(own);
    return call.matches() ? value(call.group(1), ScriptTokens.split(call.group(2)), least) : null;
  }

  private @Nullable String value(String function, List<String> arguments, boolean least) {
    int count = arguments.size();
    return switch (function) {
      case "int", "NumToTensor", "IntImplicit" ->
          count == 1 ? value(arguments.get(0), least) : null;
      case "annotate" -> count == 2 ? value(arguments.get(1), least) : null;
      case "size" -> least && count == 2 ? String.valueOf(LENGTH) : null;
      case "numel" -> least ? String.valueOf(LENGTH * LENGTH * LENGTH * LENGTH) : null;
      case "len" -> least ? "1" : null;
      case "mul", "add", "sub", "floordiv", "pow" ->
          count == 2 ? computed(function, arguments, least) : null;
      default -> null;
    };
  }

  private @Nullable String computed(String function, List<String> arguments, boolean least) {
    boolean falls = function.equals("sub") || function.equals("floordiv");
    String left = value(arguments.get(0), least);
    String right = value(arguments.get(1), least && !falls);
    if (left == null || right == null || left.startsWith("[") || right.startsWith("[")) {
      return null;
    }
    double a = numbers(left).get(0);
    double b = numbers(right).get(0);
    double value =
        switch (function) {
          case "mul" -> a * b;
          case "add" -> a + b;
          case "sub" -> a - b;
          case "pow" -> Math.pow(a, b);
          default -> b == 0 ? 0 : Math.floor(a / b);
        };
    if (Double.isNaN(value)) {
      return null;
    }
    return Double.isInfinite(value) ? "1e300" : String.format(Locale.ROOT, "%.0f", value);
  }

  /**
   * Checks one file of code.
   *
   * @param file its name
   * @throws MalformedFileException if a call asks for more than networks do
   */
  static void check(String file, String text) throws MalformedFileException {
    new ScriptSizes(file, text).check();
  }

  private void check() throws MalformedFileException {
    Matcher call = CALL.matcher(text);
    while (call.find()) {
      Bound bound = BOUNDS.get(call.group(1));
      if (bound != null) {
        double size = bound.of(arguments(call.group(1), call.end()));
        if (size > bound.most()) {
          throw refused(call.group(1), size, bound.most());
        }
      }
    }
  }

  private MalformedFileException refused(String function, double size, double most) {
    return new MalformedFileException(
        String.format(
            Locale.ROOT,
            "has code with torch.%s of %.0f (%s), and networks have at most %.0f; it was not run",
            function,
            size,
            Names.printable(file),
            most));
  }

  /** The arguments from a bracket on, without those that have a name. */
  private List<String> arguments(String function, int from) throws MalformedFileException {
    List<String> found = new ArrayList<>();
    int depth = 0;
    int start = from;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i - from > LONGEST_CALL) {
        throw refused(function, i - from, LONGEST_CALL);
      }
      if (c == '(' || c == '[') {
        depth++;
      } else if (depth > 0 && (c == ')' || c == ']')) {
        depth--;
      } else if (depth == 0 && (c == ',' || c == ')')) {
        found.add(text.substring(start, i).strip());
        start = i + 1;
        if (c == ')') {
          break;
        }
      }
    }
    found.removeIf(argument -> argument.contains("="));
    return found.stream().map(argument -> value(argument, true)).filter(Objects::nonNull).toList();
  }

  private static List<Double> numbers(String argument) {
    return NUMBER.matcher(argument).results().map(one -> Double.valueOf(one.group())).toList();
  }

  private static double size(String constant) {
    return product(numbers(constant));
  }

  private static double product(List<Double> numbers) {
    return numbers.stream()
        .mapToDouble(Math::abs)
        .filter(one -> one > 1)
        .reduce(1, (a, b) -> a * b);
  }

  private static double longest(List<Double> numbers) {
    return numbers.stream().mapToDouble(Math::abs).max().orElse(0);
  }

  /** From a start to an end in steps, of which only the end is always given. */
  private static double steps(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return 0;
    }
    double start = numbers.size() > 1 ? numbers.get(0) : 0;
    double end = numbers.size() > 1 ? numbers.get(1) : numbers.get(0);
    double step = numbers.size() > 2 ? numbers.get(2) : 1;
    return Math.abs((end - start) / step);
  }

  private static double third(List<Double> numbers) {
    return numbers.size() > 2 ? numbers.get(2) : 0;
  }
}
