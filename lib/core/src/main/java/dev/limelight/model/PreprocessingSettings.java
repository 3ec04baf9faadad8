package dev.limelight.model;

import ai.djl.Model;
import dev.limelight.model.Preprocessing.Filter;
import dev.limelight.model.Preprocessing.Fit;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * What someone says of a model's preprocessing, each setting as text: the command line, a file
 * beside the model, or its publisher. All else stays as it is.
 *
 * @param values the texts, in the order in which they are applied
 */
@API(status = Status.INTERNAL)
public record PreprocessingSettings(Map<Setting, String> values) implements Serializable {

  /** Nothing is said. */
  public static final PreprocessingSettings NONE = new PreprocessingSettings(Map.of());

  /** DJL's properties of a model that hold settings begin so. */
  private static final String PROPERTY = "limelightInput.";

  private static final int MOST_PIXELS = 1 << 26;

  /** A value of white from which pixels count to 255 or so. */
  private static final float BYTES = 100;

  /** A setting, in the order in which they are applied. */
  public enum Setting {
    /** Width and height, such as 224 or 160x96; the picture's middle is fitted to it. */
    SIZE("a size such as 224, or WIDTHxHEIGHT such as 160x96, of at most 67 megapixels"),
    /** The number of channels. */
    CHANNELS("a number of channels: 1 for luminance, 3 for colours, 4 for colours and alpha"),
    /** The first colour. */
    CHANNEL_ORDER("rgb or bgr"),
    /** The value of white. */
    SCALE("the value of white, such as 1 or 255"),
    /** Subtracted after scaling, one value or one a channel. */
    MEAN("one number, or one a channel such as 0.485,0.456,0.406"),
    /** Divided by after that, one value or one a channel. */
    STD("one number above zero, or one a channel such as 0.229,0.224,0.225"),
    /** How a picture of another shape is fitted. */
    FIT("crop, stretch, letterbox or pixels"),
    /** The share of each side that is used. */
    CROP_SHARE("a share above 0 and up to 1, such as 0.875"),
    /** How it is resized. */
    RESIZE("bilinear, bicubic, lanczos, nearest or four-pixels");

    private final String form;

    Setting(String form) {
      this.form = form;
    }

    /** What can be given, for a sentence. */
    public String form() {
      return form;
    }

    /** Its name on the command line, such as "--size". */
    public String option() {
      return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Keeps its own map, and checks it.
   *
   * @throws IllegalArgumentException if a text is not of its setting's form; the message names both
   */
  public PreprocessingSettings {
    Map<Setting, String> sorted = new EnumMap<>(Setting.class);
    sorted.putAll(values);
    values = Collections.unmodifiableMap(sorted);
    values.forEach(PreprocessingSettings::check);
  }

  /** Nearly black or white pictures are explained without a word if units are mixed. */
  private static void checkMean(Preprocessing used) {
    float largest = 0;
    for (float mean : used.mean()) {
      largest = Math.max(largest, mean);
    }
    if (used.white() >= BYTES && largest > 0 && largest <= 1) {
      throw new IllegalArgumentException(
          "the mean "
              + largest
              + " counts from 0 to 1, and the value of white is "
              + used.white()
              + "; leave out --scale, or multiply --mean and --std by 255, or leave out all three if the"
              + " network takes bytes");
    }
    for (float mean : used.mean()) {
      if (mean > used.white()) {
        throw new IllegalArgumentException(
            "the mean "
                + mean
                + " is above the value of white, which is "
                + used.white()
                + "; add --scale 255, or divide --mean and --std by 255");
      }
    }
  }

  private static void check(Setting setting, String text) {
    Preprocessing any = Preprocessing.of(1, 1);
    try {
      boolean list = setting == Setting.MEAN || setting == Setting.STD;
      int count = list ? numbers(text).length : 0;
      if (count == 2 || count > 4) {
        throw new IllegalArgumentException("pictures have 1, 3 or 4 channels");
      }
      applied(count > 1 ? any.withChannels(count) : any, setting, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          setting.option() + " is " + setting.form() + ", but got '" + text + "'", e);
    }
  }

  /** The settings that were stored with a model. */
  public static PreprocessingSettings of(Model model) {
    Map<Setting, String> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String text = model.getProperty(PROPERTY + setting);
      if (text != null) {
        found.put(setting, text);
      }
    }
    return new PreprocessingSettings(found);
  }

