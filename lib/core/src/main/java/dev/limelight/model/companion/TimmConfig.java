package dev.limelight.model.companion;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.model.PreprocessingSettings.Setting;

/**
 * A {@code config.json} of timm: the settings of its evaluation pictures.
 *
 * @see <a href="https://github.com/huggingface/pytorch-image-models">timm</a>, {@code
 *     timm.data.create_transform}
 */
final class TimmConfig {

  private TimmConfig() {}

  static Statement of(JsonObject config) {
    Statement found = new Statement();
    JsonElement inner = config.get("pretrained_cfg");
    JsonObject settings = inner != null && inner.isJsonObject() ? inner.getAsJsonObject() : config;
    if (!settings.has("input_size") || !settings.has("mean")) {
      return found;
    }
    if (!settings.has("std")) {
      throw new IllegalArgumentException("--std is missing beside mean");
    }
    JsonArray shape = settings.getAsJsonArray("input_size");
    int height = shape.get(1).getAsInt();
    int width = shape.get(2).getAsInt();
    found.size(width, height).set(Setting.CHANNELS, shape.get(0).getAsString());
    found.set(Setting.MEAN, Numbers.of(settings.get("mean")));
    found.set(Setting.STD, Numbers.of(settings.get("std")));
    if (settings.has("interpolation")) {
      found.filter(settings.get("interpolation").getAsString());
    }
    if (settings.has("crop_pct")) {
      double whole = Math.floor(height / settings.get("crop_pct").getAsDouble());
      found.share(height, whole);
    }
    String mode = settings.has("crop_mode") ? settings.get("crop_mode").getAsString() : "center";
    switch (mode) {
      case "center" -> found.set(Setting.FIT, "crop");
      case "squash" -> found.set(Setting.FIT, "stretch");
      case "border" -> {
        found.set(Setting.FIT, "letterbox");
        found.note("fills borders with the mean colour, and here they are grey");
      }
      default -> found.note("crops by " + mode + ", and here the middle is taken");
    }
    return found;
  }
}
