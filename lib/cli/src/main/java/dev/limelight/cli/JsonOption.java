package dev.limelight.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands whose results programs can read. */
public final class JsonOption {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  @Option(
      names = "--json",
      description =
          "Print the results as JSON, one object a line, and everything else on standard error; the"
              + " fields are in docs/COMMAND_LINE.md.")
  private boolean json;

  public boolean given() {
    return json;
  }

  /** Prints one object; a number that is not finite becomes null, which JSON has instead. */
  public static void print(PrintWriter out, Map<String, ? extends @Nullable Object> fields) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    fields.forEach(
        (name, value) ->
            line.put(
                name,
                value instanceof Number number && !Double.isFinite(number.doubleValue())
                    ? null
                    : value));
    out.println(ascii(GSON.toJson(line)));
    out.flush();
  }

  /** Other characters as escapes: a console or a pipe may not be UTF-8. */
  private static String ascii(String json) {
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      text.append(c < 128 ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return text.toString();
  }
}
