package dev.limelight.drawing;

import dev.limelight.codec.Png;
import java.lang.ref.SoftReference;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A figure's PNG file, drawn once and kept as long as memory allows. */
@API(status = Status.INTERNAL)
public final class PngCache {

  private volatile SoftReference<byte[]> png = new SoftReference<>(null);

  /** A copy of the file's bytes. */
  public byte[] of(Figure figure) {
    byte[] bytes = png.get();
    if (bytes == null) {
      bytes = Png.encode(figure.toImage());
      png = new SoftReference<>(bytes);
    }
    return bytes.clone();
  }
}
