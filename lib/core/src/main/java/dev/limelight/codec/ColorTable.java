package dev.limelight.codec;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A table of at most 256 colours that several images share, by median cut (Heckbert 1982): the box
 * of colours with the largest spread is cut at the median until there are enough boxes. Each box
 * becomes its mean colour.
 */
final class ColorTable {

  static final int MAX_COLORS = 256;

  /**
   * The bits of red, green and blue that count; colours that agree in them are not distinguished.
   */
  private static final int BITS = 5;

  private static final int CELLS = 1 << 3 * BITS;

  private final int[] colors;
  private final int[] nearest = new int[CELLS];

  private ColorTable(int[] colors) {
    this.colors = colors;
    Arrays.fill(nearest, -1);
  }

  /** The colours that best represent those of all images. */
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
    List<int[]> colors = new ArrayList<>();
    for (int cell = 0; cell < CELLS; cell++) {
      if (counts[cell] > 0) {
        colors.add(
            new int[] {
              (int) (sums[0][cell] / counts[cell]),
              (int) (sums[1][cell] / counts[cell]),
              (int) (sums[2][cell] / counts[cell]),
              counts[cell]
            });
      }
    }
    boxes.add(new Box(colors));
    while (boxes.size() < MAX_COLORS) {
      Box widest = boxes.stream().max(Comparator.comparingDouble(Box::spread)).orElseThrow();
      if (widest.spread() == 0) {
        break;
      }
      boxes.remove(widest);
      boxes.addAll(widest.cut());
    }
    return new ColorTable(boxes.stream().mapToInt(Box::mean).toArray());
  }

  /** The image in the nearest colours of the table, without dithering. */
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
    byte[][] planes = new byte[3][MAX_COLORS];
    for (int i = 0; i < colors.length; i++) {
      for (int c = 0; c < 3; c++) {
        planes[c][i] = (byte) channel(colors[i], c);
      }
    }
    return new IndexColorModel(8, MAX_COLORS, planes[0], planes[1], planes[2]);
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
      int difference = channel(a, c) - channel(b, c);
      sum += difference * difference;
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
    int ignored = 8 - BITS;
    return (channel(rgb, 0) >> ignored) << 2 * BITS
        | (channel(rgb, 1) >> ignored) << BITS
        | channel(rgb, 2) >> ignored;
  }

  /** A box of similar colours, each as red, green, blue and the number of its pixels. */
  private static final class Box {

    private final List<int[]> colors;
    private final long pixels;
    private final int side;
    private final int width;

    Box(List<int[]> colors) {
      this.colors = new ArrayList<>(colors);
      pixels = colors.stream().mapToLong(color -> color[3]).sum();
      int widest = 0;
      int widestLength = -1;
      for (int c = 0; c < 3; c++) {
        int channel = c;
        int low = colors.stream().mapToInt(color -> color[channel]).min().orElse(0);
        int high = colors.stream().mapToInt(color -> color[channel]).max().orElse(0);
        if (high - low > widestLength) {
          widestLength = high - low;
          widest = c;
        }
      }
      side = widest;
      width = widestLength;
    }

    /** With the square root, rare colours of a wide box count too, and thin lines keep theirs. */
    double spread() {
      return width * Math.sqrt(pixels);
    }

    List<Box> cut() {
      colors.sort(Comparator.comparingInt(color -> color[side]));
      long before = 0;
      int at = 0;
      while (at < colors.size() - 1 && (at == 0 || before + colors.get(at)[3] <= pixels / 2)) {
        before += colors.get(at++)[3];
      }
      return List.of(new Box(colors.subList(0, at)), new Box(colors.subList(at, colors.size())));
    }

    int mean() {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        long sum = 0;
        for (int[] color : colors) {
          sum += (long) color[c] * color[3];
        }
        rgb = rgb << 8 | (int) Math.round((double) sum / pixels);
      }
      return rgb;
    }
  }
}
