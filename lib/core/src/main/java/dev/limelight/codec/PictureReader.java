package dev.limelight.codec;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReader;
import dev.limelight.codec.Orientation.Pixels;
import dev.limelight.image.Picture;
import dev.limelight.io.Names;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Reads picture files; a file that cannot be read is refused with one sentence. */
final class PictureReader {

  /** Larger pictures are not decoded. */
  static final long MAX_PIXELS = 100_000_000;

  private final String file;
  private final @Nullable SampleRange range;
  private final List<String> notes = new ArrayList<>();

  private PictureReader(String file, @Nullable SampleRange range) {
    this.file = file;
    this.range = range;
  }

  static Picture read(Path file, @Nullable SampleRange range) throws IOException {
    check(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new PictureReader(file.toString(), range)
          .read(in)
          .named(file.getFileName().toString());
    }
  }

  static Picture read(byte[] bytes, String name, @Nullable SampleRange range) throws IOException {
    check(bytes, name);
    return new PictureReader(name, range).read(new ByteArrayInputStream(bytes));
  }

  /**
   * An image as its file has it.
   *
   * @param image its samples
   * @param orientation how it is to be turned, 1 to 8
   */
  record Stored(BufferedImage image, int orientation) {}

  /** The image with its samples as they are stored. */
  static Stored samples(Path file) throws IOException {
    check(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new PictureReader(file.toString(), null).samples(in);
    }
  }

  /** The image with its samples as they are stored. */
  static Stored samples(byte[] bytes, String name) throws IOException {
    check(bytes, name);
    return new PictureReader(name, null).samples(new ByteArrayInputStream(bytes));
  }

  private static void check(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; name pictures in it, such as " + file + "/*.jpg");
    }
    if (!Files.exists(file)) {
      throw new IOException(
          "there is no file "
              + file
              + "; check the name; the current folder is "
              + Path.of("").toAbsolutePath());
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + " cannot be read; check its permissions");
    }
    if (Files.size(file) == 0) {
      throw new IOException(file + " is empty (0 bytes); copy or download it again");
    }
  }

  private static void check(byte[] bytes, String name) throws IOException {
    if (bytes.length == 0) {
      throw new IOException(name + " is empty (0 bytes); copy or download it again");
    }
  }

  /** How a picture is turned when it is read, 1 to 8; 1 if its Exif block is damaged. */
  static int orientation(InputStream in) throws IOException {
    try (ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      return Orientation.of(stream);
    } catch (IOException e) {
      return 1;
    }
  }

  private Stored samples(InputStream in) throws IOException {
    try (ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      ImageReader reader = PictureFormats.reader(stream);
      if (reader == null) {
        throw unknown(start(stream));
      }
      int orientation = 1;
      try {
        orientation = Orientation.of(stream);
      } catch (IOException e) {
        // As for pictures: it is taken as upright.
      }
      return new Stored(decode(reader, stream, () -> reader.read(0)), orientation);
    }
  }

  private Picture read(InputStream in) throws IOException {
    // ImageIO's default stream would write every picture to a temporary file first.
    try (ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      byte[] start = start(stream);
      ImageReader reader = PictureFormats.reader(stream);
      if (reader == null) {
        throw unknown(start);
      }
      int orientation = 1;
      try {
        orientation = Orientation.of(stream);
      } catch (IOException e) {
        notes.add("its Exif block is damaged, so it is taken as upright");
      }
      boolean ycck = reader instanceof JPEGImageReader && InkJpeg.isYcck(stream);
      Pixels pixels = decode(reader, stream, () -> pixels(reader, ycck)).upright(orientation);
      Canvas canvas = Canvas.of(start);
      if (canvas != null
          && (long) canvas.width() * canvas.height() != (long) pixels.width() * pixels.height()) {
        notes.add(
            String.format(
                Locale.ROOT,
                "its first frame has %d x %d pixels, a part of the %d x %d of the whole",
                pixels.width(),
                pixels.height(),
                canvas.width(),
                canvas.height()));
      }
      return Picture.of(pixels.width(), pixels.height(), pixels.rgb(), file).noted(notes);
    }
  }

  private static byte[] start(ImageInputStream stream) throws IOException {
    byte[] start = new byte[Canvas.HEADER_BYTES];
    stream.seek(0);
    int length = 0;
    for (int more = 0; more >= 0 && length < start.length; length += Math.max(0, more)) {
      more = stream.read(start, length, start.length - length);
    }
    return Arrays.copyOf(start, length);
  }

  private IOException unknown(byte[] start) {
    String format = PictureFormats.unreadable(start);
    return new IOException(
        format == null
            ? file
                + " is not a picture in a known format; save it as one of "
                + PictureFormats.NAMES
            : file
                + " is a "
                + format
                + " file, which cannot be read; save it as one of "
                + PictureFormats.NAMES);
  }

  /** Reads what a reader's file holds. */
  private interface Decoder<T> {
    T decode() throws IOException;
  }

  private <T> T decode(ImageReader reader, ImageInputStream stream, Decoder<T> decoder)
      throws IOException {
    AtomicBoolean truncated = new AtomicBoolean();
    AtomicBoolean opaque = new AtomicBoolean();
    try {
      if (Orientation.isLab(stream)) {
        throw new Refusal(
            file + " has CIELAB colours, which programs read differently; save it as RGB");
      }
      stream.seek(0);
      reader.setInput(LosslessWebp.guarded(stream), false, true);
      // A JPEG that lacks only its end marker is complete; if it lacks pixels, the reader warns.
      reader.addIIOReadWarningListener(
          (source, text) -> {
            truncated.compareAndSet(false, text.contains("premature end"));
            opaque.compareAndSet(false, text.contains("WebP alpha"));
          });
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (width * height > MAX_PIXELS) {
        throw new Refusal(
            String.format(
                Locale.ROOT,
                "%s has %d x %d pixels, more than the limit of %d megapixels;"
                    + " make it smaller first",
                file,
                width,
                height,
                MAX_PIXELS / 1_000_000));
      }
      T decoded = decoder.decode();
      if (truncated.get()) {
        throw new EOFException();
      }
      if (opaque.get()) {
        throw new Refusal(file + " has transparency in a form that cannot be read; save it as PNG");
      }
      return decoded;
    } catch (Refusal e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw new IOException(
          file + " does not fit into the memory of this JVM; raise -Xmx or make it smaller", e);
    } catch (IOException | RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null && cause.getCause() != cause) {
        cause = cause.getCause();
      }
      throw new IOException(file + refusal(cause), e);
    } finally {
      reader.dispose();
    }
  }

