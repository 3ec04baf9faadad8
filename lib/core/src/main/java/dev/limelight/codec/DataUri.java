package dev.limelight.codec;

import java.awt.image.BufferedImage;
import java.util.Base64;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Images embedded in a page by {@code data:} URIs (RFC 2397). */
@API(status = Status.INTERNAL)
public final class DataUri {

  private static final float QUALITY = 0.9f;

  private DataUri() {}

  /** As JPEG if that is less than half as long, as it is for photos, and as PNG otherwise. */
  public static String of(BufferedImage image) {
    byte[] png = Png.encode(image);
    byte[] jpeg = Jpeg.encode(image, QUALITY);
    return jpeg.length < png.length / 2 ? jpeg(jpeg) : png(png);
  }

  /** The bytes of a PNG file. */
  public static String png(byte[] bytes) {
    return of("png", bytes);
  }

  /** The bytes of a JPEG file. */
  public static String jpeg(byte[] bytes) {
    return of("jpeg", bytes);
  }

  /** The bytes of a GIF file. */
  public static String gif(byte[] bytes) {
    return of("gif", bytes);
  }

  private static String of(String type, byte[] bytes) {
    return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
