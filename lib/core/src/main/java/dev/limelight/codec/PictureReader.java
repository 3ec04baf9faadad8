package dev.limelight.codec;

import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads picture files; a file that cannot be read is refused with one sentence. */
final class PictureReader {

  /** Larger pictures are not decoded. */
  static final long MAX_PIXELS = 100_000_000;

  private static final String FORMATS = "PNG, JPEG, GIF, BMP, TIFF and WBMP";
  private static final int HEADER_BYTES = 256 * 1024;

  private PictureReader() {}

  static Picture read(Path file) throws IOException {
    return read(source(file), file.toString()).named(file.getFileName().toString());
  }

  static Picture read(byte[] bytes, String name) throws IOException {
    return read(source(bytes, name), name);
  }

  /** The image with its samples as they are stored. */
  static BufferedImage image(Path file) throws IOException {
    return image(source(file), file.toString());
  }

  /** The image with its samples as they are stored. */
  static BufferedImage image(byte[] bytes, String name) throws IOException {
    return image(source(bytes, name), name);
  }

  private static Source source(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; name a picture file in it");
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
    return () -> Files.newInputStream(file);
  }

  private static Source source(byte[] bytes, String name) throws IOException {
    if (bytes.length == 0) {
      throw new IOException(name + " is empty (0 bytes); copy or download it again");
    }
    return () -> new ByteArrayInputStream(bytes);
  }

  /** Bytes that can be read more than once. */
  private interface Source {
    InputStream open() throws IOException;
  }

  private static Picture read(Source source, String file) throws IOException {
    int orientation;
    try (InputStream in = source.open()) {
      orientation = Exif.orientation(in.readNBytes(HEADER_BYTES));
    }
    return Exif.upright(Pictures.of(image(source, file), file), orientation);
  }

  private static BufferedImage image(Source source, String file) throws IOException {
    try (InputStream in = source.open();
        // ImageIO's default stream would write every picture to a temporary file first.
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      return decode(file, stream);
    }
  }

  private static BufferedImage decode(String file, ImageInputStream stream) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw new IOException(
          file + " is not a picture in a known format; save it as one of " + FORMATS);
    }
    ImageReader reader = readers.next();
    AtomicBoolean truncated = new AtomicBoolean();
    try {
      reader.setInput(stream, true, true);
      // A JPEG that lacks only its end marker is complete; if it lacks pixels, the reader warns.
      reader.addIIOReadWarningListener(
          (source, text) -> truncated.compareAndSet(false, text.contains("premature end")));
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (width * height > MAX_PIXELS) {
        throw new TooLarge(
            String.format(
                Locale.ROOT,
                "%s has %d x %d pixels, more than the limit of %d megapixels;"
                    + " make it smaller first",
                file,
                width,
                height,
                MAX_PIXELS / 1_000_000));
      }
      BufferedImage image = reader.read(0);
      if (truncated.get()) {
        throw new EOFException();
      }
      return image;
    } catch (TooLarge e) {
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

  private static String refusal(Throwable cause) {
    if (cause instanceof EOFException) {
      return " is cut off: it ends before the picture does; copy or download it again";
    }
    String text = cause.getMessage();
    String reason = text == null || text.isBlank() ? cause.getClass().getSimpleName() : text;
    return " cannot be decoded ("
        + reason.strip().replaceAll("\\s+", " ").replaceAll("[.! ]+$", "")
        + "): it may be damaged or of a rare kind such as CMYK;"
        + " copy it again, or save it as PNG or RGB JPEG";
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message);
    }
  }
}
