package dev.limelight.model;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.ZooModel;
import dev.limelight.image.Picture;
import dev.limelight.image.Resampling;
import dev.limelight.image.Resampling.Filter;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;

/**
 * How a picture becomes the network's input: fitted to a size, scaled to [0, 1], then {@code (v -
 * mean) / std} per channel. It knows which part of the picture the network sees, so that maps can
 * be drawn on the original.
 *
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 * @param fit how a picture of another shape is fitted
 * @param share how much of each side of what is fitted is used, around its middle: 1, or 0.875 for
 *     a picture that is resized to 256 pixels and cropped to 224
 * @param mean of red, green and blue
 * @param std of red, green and blue
 */
public record Preprocessing(
    int width, int height, Fit fit, double share, float[] mean, float[] std) {

  /** As many as an array holds. */
  private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  /** What happens to a picture whose sides have another ratio than the input's. */
  public enum Fit {
    /** The middle of the picture, as large as fits; the network does not see the rest. */
    CROP,
    /** The whole picture, distorted. */
    STRETCH,
    /** The whole picture, with grey bars. */
    LETTERBOX
  }

  /** Checks sizes and statistics. */
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
    if (mean.length != 3 || std.length != 3) {
      throw new IllegalArgumentException(
          "mean and std have three values, for red, green and blue, but got "
              + mean.length
              + " and "
              + std.length);
    }
    for (int i = 0; i < 3; i++) {
      if (!(std[i] > 0) || !Float.isFinite(std[i]) || !Float.isFinite(mean[i])) {
        throw new IllegalArgumentException(
            "mean is finite and std is above zero, but got " + mean[i] + " and " + std[i]);
      }
    }
    mean = mean.clone();
    std = std.clone();
  }

  /** The middle of the picture in [0, 1], without mean and standard deviation. */
  public static Preprocessing of(int width, int height) {
    return new Preprocessing(
        width, height, Fit.CROP, 1, new float[] {0, 0, 0}, new float[] {1, 1, 1});
  }

  /**
   * The preprocessing of a {@code ZooModel}'s translator; for other models the size of the model's
   * input, or 224x224 if it is unknown, with the statistics of a published model.
   */
  public static Preprocessing of(Model model) {
    if (model instanceof ZooModel<?, ?> zoo) {
      Preprocessing probed = TranslatorProbe.preprocessing(zoo);
      return probed != null ? probed : of(zoo.getWrappedModel());
    }
    Preprocessing sized =
        NetworkFormats.of(model)
            .map(format -> format.preprocessing(model))
            .orElseGet(() -> ofInputShape(model.getBlock()));
    return sized.normalised(ModelMetadata.mean(model), ModelMetadata.std(model));
  }

  /** For the size of a block's input, or 224x224 if it is unknown. */
  static Preprocessing ofInputShape(Block block) {
    if (block.isInitialized()) {
      // Not describeInput(), which fails on a block whose parameters were read from a file.
      Shape shape = block.getInputShapes()[0];
      if (shape.dimension() == 4 && shape.get(2) > 0 && shape.get(3) > 0) {
        return of((int) shape.get(3), (int) shape.get(2));
      }
    }
    return of(224, 224);
  }

  /**
   * The usual statistics of ImageNet networks: mean 0.485, 0.456, 0.406, std 0.229, 0.224, 0.225.
   */
  public Preprocessing imageNet() {
    return normalised(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  }

  /** The same with other statistics. */
  public Preprocessing normalised(float[] newMean, float[] newStd) {
    return new Preprocessing(width, height, fit, share, newMean, newStd);
  }

  /** The same with another way of fitting. */
  public Preprocessing fitted(Fit newFit) {
    return new Preprocessing(width, height, newFit, share, mean, std);
  }

  /** The same from the middle of what is fitted, such as 0.875 for 256 pixels cropped to 224. */
  public Preprocessing cropped(double newShare) {
    return new Preprocessing(width, height, fit, newShare, mean, std);
  }

  /** The mean of red, green and blue. */
  @Override
  public float[] mean() {
    return mean.clone();
  }

  /** The standard deviation of red, green and blue. */
  @Override
  public float[] std() {
    return std.clone();
  }

  /**
   * The part of a picture that the network sees, in the picture's pixels. With a letterbox it
   * extends beyond the picture.
   *
   * @param pictureWidth in pixels
   * @param pictureHeight in pixels
   */
  public Rectangle2D visibleRegion(int pictureWidth, int pictureHeight) {
    double across = (double) pictureWidth / width;
    double down = (double) pictureHeight / height;
    double w =
        switch (fit) {
          case STRETCH -> pictureWidth;
          case CROP -> width * Math.min(across, down);
          case LETTERBOX -> width * Math.max(across, down);
        };
    double h =
        switch (fit) {
          case STRETCH -> pictureHeight;
          case CROP -> height * Math.min(across, down);
          case LETTERBOX -> height * Math.max(across, down);
        };
    w *= share;
    h *= share;
    return new Rectangle2D.Double((pictureWidth - w) / 2, (pictureHeight - h) / 2, w, h);
  }

  /**
   * The network's input.
   *
   * @return (3, height, width), row by row
   */
  public float[] apply(Picture picture) {
    float[] input = fitted(picture);
    int pixels = width * height;
    for (int c = 0; c < 3; c++) {
      float middle = mean[c];
      float spread = std[c];
      for (int i = c * pixels; i < (c + 1) * pixels; i++) {
        input[i] = (input[i] - middle) / spread;
      }
    }
    return input;
  }

  /** The part of a picture that the network sees, fitted to its size, in ordinary colours. */
  public Picture preview(Picture picture) {
    float[] planes = fitted(picture);
    int[] rgb = new int[width * height];
    for (int i = 0; i < planes.length; i++) {
      rgb[i % rgb.length] |= Math.round(planes[i] * 255) << 16 - 8 * (i / rgb.length);
    }
    return Picture.of(width, height, rgb, picture.name());
  }

  /** The picture in [0, 1] at the input's size, (3, height, width). */
  private float[] fitted(Picture picture) {
    Rectangle2D visible = visibleRegion(picture.width(), picture.height());
    Resampling across =
        Resampling.of(Filter.TRIANGLE, picture.width(), width, visible.getX(), visible.getWidth());
    Resampling down =
        Resampling.of(
            Filter.TRIANGLE, picture.height(), height, visible.getY(), visible.getHeight());
    float[] planes = picture.planes();
    float[] fitted = new float[3 * width * height];
    for (int c = 0; c < 3; c++) {
      float[] one = Resampling.resize(planes, c, across, down);
      System.arraycopy(one, 0, fitted, c * one.length, one.length);
    }
    return fitted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that
        && width == that.width
        && height == that.height
        && fit == that.fit
        && share == that.share
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean) * 31 + width * 7 + height;
  }

  @Override
  public String toString() {
    return width
        + "x"
        + height
        + " "
        + fit.name().toLowerCase(java.util.Locale.ROOT)
        + (share < 1 ? " to the middle " + Math.round(1000 * share) / 10.0 + " %" : "")
        + ", mean "
        + Arrays.toString(mean)
        + ", std "
        + Arrays.toString(std);
  }
}
