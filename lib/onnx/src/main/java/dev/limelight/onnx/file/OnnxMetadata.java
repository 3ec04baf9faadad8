package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.util.Locale;

/**
 * What the metadata of a file say of its pictures.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md">Metadata of ONNX</a>
 */
public final class OnnxMetadata {

  private OnnxMetadata() {}

  /** The settings that are stated; others than the standard's are left out. */
  public static PreprocessingSettings settings(ModelProto model) {
    PreprocessingSettings settings = PreprocessingSettings.NONE;
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      String value = entry.getValue().strip().toLowerCase(Locale.ROOT);
      settings =
          switch (entry.getKey().strip().toLowerCase(Locale.ROOT)) {
            case "image.bitmappixelformat" -> format(settings, value);
            case "image.nominalpixelrange" -> range(settings, value);
            default -> settings;
          };
    }
    return settings;
  }

  private static PreprocessingSettings format(PreprocessingSettings settings, String value) {
    return switch (value) {
      case "gray8" -> settings.with(Setting.CHANNELS, "1");
      case "rgb8" -> settings.with(Setting.CHANNEL_ORDER, "rgb");
      case "bgr8" -> settings.with(Setting.CHANNEL_ORDER, "bgr");
      default -> settings;
    };
  }

  private static PreprocessingSettings range(PreprocessingSettings settings, String value) {
    return switch (value) {
      case "nominalrange_0_255" -> settings.with(Setting.SCALE, "255");
      case "normalized_0_1" -> settings.with(Setting.SCALE, "1");
      case "normalized_1_1" -> settings.with(Setting.MEAN, "0.5").with(Setting.STD, "0.5");
      default -> settings;
    };
  }
}
