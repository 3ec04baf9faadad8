package dev.limelight.report;

import com.google.gson.JsonObject;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import java.util.Base64;

/**
 * A map's values as a page stores them: 16 bits per value, from the smallest to the largest, or 8
 * bits for larger maps. The values of very large maps are means of blocks.
 *
 * @param map the stored values, before rounding
 * @param block the side of the square of cells whose mean a value is
 * @param bits 8 or 16
 */
record StoredMap(Heatmap map, int block, int bits) {

  private static final int MAX_CELLS = 64 * 64;
  private static final int MAX_SIDE = 128;

  /** Maps of areas show their edges. */
  private static final int MAX_SIDE_OF_AREAS = 256;

  static StoredMap of(Explanation explanation) {
    return explanation.segments().isEmpty() ? of(explanation.map()) : ofAreas(explanation.map());
  }

  /** One of areas, in which a block has the value at its middle and not a mean. */
  private static StoredMap ofAreas(Heatmap map) {
    int longest = Math.max(map.width(), map.height());
    int block = (longest + MAX_SIDE_OF_AREAS - 1) / MAX_SIDE_OF_AREAS;
    int width = (map.width() + block - 1) / block;
    int height = (map.height() + block - 1) / block;
    Heatmap stored = block == 1 ? map : map.resizedToNearest(width, height);
    return new StoredMap(stored, block, width * height <= MAX_CELLS ? 16 : 8);
  }

  static StoredMap of(Heatmap map) {
    int longest = Math.max(map.width(), map.height());
    int block = (longest + MAX_SIDE - 1) / MAX_SIDE;
    Heatmap stored = block == 1 ? map : means(map, block);
    return new StoredMap(stored, block, stored.width() * stored.height() <= MAX_CELLS ? 16 : 8);
  }

  private static Heatmap means(Heatmap map, int block) {
    int width = (map.width() + block - 1) / block;
    int height = (map.height() + block - 1) / block;
    float[] means = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        int count = 0;
        for (int row = y * block; row < Math.min(map.height(), (y + 1) * block); row++) {
          for (int column = x * block; column < Math.min(map.width(), (x + 1) * block); column++) {
            sum += map.get(column, row);
            count++;
          }
        }
        means[y * width + x] = (float) (sum / count);
      }
    }
    return new Heatmap(width, height, means, map.unit());
  }

  /** Base64 of the levels, row by row, the high byte of 16 bits first. */
  String levels() {
    int maxLevel = bits == 16 ? 65535 : 255;
    double min = map.min();
    double range = map.max() - min;
    float[] values = map.values();
    byte[] bytes = new byte[values.length * bits / 8];
    for (int i = 0; i < values.length; i++) {
      int level = range == 0 ? 0 : (int) Math.round((values[i] - min) / range * maxLevel);
      if (bits == 16) {
        bytes[2 * i] = (byte) (level >> 8);
        bytes[2 * i + 1] = (byte) level;
      } else {
        bytes[i] = (byte) level;
      }
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("width", map.width());
    json.addProperty("height", map.height());
    json.addProperty("block", block);
    json.addProperty("bits", bits);
    json.addProperty("min", map.min());
    json.addProperty("max", map.max());
    json.addProperty("unit", map.unit());
    json.addProperty("levels", levels());
    return json;
  }
}
