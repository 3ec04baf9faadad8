package dev.limelight.segment;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What make_segments.py stored. */
public final class GoldenSegments {

  private GoldenSegments() {}

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        GoldenSegments.class.getResourceAsStream("/segments/" + name), name);
  }

  /** All numbers. */
  public static JsonObject all() throws IOException {
    try (InputStream in = resource("golden.json")) {
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    }
  }

  public static double[] numbers(JsonElement element) {
    JsonArray array = element.getAsJsonArray();
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).getAsDouble();
    }
    return numbers;
  }

  /** A picture, in [0, 1]. */
  public static ColourPlanes colours(String name) throws IOException {
    try (InputStream in = resource(name + ".png")) {
      Picture picture = Pictures.read(in.readAllBytes(), name);
      int[] rgb = picture.rgb();
      double[] values = new double[3 * rgb.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (rgb[i % rgb.length] >> 16 - 8 * (i / rgb.length) & 255) / 255.0;
      }
      return new ColourPlanes(3, picture.width(), picture.height(), values);
    }
  }

  /** Labels named in the order in which they are met. */
  public static int[] named(double[] labels) {
    Map<Double, Integer> names = new HashMap<>();
    int[] named = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      Integer known = names.putIfAbsent(labels[i], names.size());
      named[i] = known == null ? names.size() - 1 : known;
    }
    return named;
  }

  /** The label of each pixel of segments that do not overlap. */
  public static int[] labels(Segments segments) {
    int[] labels = new int[segments.width() * segments.height()];
    for (int i = 0; i < segments.count(); i++) {
      for (int pixel : segments.pixels(i)) {
        labels[pixel] = i;
      }
    }
    return labels;
  }
}
