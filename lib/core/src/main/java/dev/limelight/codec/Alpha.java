package dev.limelight.codec;

import dev.limelight.codec.Orientation.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The opacity of pictures, which {@link Pictures} draws on white. */
@API(status = Status.INTERNAL)
public final class Alpha {

  private Alpha() {}

  /**
   * The opacity of each pixel from 0 to 1, row by row, turned as {@link Pictures#read(Path)} turns
   * the picture; 1 everywhere if the file has none.
   *
   * @throws IOException as {@link Pictures#read(Path)} does
   */
  public static float[] read(Path file) throws IOException {
    return of(PictureReader.samples(file));
  }

  /** The same from the bytes of a file. */
  public static float[] read(byte[] bytes, String name) throws IOException {
    return of(PictureReader.samples(bytes, name));
  }

  private static float[] of(PictureReader.Stored stored) {
    BufferedImage image = stored.image();
    ColorModel model = image.getColorModel();
    int width = image.getWidth();
    int[] levels = new int[width * image.getHeight()];
    int opaque = 255;
    if (model instanceof IndexColorModel palette) {
      int[] indices = image.getRaster().getSamples(0, 0, width, image.getHeight(), 0, (int[]) null);
      for (int i = 0; i < levels.length; i++) {
        levels[i] = palette.getAlpha(indices[i]);
      }
    } else {
      Raster alpha = model.hasAlpha() ? image.getAlphaRaster() : null;
      if (alpha == null) {
        Arrays.fill(levels, opaque);
      } else {
        opaque = (1 << model.getComponentSize(model.getNumComponents() - 1)) - 1;
        alpha.getSamples(alpha.getMinX(), alpha.getMinY(), width, image.getHeight(), 0, levels);
      }
    }
    Pixels upright = new Pixels(width, image.getHeight(), levels).upright(stored.orientation());
    float[] shares = new float[levels.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) upright.rgb()[i] / opaque;
    }
    return shares;
  }
}
