package dev.limelight.report;

import dev.limelight.report.markup.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The files from which a page is built. */
final class Resources {

  /** In the order of their dependencies. */
  private static final List<String> SCRIPTS =
      List.of("maps.js", "report.js", "view.js", "tables.js");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

  private Resources() {}

  static String style() {
    return read("report.css");
  }

  /** All scripts as one, whose names are not visible outside. */
  static String script() {
    return SCRIPTS.stream()
        .map(Resources::read)
        .collect(Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n"));
  }

  static String read(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the library's jar lacks " + name + " of the report; copy the jar again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An HTML template with values for its placeholders. They are filled in one pass, so that a
   * placeholder in a value is not filled.
   *
   * @param values markup is inserted unchanged, all other values as escaped text
   */
  static Markup filled(String template, Map<String, Object> values) {
    Matcher placeholders = PLACEHOLDER.matcher(template);
    StringBuilder page = new StringBuilder();
    while (placeholders.find()) {
      Object value = values.get(placeholders.group(1));
      if (value == null) {
        throw new IllegalStateException(
            "there is no value for " + placeholders.group() + " of the template");
      }
      placeholders.appendReplacement(page, Matcher.quoteReplacement(Markup.html(value)));
    }
    return Markup.trusted(placeholders.appendTail(page).toString());
  }

  /** The source expression with which a Content-Security-Policy allows a text. */
  static String hash(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sha) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256; use a full JDK", e);
    }
  }
}