  private Pixels pixels(ImageReader reader, boolean ycck) throws IOException {
    OpaquePixels pixels = opaque(reader, ycck);
    notes.addAll(pixels.notes());
    countFrames(reader);
    return new Pixels(reader.getWidth(0), reader.getHeight(0), pixels.rgb());
  }

  private OpaquePixels opaque(ImageReader reader, boolean ycck) throws IOException {
    ImageTypeSpecifier raw = reader.getRawImageType(0);
    ImageReadParam how = reader.getDefaultReadParam();
    if (raw != null) {
      ColorModel model = raw.getColorModel();
      ColorSpace space = model.getColorSpace();
      boolean inks = space.getType() == ColorSpace.TYPE_CMYK;
      if (inks && reader instanceof JPEGImageReader) {
        Raster stored = reader.readRaster(0, how);
        WritableRaster components = stored.createCompatibleWritableRaster();
        components.setRect(stored);
        InkJpeg.toInks(components, ycck);
        return scaled(() -> OpaquePixels.of(components, model, range));
      }
      if (!OpaquePixels.hasRange(model)) {
        return scaled(() -> OpaquePixels.of(reader.readRaster(0, how), model, range));
      }
      // The samples as they are: without this the reader would apply the file's colour profile.
      if (inks || space.getType() == ColorSpace.TYPE_RGB && !space.isCS_sRGB()) {
        how.setDestinationType(raw);
      }
    }
    return scaled(() -> OpaquePixels.of(reader.read(0, how), range));
  }

  /** Reads samples. */
  private interface Samples {
    OpaquePixels read() throws IOException;
  }

  private OpaquePixels scaled(Samples samples) throws IOException {
    try {
      return samples.read();
    } catch (OpaquePixels.UnknownRangeException e) {
      throw new Refusal(file + " " + e.getMessage());
    }
  }

  private void countFrames(ImageReader reader) throws IOException {
    String format = reader.getFormatName().toLowerCase(Locale.ROOT);
    if (!List.of("gif", "tiff", "tif", "webp", "bigtiff").contains(format)) {
      return;
    }
    int count = reader.getNumImages(true);
    if (count > 1) {
      notes.add("it is the first of " + count + " pictures in its file");
    }
  }

  private static String refusal(Throwable cause) {
    if (cause instanceof EOFException) {
      return " is cut off: it ends before the picture does; copy or download it again";
    }
    String text = cause.getMessage();
    String reason = text == null || text.isBlank() ? cause.getClass().getSimpleName() : text;
    return " cannot be decoded ("
        + Names.printable(reason.strip().replaceAll("\\s+", " ").replaceAll("[.! ]+$", ""))
        + "): it may be damaged or of a rare kind;"
        + " copy it again, or save it as PNG or RGB JPEG";
  }

  private static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }
}
