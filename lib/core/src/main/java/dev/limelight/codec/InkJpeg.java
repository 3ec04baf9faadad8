package dev.limelight.codec;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import java.awt.image.WritableRaster;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.stream.ImageInputStream;

/**
 * The inks of a JPEG with four components, which Adobe's programs write inverted, as CMYK or as
 * YCCK (luminance, chrominance, black). The plug-in would mix them by a profile that it finds on
 * the machine.
 */
final class InkJpeg {

  private static final int YCCK = 2;

  /** Of the version, whose first byte ends the segment's name, one byte; and two words of flags. */
  private static final int BEFORE_TRANSFORM = 5;

  private InkJpeg() {}

  /** Whether the file stores luminance and chrominance. */
  static boolean isYcck(ImageInputStream file) throws IOException {
    file.seek(0);
    List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(file, JPEG.APP14, "Adobe");
    if (segments.isEmpty()) {
      return false;
    }
    try (DataInputStream data = new DataInputStream(segments.get(0).data())) {
      data.skipNBytes(BEFORE_TRANSFORM);
      return data.readUnsignedByte() == YCCK;
    }
  }

  /** Turns the components of a file into inks, 0 for none. */
  static void toInks(WritableRaster stored, boolean ycck) {
    int[] row = new int[4 * stored.getWidth()];
    for (int y = 0; y < stored.getHeight(); y++) {
      stored.getPixels(0, y, stored.getWidth(), 1, row);
      for (int i = 0; i < row.length; i += 4) {
        if (ycck) {
          double luma = row[i];
          double blue = row[i + 1] - 128;
          double red = row[i + 2] - 128;
          row[i] = level(luma + 1.402 * red);
          row[i + 1] = level(luma - 0.344136 * blue - 0.714136 * red);
          row[i + 2] = level(luma + 1.772 * blue);
        } else {
          for (int c = 0; c < 3; c++) {
            row[i + c] = 255 - row[i + c];
          }
        }
        row[i + 3] = 255 - row[i + 3];
      }
      stored.setPixels(0, y, stored.getWidth(), 1, row);
    }
  }

  private static int level(double value) {
    return (int) Math.round(Math.max(0, Math.min(255, value)));
  }
}
