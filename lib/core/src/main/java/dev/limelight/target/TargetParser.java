package dev.limelight.target;

import dev.limelight.codec.Masks;
import dev.limelight.data.ClassNames;
import dev.limelight.io.Names;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads targets as the command line has them. */
final class TargetParser {

  private static final String KINDS =
      "a target is top, an index, a label, positive, negative, not(C), difference(A,B),"
          + " probability(C), log-probability(C), log-odds(C), all(A,B,..), each(I,J,..), output(I),"
          + " box(N),"
          + " box(C,LEFT,TOP,RIGHT,BOTTOM), left(B), top(B), right(B), bottom(B) or"
          + " inside(C,MASK.png), and a label that looks like one of these goes in double quotes";

  private static final Map<String, Target> WORDS =
      Map.of(
          "top", Target.top(), "positive", Target.binary(true), "negative", Target.binary(false));

  private static final Pattern INDEX = Pattern.compile("-?\\d{1,9}");
  private static final Pattern EDGE = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern CALL = Pattern.compile("([A-Za-z][A-Za-z-]*)\\(");
  // What strip() takes away, which is more than \s.
  private static final String WORD = "[^,()\"\\\\\\p{javaWhitespace}]+";
  private static final Pattern PLAIN = Pattern.compile(WORD + "+(?: " + WORD + "+)*+");

  /** Targets are read by a recursive function. */
  private static final int DEEPEST = 50;

  /** Each letter may be a target of its own. */
  private static final int LONGEST = 1 << 20;

  private final String text;
  private final ClassNames names;
  private int position;
  private int depth;

  private TargetParser(String text, ClassNames names) {
    this.text = text;
    this.names = names;
  }

  static Target parse(String text, List<String> labels) {
    String whole = text.strip();
    if (whole.contains("(") && labels.contains(whole)) {
      return Target.of(whole);
    }
    TargetParser parser = new TargetParser(whole, new ClassNames(labels));
    if (whole.length() > LONGEST) {
      throw parser.refused("it has more than " + LONGEST + " letters");
    }
    if (!whole.isEmpty() && !whole.startsWith("\"") && !CALL.matcher(whole).lookingAt()) {
      // Nothing comes after it, so a comma or a parenthesis is the label's own.
      return parser.plain(whole);
    }
    Target target = parser.target();
    parser.spaces();
    if (parser.position < whole.length()) {
      throw parser.refused(Names.quoted(whole.substring(parser.position)) + " is left over");
    }
    return target;
  }

  /** A label as it is read again: in double quotes where it could be something else. */
  static String written(String label) {
    boolean plain =
        PLAIN.matcher(label).matches()
            && !WORDS.containsKey(label)
            && !INDEX.matcher(label).matches();
    return plain ? label : '"' + label.replaceAll("[\"\\\\]", "\\\\$0") + '"';
  }

  private Target target() {
    spaces();
    if (position < text.length() && text.charAt(position) == '"') {
      return Target.of(quoted());
    }
    Matcher call = CALL.matcher(text).region(position, text.length());
    if (!call.lookingAt()) {
      return plain(upToTheEnd());
    }
    if (++depth > DEEPEST) {
      throw refused("more than " + DEEPEST + " parentheses lie in one another");
    }
    position = call.end();
    String name = call.group(1);
    if (name.equals("box") || name.equals("inside")) {
      Target found = name.equals("box") ? box() : inside();
      depth--;
      return found;
    }
    // These take numbers, so that a number in them is no label.
    boolean numbers = name.equals("each") || name.equals("output");
    List<Target> targets = arguments(numbers ? this::number : this::target);
    depth--;
    return kind(name, targets);
  }

