package dev.limelight.torch;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The one form of {@code while} that ends: TorchScript writes it for a {@code for} over a list that
 * may be left early, as in torchvision's DenseNet. Its last three statements add 1 to the index,
 * compare it with the length of the list, and assign both; nothing else changes them.
 *
 * <pre>{@code
 * length = torch.len(list)
 * ...
 * while condition:
 *   ...
 *   next = torch.add(index, 1)
 *   again = torch.__and__(torch.lt(next, length), other)
 *   condition, index = again, next
 * }</pre>
 */
@API(status = Status.INTERNAL)
public final class CountedLoop {

  private static final int TAIL = 3;
  private static final Pattern HEAD = Pattern.compile(" *while (\\w+):");
  private static final Pattern NEXT = Pattern.compile(" *(\\w+) = torch\\.add\\((\\w+), 1\\)");
  private static final Pattern AGAIN =
      Pattern.compile(" *(\\w+) = torch\\.__and__\\(torch\\.lt\\((\\w+), (\\w+)\\), \\w+\\)");
  private static final Pattern ASSIGNED =
      Pattern.compile(" *(\\w+(?:, \\w+)*) = (\\w+(?:, \\w+)*)");

  /** Texts can hide what is code, and these statements can change a name or skip the last ones. */
  private static final Pattern UNKNOWN =
      Pattern.compile("[\"'#;\\\\\\t]|\\b(while|for|with|as|continue|break|def|lambda|del)\\b");

  private CountedLoop() {}

  /**
   * Whether a loop has this form.
   *
   * @param text the code of a file
   * @param from where the line of the {@code while} begins
   */
  public static boolean at(String text, int from) {
    List<String> lines = text.substring(from).lines().takeWhile(line -> !line.isBlank()).toList();
    Matcher head = HEAD.matcher(lines.get(0));
    if (!head.matches() || text.indexOf('\r') >= 0) {
      return false;
    }
    int column = column(lines.get(0));
    List<String> body = lines.stream().skip(1).takeWhile(line -> column(line) > column).toList();
    int first = body.size() - TAIL;
    if (first < 0
        || !body.subList(first, body.size()).stream()
            .allMatch(line -> column(line) == column(body.get(0)))) {
      return false;
    }
    Matcher next = NEXT.matcher(body.get(first));
    Matcher again = AGAIN.matcher(body.get(first + 1));
    Matcher assigned = ASSIGNED.matcher(body.get(first + 2));
    if (!next.matches() || !again.matches() || !assigned.matches()) {
      return false;
    }
    String index = next.group(2);
    String length = again.group(3);
    List<String> names = List.of(assigned.group(1).split(", "));
    List<String> values = List.of(assigned.group(2).split(", "));
    Set<String> own = Set.of(next.group(1), again.group(1));
    return own.size() == 2
        && again.group(2).equals(next.group(1))
        && names.size() == values.size()
        && names.stream().distinct().count() == names.size()
        && gives(names, values, head.group(1), again.group(1))
        && gives(names, values, index, next.group(1))
        && !names.contains(length)
        && !own.contains(length)
        && !own.contains(index)
        && body.subList(0, first).stream()
            .allMatch(
                line ->
                    leaves(
                        line, index, List.of(head.group(1), length, next.group(1), again.group(1))))
        && isLength(text.substring(0, from), column, length);
  }

  private static int column(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static boolean gives(List<String> names, List<String> values, String name, String value) {
    int at = names.indexOf(name);
    return at >= 0 && values.get(at).equals(value);
  }

  /** Whether a line of the loop may read the index, and does nothing with the other names. */
  private static boolean leaves(String line, String index, List<String> others) {
    int assignment = line.indexOf('=');
    return !UNKNOWN.matcher(line).find()
        && others.stream().noneMatch(name -> names(line, name))
        && (assignment < 0 || !names(line.substring(0, assignment), index));
  }

  private static boolean names(String line, String name) {
    return Pattern.compile("\\b" + name + "\\b").matcher(line).find();
  }

  /** Whether the block before the loop ends with the length of a list under this name. */
  private static boolean isLength(String before, int column, String length) {
    String assignment = " ".repeat(column) + length + " = torch.len(";
    List<String> lines = before.lines().toList();
    for (int i = lines.size() - 1; i >= 0 && column(lines.get(i)) == column; i--) {
      String line = lines.get(i);
      if (line.startsWith(assignment)) {
        return line.substring(assignment.length()).matches("[\\w.]+\\)");
      }
      if (UNKNOWN.matcher(line).find()
          || names(line, length) && line.indexOf('=') > line.indexOf(length)) {
        return false;
      }
    }
    return false;
  }
}
