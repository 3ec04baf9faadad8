package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of a line of TorchScript, a subset of Python. */
final class ScriptTokens {

  private static final Pattern WORD =
      Pattern.compile(
          // Without a choice that is repeated: the engine takes a stack frame for each turn.
          "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|[A-Za-z_]\\w*+"
              + "|\\d[\\d.]*(?:[eE][+-]?\\d+)?|\\s+|.",
          Pattern.DOTALL);

  private ScriptTokens() {}

  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  static boolean isName(String word) {
    char first = word.charAt(0);
    return first == '_' || Character.isLetter(first);
  }

  /** The number of brackets that are not closed. */
  static int open(String text) {
    int depth = 0;
    for (String word : of(text)) {
      depth += depth(word);
    }
    return depth;
  }

  private static int depth(String word) {
    return switch (word) {
      case "(", "[", "{" -> 1;
      case ")", "]", "}" -> -1;
      default -> 0;
    };
  }

  /** The index of the closing bracket. */
  static int closing(List<String> words, int opening) {
    int depth = 0;
    for (int i = opening; i < words.size(); i++) {
      depth += depth(words.get(i));
      if (depth == 0) {
        return i;
      }
    }
    throw new UnsupportedException(
        "the model's code has a bracket that is not closed: "
            + Names.printable(String.join("", words)));
  }

  /** The parts between commas outside of brackets. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    for (String word : of(text)) {
      depth += depth(word);
      if (depth == 0 && word.equals(",")) {
        parts.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(word);
      }
    }
    if (!part.toString().isBlank()) {
      parts.add(part.toString().strip());
    }
    return parts;
  }

  /** Names that may be variables: no attributes, no names of arguments. */
  static Set<String> names(String text) {
    Set<String> names = new LinkedHashSet<>();
    List<String> words = of(text);
    int depth = 0;
    for (int i = 0; i < words.size(); i++) {
      depth += depth(words.get(i));
      if (isVariable(words, i, depth)) {
        names.add(words.get(i));
      }
    }
    return names;
  }

  /** Replaces variables. */
  static String replace(String text, Map<String, String> replacements) {
    StringBuilder out = new StringBuilder();
    List<String> words = of(text);
    int depth = 0;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      depth += depth(word);
      String other = isVariable(words, i, depth) ? replacements.get(word) : null;
      out.append(other == null ? word : other);
    }
    return out.toString();
  }

  private static boolean isVariable(List<String> words, int i, int depth) {
    if (!isName(words.get(i)) || i > 0 && words.get(i - 1).equals(".")) {
      return false;
    }
    boolean argument =
        depth > 0
            && i + 2 < words.size()
            && words.get(i + 1).equals("=")
            && !words.get(i + 2).equals("=");
    return !argument;
  }
}
