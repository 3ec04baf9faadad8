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

/** PNG encoding that never leaves half a file. */
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
    // A plain stream would be cached in a file of the temporary folder, which may be full.
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime has no PNG writer; use a full JDK");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes an image beside the target and moves it there, so that the file is whole or absent. */
  public static void write(BufferedImage image, Path file) throws IOException {
    AtomicFile.write(encode(image), file);
  }

  /** Writes a picture beside the target and moves it there. */
  public static void write(Picture picture, Path file) throws IOException {
    AtomicFile.write(encode(picture), file);
  }
}