  /** Stores them with a model, as DJL's properties of it. */
  public void storeIn(Model model) {
    values.forEach((setting, text) -> model.setProperty(PROPERTY + setting, text));
  }

  /** The same with one setting more; null says nothing. */
  public PreprocessingSettings with(Setting setting, @Nullable String text) {
    if (text == null) {
      return this;
    }
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    all.putAll(values);
    all.put(setting, text);
    return new PreprocessingSettings(all);
  }

  /** The same with statistics, one value a channel. */
  public PreprocessingSettings with(Setting setting, float... numbers) {
    return with(
        setting,
        IntStream.range(0, numbers.length)
            .mapToObj(i -> String.valueOf(numbers[i]))
            .collect(Collectors.joining(",")));
  }

  /** The text of a setting. */
  public Optional<String> value(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  /** Whether nothing is said. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * A preprocessing with these settings.
   *
   * @throws IllegalArgumentException if they do not go with its number of channels
   */
  public Preprocessing applyTo(Preprocessing given) {
    Preprocessing changed = given;
    if (values.containsKey(Setting.CHANNELS)
        && values.containsKey(Setting.MEAN)
        && values.containsKey(Setting.STD)) {
      // Those of other channels are of no use any more.
      float[] ones = new float[given.channels()];
      Arrays.fill(ones, 1);
      changed = given.normalised(new float[given.channels()], ones);
    }
    for (Map.Entry<Setting, String> one : values.entrySet()) {
      changed = applied(changed, one.getKey(), one.getValue());
    }
    if (values.containsKey(Setting.MEAN)) {
      checkMean(changed);
    }
    return changed;
  }

  private static Preprocessing applied(Preprocessing given, Setting setting, String text) {
    return switch (setting) {
      case SIZE -> sized(given, text);
      case CHANNELS -> given.withChannels(Integer.parseInt(text));
      case CHANNEL_ORDER -> given.withBlueFirst(isBlueFirst(text));
      case SCALE -> given.withScale(number(text));
      case MEAN -> given.normalised(each(numbers(text), given.channels()), given.std());
      case STD -> given.normalised(given.mean(), each(numbers(text), given.channels()));
      case FIT -> given.fitted(Fit.valueOf(constant(text)));
      case CROP_SHARE -> given.cropped(Double.parseDouble(text));
      case RESIZE -> given.withFilter(Filter.valueOf(constant(text)));
    };
  }

  private static Preprocessing sized(Preprocessing given, String text) {
    String[] sides = text.split("[xX]", -1);
    int width = Integer.parseInt(sides[0]);
    int height = sides.length == 1 ? width : Integer.parseInt(sides[1]);
    if (sides.length > 2 || width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
      throw new IllegalArgumentException(text);
    }
    return given.fitted(Fit.CROP).cropped(1).withSize(width, height);
  }

  private static boolean isBlueFirst(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "rgb" -> false;
      case "bgr" -> true;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static String constant(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static float number(String text) {
    return Float.parseFloat(text.strip());
  }

  private static float[] numbers(String text) {
    String[] parts = text.split(",", -1);
    float[] numbers = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = number(parts[i]);
    }
    return numbers;
  }

  private static float[] each(float[] numbers, int channels) {
    if (numbers.length != 1) {
      return numbers;
    }
    float[] all = new float[channels];
    Arrays.fill(all, numbers[0]);
    return all;
  }

  /** The settings as they are given on the command line; empty if there are none. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(one -> one.getKey().option() + " " + one.getValue())
        .collect(Collectors.joining(" "));
  }
}
