package dev.limelight.image;

import dev.limelight.image.Resampling.Filter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** A named picture of opaque 8-bit RGB pixels, whatever the file's format was. Immutable. */
public final class Picture {

  /** The 256 sample values in [0, 1]: a look-up is faster than a division per sample. */
  private static final float[] SHARES = new float[256];

  static {
    for (int i = 0; i < SHARES.length; i++) {
      SHARES[i] = i / 255f;
    }
  }

  private final int width;
  private final int height;
  private final int[] rgb;
  private final String name;
  private final List<String> notes;

  private Picture(int width, int height, int[] rgb, String name, List<String> notes) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.name = Objects.requireNonNull(name, "name");
    this.notes = notes;
  }

  /**
   * A picture of pixels, which are copied.
   *
   * @param rgb {@code width * height} colours 0xRRGGBB, row by row
   */
  public static Picture of(int width, int height, int[] rgb, String name) {
    if (width < 1 || height < 1 || rgb.length != (long) width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a picture needs at least one pixel and a colour for each, but got %d colours for %d"
                  + " x %d",
              rgb.length,
              width,
              height));
    }
    int[] opaque = new int[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      opaque[i] = rgb[i] & 0xFFFFFF;
    }
    return new Picture(width, height, opaque, name, List.of());
  }

  /** The number of columns. */
  public int width() {
    return width;
  }

  /** The number of rows. */
  public int height() {
    return height;
  }

  /** The name of the picture, usually of its file. */
  public String name() {
    return name;
  }

  /** What a reader of the result must know of how the file was read, one sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** A copy of the pixels, 0xRRGGBB, row by row. */
  public int[] rgb() {
    return rgb.clone();
  }

  /** The colour of a pixel, 0xRRGGBB. */
  public int rgb(int x, int y) {
    return rgb[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)];
  }

  /** The pixels as networks expect them: red, green, blue planes, (3, height, width) in [0, 1]. */
  public float[] planes() {
    int count = rgb.length;
    float[] planes = new float[3 * count];
    for (int i = 0; i < count; i++) {
      planes[i] = SHARES[rgb[i] >> 16 & 255];
      planes[count + i] = SHARES[rgb[i] >> 8 & 255];
      planes[2 * count + i] = SHARES[rgb[i] & 255];
    }
    return planes;
  }

  /** The planes of {@link #planes} resampled along both axes, (3, height, width). */
  public float[] planes(Resampling across, Resampling down) {
    return Resampling.resize(rgb, SHARES, across, down);
  }

  /** The picture at another size: bicubic, with antialiasing if it gets smaller. */
  public Picture resized(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "the new size must be at least 1 x 1, not " + width + " x " + height);
    }
    if (width == this.width && height == this.height) {
      return this;
    }
    Resampling across = Resampling.of(Filter.CUBIC, this.width, width, 0, this.width);
    Resampling down = Resampling.of(Filter.CUBIC, this.height, height, 0, this.height);
    int[] resized = new int[Math.multiplyExact(width, height)];
    float[] planes = planes(across, down);
    for (int i = 0; i < planes.length; i++) {
      int value = Math.max(0, Math.min(255, Math.round(planes[i] * 255)));
      resized[i % resized.length] |= value << 16 - 8 * (i / resized.length);
    }
    return new Picture(width, height, resized, name, notes);
  }

  /**
   * A part of the picture.
   *
   * @throws IllegalArgumentException if it reaches outside the picture
   */
  public Picture cropped(int x, int y, int width, int height) {
    if (x < 0
        || y < 0
        || width < 1
        || height < 1
        || (long) x + width > this.width
        || (long) y + height > this.height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a part of %d x %d at (%d, %d) is not inside %s of %d x %d pixels",
              width,
              height,
              x,
              y,
              name,
              this.width,
              this.height));
    }
    int[] part = new int[width * height];
    for (int row = 0; row < height; row++) {
      System.arraycopy(rgb, (y + row) * this.width + x, part, row * width, width);
    }
    return new Picture(width, height, part, name, notes);
  }

  /** The usual square crop: the shorter side is resized to a length, and the centre is cropped. */
  public Picture square(int side) {
    double scale = (double) side / Math.min(width, height);
    int w = Math.max(side, (int) Math.round(width * scale));
    int h = Math.max(side, (int) Math.round(height * scale));
    return resized(w, h).cropped((w - side) / 2, (h - side) / 2, side, side);
  }

  /**
   * Several pictures of one size as one picture, row by row.
   *
   * @throws IllegalArgumentException if there are none, their sizes differ, or a row is not full
   */
  public static Picture mosaic(List<Picture> pictures, int columns, String name) {
    if (pictures.isEmpty() || columns < 1 || pictures.size() % columns != 0) {
      throw new IllegalArgumentException(
          "a mosaic needs full rows, but got "
              + pictures.size()
              + " pictures for rows of "
              + columns);
    }
    int w = pictures.get(0).width;
    int h = pictures.get(0).height;
    int[] pixels = new int[Math.multiplyExact(w * h, pictures.size())];
    for (int i = 0; i < pictures.size(); i++) {
      Picture tile = pictures.get(i);
      if (tile.width != w || tile.height != h) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a mosaic needs pictures of one size, but %s is %d x %d, not %d x %d",
                tile.name,
                tile.width,
                tile.height,
                w,
                h));
      }
      int corner = i / columns * h * columns * w + i % columns * w;
      for (int y = 0; y < h; y++) {
        System.arraycopy(tile.rgb, y * w, pixels, corner + y * columns * w, w);
      }
    }
    return new Picture(columns * w, pictures.size() / columns * h, pixels, name, List.of());
  }

  /** The same picture under another name. */
  public Picture named(String name) {
    return new Picture(width, height, rgb, name, notes);
  }

  /** The same picture with other notes. */
  public Picture noted(List<String> notes) {
    return new Picture(width, height, rgb, name, List.copyOf(notes));
  }

  /** The same picture with further notes. */
  public Picture alsoNoted(List<String> more) {
    return more.isEmpty() ? this : noted(Stream.concat(notes.stream(), more.stream()).toList());
  }

  @Override
  public String toString() {
    return "Picture " + name + " " + width + " x " + height;
  }
}
