package dev.limelight.codec;

import dev.limelight.image.Rgb;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The opaque 8-bit colours of an image, as its samples say: Java's conversion of grey would change
 * the brightness, and colour profiles are not applied, nor are they where networks are trained.
 * Transparent parts are drawn on white.
 */
final class OpaquePixels {

  /** An image of 16 bits whose samples stay below this share of the range probably has fewer. */
  private static final double WIDE_SHARE = 0.5;

  /** An image of 8 bits below this share is almost black. */
  private static final double BYTE_SHARE = 0.125;

  private final int[] rgb;
  private final @Nullable SampleRange range;
  private final List<String> notes = new ArrayList<>();
  private boolean transparent;

  private OpaquePixels(int pixels, @Nullable SampleRange range) {
    this.rgb = new int[pixels];
    this.range = range;
  }

  /**
   * The pixels of an image.
   *
   * @param range of its samples, or null for that of their type
   * @throws UnknownRangeException if the samples have no range of their own and none is given
   */
  static OpaquePixels of(BufferedImage image, @Nullable SampleRange range) {
    OpaquePixels pixels =
        new OpaquePixels(Math.multiplyExact(image.getWidth(), image.getHeight()), range);
    ColorModel model = image.getColorModel();
    if (model instanceof ComponentColorModel
        && !model.isAlphaPremultiplied()
        && kind(model.getColorSpace()) != 0) {
      pixels.read(image.getRaster(), model);
    } else {
      pixels.read(image);
    }
    if (pixels.transparent) {
      pixels.notes.add("its transparent parts are drawn on white");
    }
    return pixels;
  }

  /** Of floating point and the like: grey or RGB samples that only a range can tell. */
  static OpaquePixels of(Raster raster, ColorModel model, @Nullable SampleRange range) {
    OpaquePixels pixels =
        new OpaquePixels(Math.multiplyExact(raster.getWidth(), raster.getHeight()), range);
    pixels.read(raster, model);
    return pixels;
  }

  /** The colours 0xRRGGBB, row by row; not a copy. */
  int[] rgb() {
    return rgb;
  }

  /** What a reader of the result must know. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Whether samples of a type have a range of their own. */
  static boolean hasRange(ColorModel model) {
    return model.getTransferType() == DataBuffer.TYPE_BYTE
        || model.getTransferType() == DataBuffer.TYPE_USHORT
        || !(model instanceof ComponentColorModel);
  }

  /** The number of colours in a space that is read by its samples: 1, 3 or 4 for CMYK; else 0. */
  private static int kind(ColorSpace space) {
    return switch (space.getType()) {
      case ColorSpace.TYPE_GRAY -> 1;
      case ColorSpace.TYPE_RGB -> 3;
      case ColorSpace.TYPE_CMYK -> 4;
      default -> 0;
    };
  }