  /** The n-th box, or a class at a place. */
  private Target box() {
    int from = position;
    spaces();
    String word = upToTheEnd();
    spaces();
    boolean last = position == text.length() || text.charAt(position) == ')';
    if (INDEX.matcher(word).matches() && last) {
      closed();
      return Target.box(Integer.parseInt(word));
    }
    position = from;
    Target of = target();
    double[] edges = new double[4];
    for (int i = 0; i < edges.length; i++) {
      spaces();
      if (!taken(',')) {
        throw refused("box(..) takes a number, or a class and its four edges");
      }
      edges[i] = edge();
    }
    closed();
    if (edges[2] <= edges[0] || edges[3] <= edges[1]) {
      throw refused("a box's right edge lies right of the left, and the lower below the upper");
    }
    return Target.box(
        of, new Rectangle2D.Double(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]));
  }

  private double edge() {
    spaces();
    String word = upToTheEnd();
    if (!EDGE.matcher(word).matches()) {
      throw refused("an edge is a number of pixels, and " + Names.quoted(word) + " is none");
    }
    return Double.parseDouble(word);
  }

  /** A class within a mask, which a picture's file holds. */
  private Target inside() {
    Target of = target();
    spaces();
    if (!taken(',')) {
      throw refused("inside(..) takes a class and the file of a mask");
    }
    spaces();
    String file =
        position < text.length() && text.charAt(position) == '"' ? quoted() : upToTheEnd();
    closed();
    try {
      return ClassInside.ofPicture(of, Masks.read(Path.of(file)), file);
    } catch (IOException | InvalidPathException e) {
      throw refused("its mask cannot be read: " + Names.onOneLine(String.valueOf(e.getMessage())));
    }
  }

  private void closed() {
    spaces();
    if (!taken(')')) {
      throw refused("a ')' is missing");
    }
  }

  private Target number() {
    spaces();
    String word = upToTheEnd();
    return INDEX.matcher(word).matches() ? Target.of(Integer.parseInt(word)) : Target.of(word);
  }

  private List<Target> arguments(Supplier<Target> argument) {
    List<Target> targets = new ArrayList<>();
    do {
      targets.add(argument.get());
      spaces();
    } while (taken(','));
    closed();
    return targets;
  }

  private Target kind(String name, List<Target> targets) {
    return switch (name) {
      case "not" -> Target.not(only(name, 1, targets).get(0));
      case "difference" -> {
        List<Target> two = only(name, 2, targets);
        yield Target.difference(two.get(0), two.get(1));
      }
      case "probability" -> Target.probability(only(name, 1, targets).get(0));
      case "log-probability" -> Target.logProbability(only(name, 1, targets).get(0));
      case "log-odds" -> only(name, 1, targets).get(0).againstOthers();
      case "all" -> Target.all(targets.toArray(Target[]::new));
      case "each" -> Target.each(targets.stream().mapToInt(t -> index(name, t)).toArray());
      case "left" -> Target.left(only(name, 1, targets).get(0));
      case "top" -> Target.top(only(name, 1, targets).get(0));
      case "right" -> Target.right(only(name, 1, targets).get(0));
      case "bottom" -> Target.bottom(only(name, 1, targets).get(0));
      case "output" -> Target.output(index(name, only(name, 1, targets).get(0)));
      default -> throw refused("there is no '" + Names.printable(name) + "(..)'");
    };
  }

  private List<Target> only(String name, int count, List<Target> targets) {
    if (targets.size() != count) {
      throw refused(
          name
              + "(..) takes "
              + (count == 1 ? "one target" : "two targets")
              + " and got "
              + targets.size());
    }
    return targets;
  }

  private int index(String name, Target target) {
    if (target instanceof ClassIndex index && index.indices().length == 1) {
      return index.indices()[0];
    }
    throw refused(name + "(..) takes numbers counted from 0");
  }

  private Target plain(String word) {
    if (word.isEmpty()) {
      throw refused("something is missing");
    }
    if (INDEX.matcher(word).matches()) {
      int index = Integer.parseInt(word);
      return orLabel(word, Target.of(index), index);
    }
    Target known = WORDS.get(word);
    if (known instanceof BinaryClass side) {
      boolean two = names.names().size() == 2;
      return orLabel(word, known, two ? side.index().indices()[0] : -1);
    }
    return known == null ? Target.of(word) : known;
  }

  /**
   * What a word means by itself, unless a class is called so.
   *
   * @param index the class that the word means by itself, if there is one
   */
  private Target orLabel(String word, Target meaning, int index) {
    SortedSet<Integer> classes = new TreeSet<>(names.indices(word));
    if (classes.isEmpty()) {
      return meaning;
    }
    if (names.isIndex(index)) {
      classes.add(index);
    }
    if (classes.size() > 1) {
      throw ClassLabel.ambiguous(word, names.choices(List.copyOf(classes)));
    }
    return Target.of(classes.first());
  }

  /** A bare word up to a comma or the parenthesis that closes; its own are in pairs. */
  private String upToTheEnd() {
    int from = position;
    int open = 0;
    for (; position < text.length(); position++) {
      char c = text.charAt(position);
      if (open == 0 && (c == ',' || c == ')')) {
        break;
      }
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return text.substring(from, position).strip();
  }

  private String quoted() {
    StringBuilder label = new StringBuilder();
    for (position++; position < text.length(); position++) {
      char c = text.charAt(position);
      if (c == '"') {
        position++;
        return label.toString();
      }
      if (c == '\\' && position + 1 < text.length()) {
        c = text.charAt(++position);
      }
      label.append(c);
    }
    throw refused("a double quote is missing");
  }

  private void spaces() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private boolean taken(char expected) {
    boolean matches = position < text.length() && text.charAt(position) == expected;
    position += matches ? 1 : 0;
    return matches;
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "cannot read the target " + Names.quoted(text) + ", as " + why + "; " + KINDS);
  }
}
