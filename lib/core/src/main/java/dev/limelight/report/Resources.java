package dev.limelight.report;

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

/** The files that a page is put together from. */
final class Resources {

  /** In the order in which they depend on each other. */
  private static final List<String> SCRIPTS =
      List.of("maps.js", "report.js", "view.js", "tables.js");

  private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

  private Resources() {}

  static String style() {
    return read("report.css");
  }

  /** All scripts as one, which sees no other page's names and leaves none. */
  static String script() {
    return SCRIPTS.stream()
        .map(Resources::read)
        .collect(Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n"));
  }

  static String read(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the library's jar lacks " + name + " of the report; use one that is whole");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A template of HTML with its places filled, in one pass, so that no value is taken for a place.
   *
   * @param values markup as it is, all else as text, escaped
   */
  static Markup filled(String template, Map<String, Object> values) {
    Matcher places = PLACE.matcher(template);
    StringBuilder page = new StringBuilder();
    while (places.find()) {
      Object value = values.get(places.group(1));
      if (value == null) {
        throw new IllegalStateException("nothing fills " + places.group() + " of the template");
      }
      places.appendReplacement(page, Matcher.quoteReplacement(Markup.html(value)));
    }
    return Markup.trusted(places.appendTail(page).toString());
  }

  /** The source expression by which a Content-Security-Policy allows a text. */
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
