package dev.limelight.model.companion;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;

/** Numbers of JSON. */
final class Numbers {

  private Numbers() {}

  /** One number, or those of a list. */
  static float[] of(JsonElement element) {
    if (!element.isJsonArray()) {
      return new float[] {element.getAsFloat()};
    }
    JsonArray array = element.getAsJsonArray();
    float[] numbers = new float[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).getAsFloat();
    }
    return numbers;
  }
}
