package dev.limelight.model.companion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code preprocessor_config.json} of Hugging Face's transformers.
 *
 * @see <a href="https://github.com/huggingface/transformers">transformers</a>, the image processors
 */
final class ProcessorConfig {

  /** Pillow's numbers of its filters. */
  private static final List<String> FILTERS =
      List.of("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming");

  /** Processors for which a single number is a square and not the shorter side. */
  private static final Set<String> SQUARE = Set.of("ViT", "Beit", "DeiT", "Dpt", "Segformer");

  private final JsonObject json;
  private final String type;
  private final Statement found = new Statement();

  private ProcessorConfig(JsonObject json) {
    this.json = json;
    type = text("image_processor_type") + text("feature_extractor_type");
  }

  static Statement of(JsonObject json) {
    return new ProcessorConfig(json).read();
  }

  private Statement read() {
    boolean pictures = json.has("do_resize") || json.has("image_mean") || json.has("do_normalize");
    if (pictures) {
      geometry();
      values();
    }
    return found;
  }

  /**
   * A size.
   *
   * @param height in pixels, or the shorter side
   * @param width in pixels, or the shorter side
   * @param shorter whether only the shorter side is given
   */
  private record Size(int height, int width, boolean shorter) {}

  private @Nullable Size size(String key, boolean square) {
    JsonElement element = json.get(key);
    if (element == null || element.isJsonNull()) {
      return null;
    }
    if (element.isJsonArray()) {
      float[] sides = Numbers.of(element);
      return sides.length == 2 ? new Size((int) sides[0], (int) sides[1], false) : null;
    }
    if (!element.isJsonObject()) {
      int side = element.getAsInt();
      return new Size(side, side, !square);
    }
    JsonObject sides = element.getAsJsonObject();
    if (sides.has("height") && sides.has("width")) {
      return new Size(sides.get("height").getAsInt(), sides.get("width").getAsInt(), false);
    }
    if (sides.has("shortest_edge")) {
      int side = sides.get("shortest_edge").getAsInt();
      return new Size(side, side, true);
    }
    found.note("gives its " + key + " by " + sides.keySet() + ", and here it is a fixed size");
    return null;
  }

  private void geometry() {
    boolean square = SQUARE.stream().anyMatch(type::startsWith);
    Size size = size("size", square);
    Size crop = flag("do_center_crop", false) ? size("crop_size", true) : null;
    if (!flag("do_resize", true)) {
      Size used = crop == null ? size : crop;
      if (used != null) {
        found.size(used.width(), used.height()).set(Setting.FIT, "pixels");
      }
      return;
    }
    if (json.has("resample") && !json.get("resample").isJsonNull()) {
      int filter = json.get("resample").getAsInt();
      found.filter(filter >= 0 && filter < FILTERS.size() ? FILTERS.get(filter) : "" + filter);
    }
    if (size == null) {
      return;
    }
    if (type.startsWith("ConvNext") || json.has("crop_pct") && crop == null) {
      int side = size.height();
      double share =
          json.has("crop_pct") && !json.get("crop_pct").isJsonNull()
              ? json.get("crop_pct").getAsDouble()
              : 224 / 256.0;
      found.size(side, side);
      if (side < 384) {
        found.set(Setting.FIT, "crop").share(side, Math.floor(side / share));
      } else {
        found.set(Setting.FIT, "stretch");
      }
      return;
    }
    if (type.startsWith("Perceiver") && crop != null) {
      found.size(size.width(), size.height()).set(Setting.FIT, "crop");
      found.share(size.height(), crop.height());
      return;
    }
    Size input = crop == null ? size : crop;
    found.size(input.width(), input.height());
    found.set(Setting.FIT, size.shorter() ? "crop" : "stretch");
    double from = size.height();
    if (type.startsWith("Levit") && size.shorter()) {
      from = Math.floor(256 / 224.0 * from);
    } else if (json.has("crop_pct") && !json.get("crop_pct").isJsonNull()) {
      from = Math.floor(from / json.get("crop_pct").getAsDouble());
    }
    found.share(input.height(), from);
    if (crop == null && size.shorter()) {
      found.note("keeps the shape of each picture, and here its middle is taken");
    }
  }

  private void values() {
    boolean rescales = flag("do_rescale", true);
    double factor =
        json.has("rescale_factor") && !json.get("rescale_factor").isJsonNull()
            ? json.get("rescale_factor").getAsDouble()
            : 1 / 255.0;
    float scale = rescales ? (float) (255 * factor) : 255;
    found.set(Setting.SCALE, Math.abs(scale - 1) < 1e-5 ? 1 : scale);
    boolean shifted = rescales && (flag("rescale_offset", false) || flag("offset", false));
    float[] mean = {0};
    float[] std = {1};
    if (flag("do_normalize", true) && json.has("image_mean") && json.has("image_std")) {
      mean = Numbers.of(json.get("image_mean"));
      std = Numbers.of(json.get("image_std"));
    } else if (flag("do_normalize", true)) {
      found.note(
          "does not say by which mean and std pictures are normalised, so none are used; set --mean"
              + " and --std");
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] += shifted ? 1 : 0;
    }
    if (type.startsWith("EfficientNet") && flag("include_top", true)) {
      for (int i = 0; i < std.length; i++) {
        std[i] *= std[i];
      }
    }
    if (mean.length != 1 && mean.length != 3) {
      found.set(Setting.CHANNELS, String.valueOf(mean.length));
    }
    found.set(Setting.MEAN, mean);
    found.set(Setting.STD, std);
    if (flag("do_flip_channel_order", false)) {
      found.set(Setting.CHANNEL_ORDER, "bgr");
    }
  }

  private boolean flag(String key, boolean otherwise) {
    JsonElement value = json.get(key);
    return value == null || value.isJsonNull() ? otherwise : value.getAsBoolean();
  }

  private String text(String key) {
    JsonElement value = json.get(key);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }
}