  private void read(BufferedImage image) {
    if (range != null) {
      throw new UnknownRangeException(
          "has colours of a palette or packed ones, which no range of samples scales;"
              + " leave the range away");
    }
    image.getRGB(0, 0, image.getWidth(), image.getHeight(), rgb, 0, image.getWidth());
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = onWhite(rgb[i], (rgb[i] >>> 24) / 255f);
    }
  }

  private void read(Raster raster, ColorModel model) {
    if (hasRange(model)) {
      readIntegers(raster, model);
    } else {
      readNumbers(raster, kind(model.getColorSpace()));
    }
  }

  private void readIntegers(Raster raster, ColorModel model) {
    int colors = kind(model.getColorSpace());
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    int white = (1 << model.getComponentSize(0)) - 1;
    int[] table = table(range != null ? range : new SampleRange(0, white), white);
    boolean alpha = model.hasAlpha();
    if (range == null && colors == 3 && bands == 3 && white == 255 && readBytes(raster)) {
      return;
    }
    int[] row = new int[width * bands];
    int low = white;
    int high = 0;
    int[] levels = new int[4];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        for (int c = 0; c < colors; c++) {
          int sample = row[at + c];
          low = Math.min(low, sample);
          high = Math.max(high, sample);
          levels[c] = table[sample];
        }
        float share = alpha ? (float) row[at + colors] / white : 1f;
        rgb[y * width + x] = onWhite(color(levels, colors), share);
      }
    }
    note(low, high, white, colors == 4);
  }

  /**
   * Nearly all photos: bytes that need no scale, read where they lie.
   *
   * @return false if they lie otherwise, or are so dark that the range has to be known
   */
  private boolean readBytes(Raster raster) {
    if (!(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)) {
      return false;
    }
    int[] bands = model.getBandOffsets();
    int[] banks = model.getBankIndices();
    if (Arrays.stream(banks).anyMatch(bank -> bank != banks[0])) {
      return false;
    }
    byte[] bytes = buffer.getData(banks[0]);
    int step = model.getPixelStride();
    int width = raster.getWidth();
    int seen = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int start =
          buffer.getOffsets()[banks[0]]
              + (raster.getMinY() - raster.getSampleModelTranslateY() + y)
                  * model.getScanlineStride()
              + (raster.getMinX() - raster.getSampleModelTranslateX()) * step;
      int red = start + bands[0];
      int green = start + bands[1];
      int blue = start + bands[2];
      for (int x = 0; x < width; x++) {
        int at = x * step;
        int color =
            (bytes[red + at] & 255) << 16 | (bytes[green + at] & 255) << 8 | bytes[blue + at] & 255;
        rgb[y * width + x] = color;
        seen |= color;
      }
    }
    // The share is that of a bit: below it, no sample has this bit or a higher one.
    return ((seen >> 16 | seen >> 8 | seen) & 255) >= 255 * BYTE_SHARE;
  }

  private void readNumbers(Raster raster, int colors) {
    if (colors == 0) {
      throw new UnknownRangeException("has colours of a rare kind; save it as RGB");
    }
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    double[] row = new double[width * bands];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int[] levels = new int[4];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < colors; c++) {
          double sample = row[x * bands + c];
          if (!Double.isFinite(sample)) {
            throw new UnknownRangeException(
                "has samples that are not finite numbers; replace them");
          }
          low = Math.min(low, sample);
          high = Math.max(high, sample);
          levels[c] = range == null ? 0 : range.level(sample);
        }
        rgb[y * width + x] = color(levels, colors);
      }
    }
    if (range == null) {
      throw new UnknownRangeException(
          String.format(
              Locale.ROOT,
              "has samples from %s to %s of a type that does not say what is black and white;"
                  + " give the range, such as --range %s,%s, or save it with 8 bits",
              number(low),
              number(high),
              number(Math.min(0, low)),
              number(high <= 1 ? 1 : high)));
    }
    note(low, high, high, false);
  }

  private static int color(int[] levels, int colors) {
    return switch (colors) {
      case 1 -> levels[0] * 0x010101;
      case 3 -> levels[0] << 16 | levels[1] << 8 | levels[2];
      default -> ofInks(levels);
    };
  }

  /** The level of each sample of a type: a look-up is faster than a division. */
  private static int[] table(SampleRange scale, int white) {
    int[] table = new int[white + 1];
    Arrays.setAll(table, scale::level);
    return table;
  }

  private void note(double low, double high, double white, boolean cmyk) {
    if (range != null) {
      if (low < range.low() || high > range.high()) {
        notes.add(
            String.format(
                Locale.ROOT,
                "its samples from %s to %s are cut off at the range %s,%s",
                number(low),
                number(high),
                number(range.low()),
                number(range.high())));
      }
    } else if (!cmyk && high > 0 && high < white * (white > 255 ? WIDE_SHARE : BYTE_SHARE)) {
      notes.add(
          String.format(
              Locale.ROOT,
              "its samples are from %s to %s of 0 to %s, so it is dark; if they have fewer bits,"
                  + " give their range, such as --range 0,%d",
              number(low),
              number(high),
              number(white),
              (Long.highestOneBit((long) high) << 1) - 1));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.4g", value);
  }

  /** Inks on paper, as Pillow mixes them; the profile of the press is not applied. */
  private static int ofInks(int[] inks) {
    int paper = 255 - inks[3];
    int color = 0;
    for (int i = 0; i < 3; i++) {
      color = color << 8 | Math.round(paper * (255 - inks[i]) / 255f);
    }
    return color;
  }

  private int onWhite(int color, float alpha) {
    int opaque = color & 0xFFFFFF;
    if (alpha >= 1) {
      return opaque;
    }
    transparent = true;
    return Rgb.mix(0xFFFFFF, opaque, alpha);
  }

  /** Samples that need a range, or that a range does not fit; the message begins with a verb. */
  static final class UnknownRangeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownRangeException(String message) {
      super(message);
    }
  }
}
