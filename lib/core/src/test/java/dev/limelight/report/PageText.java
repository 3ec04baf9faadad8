package dev.limelight.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a report as its reader's browser would, without one. */
record PageText(String html) {

  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  /** What stands between two texts that come once. */
  String between(String from, String to) {
    int start = html.indexOf(from) + from.length();
    return html.substring(start, html.indexOf(to, start));
  }

  JsonObject data() {
    Matcher data = DATA.matcher(html);
    if (!data.find()) {
      throw new AssertionError("the page has no data");
    }
    return new Gson().fromJson(data.group(1), JsonObject.class);
  }

  /** How often a text occurs. */
  long count(String text) {
    return Pattern.compile(text, Pattern.LITERAL | Pattern.CASE_INSENSITIVE)
        .matcher(html)
        .results()
        .count();
  }

  JsonObject map(int picture, int map) {
    return data()
        .getAsJsonArray("pictures")
        .get(picture)
        .getAsJsonObject()
        .getAsJsonArray("maps")
        .get(map)
        .getAsJsonObject();
  }

  /** The values that a stored map stands for. */
  static float[] values(JsonObject map) {
    byte[] bytes = Base64.getDecoder().decode(map.get("levels").getAsString());
    boolean wide = map.get("bits").getAsInt() == 16;
    double min = map.get("min").getAsDouble();
    double max = map.get("max").getAsDouble();
    float[] values = new float[wide ? bytes.length / 2 : bytes.length];
    for (int i = 0; i < values.length; i++) {
      double share =
          wide
              ? ((bytes[2 * i] & 255) * 256 + (bytes[2 * i + 1] & 255)) / 65535.0
              : (bytes[i] & 255) / 255.0;
      values[i] = (float) (min + share * (max - min));
    }
    return values;
  }
}
