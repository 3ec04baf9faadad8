package dev.limelight.model;

import ai.djl.Model;
import ai.djl.repository.zoo.ZooModel;
import dev.limelight.image.Picture;
import dev.limelight.image.Resampling;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.input.PixelValues;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a picture becomes the network's input: fitted to a size, scaled to [0, 1] or 0 to 255, then
 * {@code (v - mean) / std} per channel. It knows which part of the picture the network sees, so
 * that maps can be drawn on the original.
 *
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 * @param fit how a picture of another shape is fitted
 * @param share how much of each side of what is fitted is used, around its middle: 1, or 0.875 for
 *     a picture that is resized to 256 pixels and cropped to 224
 * @param filter how it is resized
 * @param values how its colours become numbers
 * @param assumed what nothing says, neither the model nor its user
 * @param pipeline what makes the input instead of all that, or null
 */
public record Preprocessing(
    int width,
    int height,
    Fit fit,
    double share,
    Filter filter,
    PixelValues values,
    Set<Part> assumed,
    @Nullable Pipeline pipeline) {

  /** As many as an array holds. */
  private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  private static final String IMAGENET_OPTIONS =
      " (those of most PyTorch networks: --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225)";

  /** What happens to a picture whose sides have another ratio than the input's. */
  public enum Fit {
    /** The middle of the picture, as large as fits; the network does not see the rest. */
    CROP,
    /** The whole picture, distorted. */
    STRETCH,
    /** The whole picture, with grey bars. */
    LETTERBOX,
    /** The middle of the picture without resizing, with grey bars if it is smaller. */
    PIXELS
  }

  /** How pixels are weighed in resizing. */
  public enum Filter {
    /** The nearest pixel. */
    NEAREST(Resampling.Filter.NEAREST, false),
    /** Bilinear, with antialiasing, as in Pillow. */
    BILINEAR(Resampling.Filter.TRIANGLE, true),
    /** Bicubic, with antialiasing, as in Pillow. */
    BICUBIC(Resampling.Filter.CUBIC, true),
    /** Lanczos, with antialiasing, as in Pillow. */
    LANCZOS(Resampling.Filter.LANCZOS, true),
    /** Bilinear between the four pixels around, as in DJL, OpenCV and TensorFlow. */
    FOUR_PIXELS(Resampling.Filter.TRIANGLE, false);

    private final Resampling.Filter weights;
    private final boolean antialias;

    Filter(Resampling.Filter weights, boolean antialias) {
      this.weights = weights;
      this.antialias = antialias;
    }
  }

  /** What can be known or assumed. */
  public enum Part {
    /** Width and height. */
    SIZE,
    /** Scale, mean and standard deviation. */
    VALUES
  }

  /** What makes the input of a picture, such as a translator of DJL. */
  public interface Pipeline {

    /** The input of a picture, (C, H, W), row by row. */
    float[] apply(Picture picture);

    /** The part of a picture of this size that becomes its input, in the picture's pixels. */
    Rectangle2D visibleRegion(int pictureWidth, int pictureHeight);
  }

  /** Checks the size. */
  public Preprocessing {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an input has at least one pixel, but got " + width + "x" + height);
    }
    if (3L * width * height > MAX_VALUES) {
      throw new IllegalArgumentException(
          "an input has at most " + MAX_VALUES + " values, but got 3x" + height + "x" + width);
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of a side that is used is above 0 and up to 1, but got " + share);
    }
    assumed = Set.copyOf(assumed);
  }

  /** The middle of the picture in [0, 1], red first, without mean and standard deviation. */
  public static Preprocessing of(int width, int height) {
    return new Preprocessing(
        width, height, Fit.CROP, 1, Filter.BILINEAR, PixelValues.PLAIN, Set.of(), null);
  }

  /**
   * The preprocessing of a {@code ZooModel}'s translator; for other models the size and channels of
   * the model's input, or 224x224 and three if they are unknown, with the statistics of a published
   * model. What nothing says is {@link #assumed}.
   *
   * @throws dev.limelight.support.UnsupportedException if a translator gives one picture several
   *     inputs
   */
  public static Preprocessing of(Model model) {
    if (model instanceof ZooModel<?, ?> zoo) {
      Preprocessing probed = TranslatorProbe.preprocessing(zoo);
      return probed != null ? probed : of(zoo.getWrappedModel());
    }
    Preprocessing ofInput = of(NetworkFormats.input(model));
    return PreprocessingSettings.of(model).applyTo(ofInput);
  }

  private static Preprocessing of(NetworkInput input) {
    Set<Part> unknown = EnumSet.allOf(Part.class);
    Preprocessing sized = of(224, 224);
    if (input.height() > 0 && input.width() > 0) {
      sized = of(Math.toIntExact(input.width()), Math.toIntExact(input.height()));
      unknown.remove(Part.SIZE);
    }
    if (input.channels() > 0) {
      sized = sized.withChannels(Math.toIntExact(input.channels()));
    }
    if (input.isWhole()) {
      // Whole numbers from 0 to 255 are pixels as they are.
      sized = sized.withScale(255);
      unknown.remove(Part.VALUES);
    }
    return sized.assuming(unknown);
  }

  /**
   * The usual statistics of ImageNet networks: mean 0.485, 0.456, 0.406, std 0.229, 0.224, 0.225.
   */
  public Preprocessing imageNet() {
    return normalised(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  }

  /**
   * The same with other statistics.
   *
   * @param newMean of each channel, in the order of the channels, in units of the scale
   * @param newStd of each channel
   */
  public Preprocessing normalised(float[] newMean, float[] newStd) {
    return with(new PixelValues(channels(), values.blueFirst(), values.scale(), newMean, newStd));
  }

  /**
   * Checks that a network that takes whole numbers from 0 to 255 gets them.
   *
   * @throws IllegalArgumentException if the values are scaled or shifted
   */
  public void checkValues(NetworkInput input) {
    if (input.isWhole() && pipeline == null && !values.isBytes()) {
      throw new IllegalArgumentException(
          "this network takes whole numbers from 0 to 255, which it prepares itself, and the"
              + " preprocessing gives it "
              + values
              + "; leave out --scale, --mean and --std, or in Java take"
              + " Preprocessing.withScale(255)");
    }
  }

  /** The same with another way of fitting. */
  public Preprocessing fitted(Fit newFit) {
    return new Preprocessing(width, height, newFit, share, filter, values, assumed, null);
  }

  /** The same from the middle of what is fitted, such as 0.875 for 256 pixels cropped to 224. */
  public Preprocessing cropped(double newShare) {
    return new Preprocessing(width, height, fit, newShare, filter, values, assumed, null);
  }

  /** The same with another filter. */
  public Preprocessing withFilter(Filter newFilter) {
    return new Preprocessing(width, height, fit, share, newFilter, values, assumed, null);
  }

  /** The same at another size. */
  public Preprocessing withSize(int newWidth, int newHeight) {
    return new Preprocessing(newWidth, newHeight, fit, share, filter, values, assumed, null)
        .assuming(without(Part.SIZE));
  }

  /**
   * The same for another number of channels: 1 for luminance, 3 for colours, 4 for colours and an
   * opaque alpha. Networks with others are explained from ready tensors.
   *
   * @throws IllegalArgumentException if mean or std differ between the present channels
   */
  public Preprocessing withChannels(int count) {
    return new Preprocessing(
        width, height, fit, share, filter, values.withChannels(count), assumed, null);
  }

  /** The same with blue as the first channel, as in OpenCV and Caffe, or with red. */
  public Preprocessing withBlueFirst(boolean blueFirst) {
    return new Preprocessing(
        width,
        height,
        fit,
        share,
        filter,
        new PixelValues(channels(), blueFirst, values.scale(), mean(), std()),
        assumed,
        null);
  }

  /** The same with another value of white before the mean is subtracted: 1, or 255. */
  public Preprocessing withScale(float scale) {
    return with(new PixelValues(channels(), values.blueFirst(), scale, mean(), std()));
  }

  private Preprocessing with(PixelValues known) {
    return new Preprocessing(width, height, fit, share, filter, known, without(Part.VALUES), null);
  }

  private Set<Part> without(Part known) {
    Set<Part> rest = EnumSet.noneOf(Part.class);
    rest.addAll(assumed);
    rest.remove(known);
    return rest;
  }

  /** The same with other parts that nothing says. */
  Preprocessing assuming(Set<Part> unknown) {
    return new Preprocessing(width, height, fit, share, filter, values, unknown, pipeline);
  }

  /** What is assumed in words, and how to set it; nothing if all is known. */
  public Optional<String> assumption() {
    List<String> found = new ArrayList<>();
    List<String> options = new ArrayList<>();
    if (assumed.contains(Part.SIZE)) {
      found.add(width + "x" + height);
      options.add("--size");
    }
    if (assumed.contains(Part.VALUES)) {
      found.add("values 0 to 1, no mean");
      options.addAll(List.of("--scale", "--mean", "--std"));
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "preprocessing assumed: "
                + String.join(", ", found)
                + "; set "
                + String.join(", ", options)
                + (assumed.contains(Part.VALUES) && channels() == 3 ? IMAGENET_OPTIONS : ""));
  }

  /** The value of white before the mean is subtracted. */
  float white() {
    return values.scale();
  }

  /** The number of channels of the input. */
  public int channels() {
    return values.channels();
  }

  /** The mean of each channel. */
  public float[] mean() {
    return values.mean();
  }

  /** The standard deviation of each channel. */
  public float[] std() {
    return values.std();
  }

  /**
   * The part of a picture that the network sees, in the picture's pixels. With a letterbox it
   * extends beyond the picture.
   *
   * @param pictureWidth in pixels
   * @param pictureHeight in pixels
   */
  public Rectangle2D visibleRegion(int pictureWidth, int pictureHeight) {
    if (pipeline != null) {
      return pipeline.visibleRegion(pictureWidth, pictureHeight);
    }
    double across = (double) pictureWidth / width;
    double down = (double) pictureHeight / height;
    double w =
        switch (fit) {
          case STRETCH -> pictureWidth;
          case CROP -> width * Math.min(across, down);
          case LETTERBOX -> width * Math.max(across, down);
          case PIXELS -> width;
        };
    double h =
        switch (fit) {
          case STRETCH -> pictureHeight;
          case CROP -> height * Math.min(across, down);
          case LETTERBOX -> height * Math.max(across, down);
          case PIXELS -> height;
        };
    double part = fit == Fit.PIXELS ? 1 : share;
    w *= part;
    h *= part;
    double x = (pictureWidth - w) / 2;
    double y = (pictureHeight - h) / 2;
    // Pixels that are not resized are not split either.
    return fit == Fit.PIXELS
        ? new Rectangle2D.Double(Math.floor(x), Math.floor(y), w, h)
        : new Rectangle2D.Double(x, y, w, h);
  }

  /**
   * The network's input.
   *
   * @return (channels, height, width), row by row
   * @throws IllegalArgumentException if no picture has that many channels
   */
  public float[] apply(Picture picture) {
    return pipeline != null ? pipeline.apply(picture) : values.of(fitted(picture));
  }

  /** The part of a picture that the network sees, fitted to its size, in ordinary colours. */
  public Picture preview(Picture picture) {
    float[] planes = values.colours(apply(picture));
    int[] rgb = new int[width * height];
    for (int i = 0; i < planes.length; i++) {
      rgb[i % rgb.length] |= Math.round(planes[i] * 255) << 16 - 8 * (i / rgb.length);
    }
    return Picture.of(width, height, rgb, picture.name());
  }

  /** The picture in [0, 1] at the input's size, (3, height, width). */
  private float[] fitted(Picture picture) {
    Rectangle2D visible = visibleRegion(picture.width(), picture.height());
    Resampling across = resampling(picture.width(), width, visible.getX(), visible.getWidth());
    Resampling down = resampling(picture.height(), height, visible.getY(), visible.getHeight());
    float[] fitted = picture.planes(across, down);
    for (int i = 0; i < fitted.length; i++) {
      // Filters with negative weights go beyond black and white.
      fitted[i] = Math.max(0, Math.min(1, fitted[i]));
    }
    return fitted;
  }

  private Resampling resampling(int length, int size, double start, double extent) {
    return Resampling.of(filter.weights, filter.antialias, length, size, start, extent);
  }

  @Override
  public String toString() {
    return width
        + "x"
        + height
        + " "
        + fit.name().toLowerCase(Locale.ROOT)
        + (share < 1 ? " to the middle " + Math.round(1000 * share) / 10.0 + " %" : "")
        + (filter == Filter.BILINEAR
            ? ""
            : " by " + filter.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        + ", "
        + values
        + (pipeline == null ? "" : ", by " + pipeline)
        + assumption().map(text -> " (assumed)").orElse("");
  }
}
