package dev.limelight.model.companion;

import dev.limelight.model.PreprocessingSettings.Setting;
import java.util.List;
import java.util.Map;

/**
 * The arguments of DJL's translators in a {@code serving.properties}.
 *
 * @see <a href="https://docs.djl.ai">DJL</a>, {@code BaseImageTranslator.BaseBuilder}
 */
final class ServingProperties {

  /** Arguments of which each shows that the file is about pictures. */
  private static final List<String> PICTURES =
      List.of(
          "width",
          "height",
          "flag",
          "pad",
          "resize",
          "resizeShort",
          "centerCrop",
          "centerFit",
          "toTensor",
          "normalize",
          "range");

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  private final Map<String, String> arguments;
  private final int width;
  private final int height;
  private final Statement found = new Statement();

  private ServingProperties(Map<String, String> arguments) {
    this.arguments = arguments;
    width = number("width");
    height = number("height");
  }

  static Statement of(Map<String, String> arguments) {
    return PICTURES.stream().anyMatch(arguments::containsKey)
        ? new ServingProperties(arguments).read()
        : new Statement();
  }

  private Statement read() {
    geometry();
    boolean grey = "GRAYSCALE".equals(arguments.get("flag"));
    if (grey) {
      found.set(Setting.CHANNELS, "1");
    }
    values();
    return found;
  }

  private void geometry() {
    String resize = arguments.getOrDefault("resize", "false");
    String shorter = arguments.getOrDefault("resizeShort", "false");
    boolean crops = flag("centerCrop", false) || flag("centerFit", false);
    found.size(width, height).set(Setting.RESIZE, "four-pixels");
    if (!arguments.getOrDefault("pad", "false").equals("false")) {
      found.note("pads pictures, and here their middle is taken");
    }
    if (!resize.equals("false")) {
      int[] sides = resize.equals("true") ? new int[] {width, height} : sides(resize);
      if (!crops) {
        found.size(sides[0], sides[1]);
      }
      found.set(Setting.FIT, "stretch");
      found.share(crops ? height : sides[1], sides[1]);
    } else if (!shorter.equals("false")) {
      int side = shorter.equals("true") ? Math.max(width, height) : sides(shorter)[0];
      found.set(Setting.FIT, "crop").share(height, side);
    } else if (crops) {
      found.set(Setting.FIT, "pixels");
    } else {
      found.note("does not fit pictures to the input, and here their middle is");
    }
  }

  private void values() {
    String normalise = arguments.getOrDefault("normalize", "false");
    String range = arguments.getOrDefault("range", "");
    found.set(Setting.SCALE, flag("toTensor", true) || range.equals("0,1") ? "1" : "255");
    if (normalise.equals("true")) {
      found.set(Setting.MEAN, MEAN).set(Setting.STD, STD);
    } else if (!normalise.equals("false")) {
      String[] numbers = normalise.split("\\s*,\\s*");
      if (numbers.length != 6) {
        throw new IllegalArgumentException("normalize is three means and three deviations");
      }
      found.set(Setting.MEAN, String.join(",", List.of(numbers).subList(0, 3)));
      found.set(Setting.STD, String.join(",", List.of(numbers).subList(3, 6)));
    } else if (range.equals("-1,1")) {
      found.set(Setting.SCALE, "255").set(Setting.MEAN, "128").set(Setting.STD, "128");
    } else {
      found.set(Setting.MEAN, "0").set(Setting.STD, "1");
    }
  }

  private static int[] sides(String text) {
    String[] parts = text.split("\\s*,\\s*");
    int width = (int) Double.parseDouble(parts[0]);
    return new int[] {width, parts.length > 1 ? (int) Double.parseDouble(parts[1]) : width};
  }

  private int number(String key) {
    String text = arguments.get(key);
    return text == null ? 224 : (int) Double.parseDouble(text);
  }

  private boolean flag(String key, boolean otherwise) {
    String text = arguments.get(key);
    return text == null ? otherwise : Boolean.parseBoolean(text);
  }
}
