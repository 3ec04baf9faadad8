package dev.limelight.codec;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A table of at most 256 colours for pictures that are to share one, by median cut (Heckbert 1982):
 * the box of colours whose widest side holds most pixels is cut at the median, until there are
 * enough boxes; each becomes its mean.
 */
final class ColorTable {

  static final int MOST = 256;

  /** Bits kept of each of red, green and blue; colours that agree in them are one. */
  private static final int BITS = 5;

  private static final int CELLS = 1 << 3 * BITS;

  private final int[] colors;
  private final int[] nearest = new int[CELLS];

  private ColorTable(int[] colors) {
    this.colors = colors;
    Arrays.fill(nearest, -1);
  }

  /** The colours that stand best for those of all images. */
  static ColorTable of(List<BufferedImage> images) {
    int[] counts = new int[CELLS];
    long[][] sums = new long[3][CELLS];
    for (BufferedImage image : images) {
      for (int rgb : pixels(image)) {
        int cell = cell(rgb);
        counts[cell]++;
        for (int c = 0; c < 3; c++) {
          sums[c][cell] += channel(rgb, c);
        }
      }
    }
    List<Box> boxes = new ArrayList<>();
    List<int[]> seen = new ArrayList<>();
    for (int cell = 0; cell < CELLS; cell++) {
      if (counts[cell] > 0) {
        seen.add(
            new int[] {
              (int) (sums[0][cell] / counts[cell]),
              (int) (sums[1][cell] / counts[cell]),
              (int) (sums[2][cell] / counts[cell]),
              counts[cell]
            });
      }
    }
    boxes.add(new Box(seen));
    while (boxes.size() < MOST) {
      Box widest = boxes.stream().max(Comparator.comparingDouble(Box::spread)).orElseThrow();
      if (widest.spread() == 0) {
        break;
      }
      boxes.remove(widest);
      boxes.addAll(widest.cut());
    }
    return new ColorTable(boxes.stream().mapToInt(Box::mean).toArray());
  }

  /** The image by the nearest colours of the table, without dithering. */
  BufferedImage indexed(BufferedImage image) {
    byte[] indices = new byte[image.getWidth() * image.getHeight()];
    int[] rgb = pixels(image);
    for (int i = 0; i < rgb.length; i++) {
      int cell = cell(rgb[i]);
      if (nearest[cell] < 0) {
        nearest[cell] = nearest(rgb[i]);
      }
      indices[i] = (byte) nearest[cell];
    }
    BufferedImage indexed =
        new BufferedImage(
            image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model());
    indexed.getRaster().setDataElements(0, 0, image.getWidth(), image.getHeight(), indices);
    return indexed;
  }

  private IndexColorModel model() {
    byte[][] planes = new byte[3][MOST];
    for (int i = 0; i < colors.length; i++) {
      for (int c = 0; c < 3; c++) {
        planes[c][i] = (byte) channel(colors[i], c);
      }
    }
    return new IndexColorModel(8, MOST, planes[0], planes[1], planes[2]);
  }

  private int nearest(int rgb) {
    int best = 0;
    for (int i = 1; i < colors.length; i++) {
      if (distance(colors[i], rgb) < distance(colors[best], rgb)) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int a, int b) {
    int sum = 0;
    for (int c = 0; c < 3; c++) {
      int apart = channel(a, c) - channel(b, c);
      sum += apart * apart;
    }
    return sum;
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }

  private static int channel(int rgb, int c) {
    return rgb >> 16 - 8 * c & 255;
  }

  private static int cell(int rgb) {
    int drop = 8 - BITS;
    return (channel(rgb, 0) >> drop) << 2 * BITS
        | (channel(rgb, 1) >> drop) << BITS
        | channel(rgb, 2) >> drop;
  }

  /** Colours that lie together: red, green, blue and how many pixels have it. */
  private static final class Box {

    private final List<int[]> seen;
    private final long pixels;
    private final int side;
    private final int width;

    Box(List<int[]> seen) {
      this.seen = new ArrayList<>(seen);
      pixels = seen.stream().mapToLong(color -> color[3]).sum();
      int widest = 0;
      int most = -1;
      for (int c = 0; c < 3; c++) {
        int channel = c;
        int low = seen.stream().mapToInt(color -> color[channel]).min().orElse(0);
        int high = seen.stream().mapToInt(color -> color[channel]).max().orElse(0);
        if (high - low > most) {
          most = high - low;
          widest = c;
        }
      }
      side = widest;
      width = most;
    }

    /** Rare colours of a wide box count too, or thin lines and letters would lose theirs. */
    double spread() {
      return width * Math.sqrt(pixels);
    }

    List<Box> cut() {
      seen.sort(Comparator.comparingInt(color -> color[side]));
      long before = 0;
      int at = 0;
      while (at < seen.size() - 1 && (at == 0 || before + seen.get(at)[3] <= pixels / 2)) {
        before += seen.get(at++)[3];
      }
      return List.of(new Box(seen.subList(0, at)), new Box(seen.subList(at, seen.size())));
    }

    int mean() {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        long sum = 0;
        for (int[] color : seen) {
          sum += (long) color[c] * color[3];
        }
        rgb = rgb << 8 | (int) Math.round((double) sum / pixels);
      }
      return rgb;
    }
  }
}
