package dev.limelight.plugin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A plug-in with arguments as a text such as {@code spotlight(focus=whole, fine=layer2)}. A value
 * may have arguments itself: {@code guided-filter(inner=finer-cam(alpha=0.5), eps=0.01)}.
 *
 * @param name of the plug-in
 * @param arguments by their names, in their order; none where there is no bracket
 */
@API(status = Status.INTERNAL)
public record Call(String name, Map<String, String> arguments) {

  /** Keeps its own map. */
  public Call {
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException if its brackets hold something else
   */
  public static Call parse(String text) {
    int open = text.indexOf('(');
    if (open < 0) {
      return new Call(text, Map.of());
    }
    if (!text.endsWith(")")) {
      throw unreadable(text);
    }
    Map<String, String> arguments = new LinkedHashMap<>();
    String inside = text.substring(open + 1, text.length() - 1);
    for (String each : inside.isBlank() ? List.<String>of() : arguments(inside, text)) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? "" : each.substring(0, equals).strip();
      if (name.isEmpty()
          || arguments.putIfAbsent(name, each.substring(equals + 1).strip()) != null) {
        throw unreadable(text);
      }
    }
    return new Call(text.substring(0, open).strip(), arguments);
  }

  /**
   * The texts of several plug-ins with commas between them: {@code grad-cam, occlusion(window=32,
   * stride=16)} is two.
   *
   * @throws IllegalArgumentException if a bracket is not closed
   */
  public static List<String> split(String text) {
    return arguments(text, text).stream().map(String::strip).toList();
  }

  /** What stands between commas that are in no further bracket. */
  private static List<String> arguments(String inside, String text) {
    List<String> all = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < inside.length(); i++) {
      char character = inside.charAt(i);
      depth += character == '(' ? 1 : character == ')' ? -1 : 0;
      if (depth < 0) {
        throw unreadable(text);
      }
      if (character == ',' && depth == 0) {
        all.add(inside.substring(start, i));
        start = i + 1;
      }
    }
    if (depth > 0) {
      throw unreadable(text);
    }
    all.add(inside.substring(start));
    return all;
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "arguments are written as name(argument=value, other=value), each once, but got '"
            + text
            + "'");
  }
}
