package dev.limelight.codec;

import dev.limelight.image.Rgb;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * The pixels of an image, as opaque 0xRRGGBB. Grey and RGB samples are used unchanged: the JDK's
 * conversion treats grey as linear light and makes it too bright.
 */
final class OpaquePixels {

  private OpaquePixels() {}

  static int[] of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    ColorModel model = image.getColorModel();
    int[] rgb = new int[width * height];
    boolean unsigned =
        model.getTransferType() == DataBuffer.TYPE_BYTE
            || model.getTransferType() == DataBuffer.TYPE_USHORT;
    int space = model.getColorSpace().getType();
    boolean greyOrRgb = space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
    if (model instanceof ComponentColorModel
        && unsigned
        && greyOrRgb
        && !model.isAlphaPremultiplied()) {
      samples(image.getRaster(), model, rgb);
    } else {
      image.getRGB(0, 0, width, height, rgb, 0, width);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = onWhite(rgb[i], (rgb[i] >>> 24) / 255f);
      }
    }
    return rgb;
  }

  private static void samples(Raster raster, ColorModel model, int[] rgb) {
    int colors = model.getNumColorComponents();
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    float[] max = new float[bands];
    for (int band = 0; band < bands; band++) {
      max[band] = (1 << model.getComponentSize(band)) - 1;
    }
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int x = 0; x < raster.getWidth(); x++) {
        int color = 0;
        for (int i = 0; i < 3; i++) {
          int band = colors == 1 ? 0 : i;
          int sample = row[x * bands + band];
          color = color << 8 | (max[band] == 255 ? sample : Math.round(sample * 255f / max[band]));
        }
        float alpha = bands > colors ? row[x * bands + colors] / max[colors] : 1f;
        rgb[y * raster.getWidth() + x] = onWhite(color, alpha);
      }
    }
  }

  private static int onWhite(int color, float alpha) {
    int opaque = color & 0xFFFFFF;
    return alpha >= 1 ? opaque : Rgb.mix(0xFFFFFF, opaque, alpha);
  }
}
