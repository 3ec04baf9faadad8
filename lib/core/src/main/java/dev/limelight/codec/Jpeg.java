package dev.limelight.codec;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** JPEG encoding for photos in pages; it has no transparency and loses a little detail. */
@API(status = Status.INTERNAL)
public final class Jpeg {

  private Jpeg() {}

  /**
   * Encodes an image as JPEG; transparent parts are drawn on white.
   *
   * @param quality from 0, the smallest file, to 1, the best quality
   */
  public static byte[] encode(BufferedImage image, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      writer.setOutput(out);
      BufferedImage opaque =
          image.getType() == BufferedImage.TYPE_INT_RGB
              ? image
              : Pictures.toImage(Pictures.of(image, ""));
      writer.write(null, new IIOImage(opaque, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
