package dev.limelight.codec;

import dev.limelight.image.Picture;
import dev.limelight.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** PNG encoding; a file is written completely or not at all. */
@API(status = Status.INTERNAL)
public final class Png {

  private Png() {}

  /** Encodes an image as PNG. */
  public static byte[] encode(BufferedImage image) {
    return image.getType() == BufferedImage.TYPE_INT_RGB
        ? TruecolourPng.encode(image)
        : encodeAny(image);
  }

  /** Encodes a picture as PNG. */
  public static byte[] encode(Picture picture) {
    return encode(Pictures.toImage(picture));
  }

  private static byte[] encodeAny(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // A plain stream would be cached in a temporary file, for which there may be no space.
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime has no PNG writer; use a full JDK");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes an image to a file, completely or not at all. */
  public static void write(BufferedImage image, Path file) throws IOException {
    AtomicFile.write(encode(image), file);
  }

  /** Writes a picture to a file, completely or not at all. */
  public static void write(Picture picture, Path file) throws IOException {
    AtomicFile.write(encode(picture), file);
  }
}
