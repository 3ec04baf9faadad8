package dev.limelight.model;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.io.Names;
import dev.limelight.model.Preprocessing.Filter;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.model.input.PixelValues;
import dev.limelight.model.input.TranslatorInput;
import dev.limelight.support.UnsupportedException;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A translator of DJL, whose settings cannot be read, as a pipeline: it makes the inputs, and what
 * it does is found from pictures of one colour and of growing brightness.
 */
final class TranslatorProbe implements Preprocessing.Pipeline {

  private static final int WIDTH = 512;
  private static final int HEIGHT = 256;

  /** Sizes at which another preprocessing has to agree to replace the translator. */
  private static final int[][] SIZES = {{512, 256}, {97, 203}, {41, 30}, {301, 300}, {800, 601}};

  private static final int KEPT = 64;

  /**
   * So many inputs of one picture have to be equal: a random flip gives two equal ones half the
   * time.
   */
  private static final int DRAWS = 16;

  private final ZooModel<?, ?> model;
  private final Translator<Image, ?> translator;
  private final EngineLock lock;
  private final int[] shape;
  private final PixelValues values;
  private final Map<Long, Rectangle2D> regions = new LinkedHashMap<>();

  @SuppressWarnings("unchecked")
  private TranslatorProbe(ZooModel<?, ?> model) throws Exception {
    this.model = model;
    translator = (Translator<Image, ?>) model.getTranslator();
    lock = EngineLock.of(model.getNDManager().getEngine());
    TranslatorInput black = run(picture(WIDTH, HEIGHT, (x, y) -> 0));
    shape = black.shape();
    values = values(black.values());
  }

  /** How colours become numbers, from pictures of one colour. */
  private PixelValues values(float[] black) {
    if (shape[0] != 1 && shape[0] != 3) {
      throw refusal("gives " + shape[0] + " channels");
    }
    float[] white = apply(picture(WIDTH, HEIGHT, (x, y) -> 0xFFFFFF));
    float[] red = apply(picture(WIDTH, HEIGHT, (x, y) -> 0xFF0000));
    int pixels = shape[1] * shape[2];
    float[] mean = new float[shape[0]];
    float[] std = new float[shape[0]];
    float[] ofRed = new float[shape[0]];
    for (int c = 0; c < shape[0]; c++) {
      // Where there are bars, all pictures are alike.
      int at = c * pixels;
      for (int i = at; i < (c + 1) * pixels; i++) {
        at = white[i] - black[i] > white[at] - black[at] ? i : at;
      }
      float range = white[at] - black[at];
      if (!(range > 0)) {
        throw refusal("gives black and white pictures the same input");
      }
      std[c] = 1 / range;
      mean[c] = 0 - black[at] * std[c];
      ofRed[c] = (red[at] - black[at]) / range;
    }
    return new PixelValues(shape[0], shape[0] == 3 && ofRed[2] > ofRed[0], 1, mean, std);
  }

  private UnsupportedException refusal(String what) {
    return new UnsupportedException(
        "the translator of the model '"
            + model.getName()
            + "' "
            + what
            + ", which is not understood; give the preprocessing by optPreprocessing");
  }

  /**
   * The preprocessing, or null if the translator accepts no pictures or returns no (C, H, W) input.
   *
   * @throws UnsupportedException if it cannot be understood, such as one that gives one picture
   *     several inputs
   */
  static @Nullable Preprocessing preprocessing(ZooModel<?, ?> model) {
    TranslatorProbe probe;
    try {
      probe = new TranslatorProbe(model);
    } catch (UnsupportedException e) {
      throw e;
    } catch (Exception e) {
      // Not for pictures, or only within a real prediction: unknown.
      return null;
    }
    Picture noise = noise(WIDTH, HEIGHT);
    float[] first = probe.apply(noise);
    for (int i = 1; i < DRAWS; i++) {
      if (!Arrays.equals(first, probe.apply(noise))) {
        throw probe.refusal(
            "gives one picture several inputs, because it crops, turns or colours at random");
      }
    }
    Preprocessing described = probe.described();
    return probe.agrees(described)
        ? described
        : new Preprocessing(
            described.width(),
            described.height(),
            described.fit(),
            described.share(),
            described.filter(),
            described.values(),
            Set.of(),
            probe);
  }

  /** What the translator does with a picture twice as wide as high, as well as it can be said. */
  private Preprocessing described() {
    int height = shape[1];
    int width = shape[2];
    Rectangle2D seen = visibleRegion(WIDTH, HEIGHT);
    double across = seen.getWidth() / width;
    double down = seen.getHeight() / height;
    boolean even = Math.abs(across / down - 1) < 0.05;
    Fit fit = Fit.STRETCH;
    double share = 1;
    if (even && Math.abs(across - 1) < 0.02 && isUnresized()) {
      fit = Fit.PIXELS;
    } else if (even) {
      fit = seen.getWidth() > 0.95 * WIDTH ? Fit.LETTERBOX : Fit.CROP;
      double part = fit == Fit.LETTERBOX ? seen.getWidth() / WIDTH : seen.getHeight() / HEIGHT;
      // A side of whole pixels was resized to, and the input cut out of it.
      share = Math.min(1, height / (double) Math.round(height / part));
    }
    return new Preprocessing(
        width,
        height,
        fit,
        Math.abs(share - 1) < 0.02 ? 1 : share,
        Filter.FOUR_PIXELS,
        values,
        Set.of(),
        null);
  }

  private boolean isUnresized() {
    Rectangle2D other = visibleRegion(2 * WIDTH, 2 * WIDTH);
    return Math.abs(other.getWidth() / shape[2] - 1) < 0.02;
  }

  private boolean agrees(Preprocessing described) {
    float range = 0;
    for (float spread : values.std()) {
      range = Math.max(range, 1 / spread);
    }
    for (int[] size : SIZES) {
      Picture noise = noise(size[0], size[1]);
      float[] expected;
      try {
        expected = apply(noise);
      } catch (UnsupportedException e) {
        // What it refuses, another preprocessing would accept.
        return false;
      }
      float[] found = described.apply(noise);
      for (int i = 0; i < found.length; i++) {
        if (!(Math.abs(found[i] - expected[i]) <= 1e-5f * range)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public float[] apply(Picture picture) {
    TranslatorInput input;
    try {
      input = run(picture);
    } catch (Exception e) {
      throw new UnsupportedException(
          "the translator of the model '"
              + model.getName()
              + "' refuses "
              + picture.name()
              + " ("
              + Names.reason(e)
              + "); give the preprocessing by optPreprocessing",
          e);
    }
    if (!Arrays.equals(input.shape(), shape)) {
      throw refusal(
          "makes inputs of several sizes, "
              + Arrays.toString(shape)
              + " and "
              + Arrays.toString(input.shape())
              + " of "
              + picture.name());
    }
    return input.values();
  }

  @Override
  public Rectangle2D visibleRegion(int width, int height) {
    long key = (long) width << 32 | height;
    synchronized (regions) {
      Rectangle2D known = regions.get(key);
      if (known != null) {
        return (Rectangle2D) known.clone();
      }
    }
    // Brightness has 256 steps: the second picture spends them on what the first one found.
    Rectangle2D whole = new Rectangle2D.Double(0, 0, width, height);
    Rectangle2D coarse = region(width, height, whole);
    double marginX = 2 + coarse.getWidth() / 8;
    double marginY = 2 + coarse.getHeight() / 8;
    Rectangle2D around =
        new Rectangle2D.Double(
            coarse.getX() - marginX,
            coarse.getY() - marginY,
            coarse.getWidth() + 2 * marginX,
            coarse.getHeight() + 2 * marginY);
    Rectangle2D found = region(width, height, around.createIntersection(whole));
    synchronized (regions) {
      if (regions.size() == KEPT) {
        regions.remove(regions.keySet().iterator().next());
      }
      regions.put(key, found);
    }
    return (Rectangle2D) found.clone();
  }

  /** The visible region, from a picture whose brightness grows across a part of it. */
  private Rectangle2D region(int width, int height, Rectangle2D part) {
    IntBinaryOperator across = (x, y) -> level(x, part.getX(), part.getWidth());
    IntBinaryOperator down = (x, y) -> level(y, part.getY(), part.getHeight());
    float[] mask;
    float[] columns;
    float[] rows;
    if (shape[0] == 1) {
      mask = colours((x, y) -> 0xFFFFFF, width, height);
      columns = colours((x, y) -> 0x010101 * across.applyAsInt(x, y), width, height);
      rows = colours((x, y) -> 0x010101 * down.applyAsInt(x, y), width, height);
    } else {
      float[] all =
          colours(
              (x, y) -> across.applyAsInt(x, y) << 16 | down.applyAsInt(x, y) << 8 | 0xFF,
              width,
              height);
      int pixels = all.length / 3;
      columns = Arrays.copyOfRange(all, 0, pixels);
      rows = Arrays.copyOfRange(all, pixels, 2 * pixels);
      mask = Arrays.copyOfRange(all, 2 * pixels, 3 * pixels);
    }
    Line x = line(columns, mask, true, part.getX(), part.getWidth(), width);
    Line y = line(rows, mask, false, part.getY(), part.getHeight(), height);
    return new Rectangle2D.Double(x.from(), y.from(), x.length(), y.length());
  }

  private static int level(int position, double from, double length) {
    double place = (position + 0.5 - from) / length;
    return (int) Math.round(255 * Math.max(0, Math.min(1, place)));
  }

  /** Red, green and blue in [0, 1] of the input that a picture becomes. */
  private float[] colours(IntBinaryOperator color, int width, int height) {
    return values.colours(apply(picture(width, height, color)));
  }

  /** What an axis of the input covers of the picture's. */
  private record Line(double from, double length) {}

  /** A line by least squares through the places that the pixels of the input show. */
  private Line line(
      float[] places, float[] mask, boolean across, double from, double length, int side) {
    int size = across ? shape[2] : shape[1];
    double n = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    double sumYy = 0;
    for (int i = 0; i < places.length; i++) {
      // Neither what is padded, nor the ends, where the brightness stays.
      if (mask[i] > 0.99 && places[i] > 0.02 && places[i] < 0.98) {
        double x = (across ? i % shape[2] : i / shape[2]) + 0.5;
        double y = from + places[i] * length;
        n++;
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumXy += x * y;
        sumYy += y * y;
      }
    }
    double spread = n * sumXx - sumX * sumX;
    if (n < 2 || size == 1 || side == 1 || spread <= 0) {
      return new Line(0, side);
    }
    double slope = (n * sumXy - sumX * sumY) / spread;
    double start = (sumY - slope * sumX) / n;
    double residual = Math.sqrt(Math.max(0, (sumYy - start * sumY - slope * sumXy) / n));
    if (slope <= 0 || residual > 0.02 * length + 1) {
      throw refusal("turns or mirrors pictures");
    }
    double end = start + slope * size;
    double near = 0.5 + 0.005 * slope * size;
    boolean whole = Math.abs(start) < near && Math.abs(end - side) < near;
    return whole ? new Line(0, side) : new Line(start, slope * size);
  }

  private static Picture picture(int width, int height, IntBinaryOperator color) {
    int[] rgb = new int[Math.multiplyExact(width, height)];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = color.applyAsInt(i % width, i / width);
    }
    return Picture.of(width, height, rgb, "a picture of " + width + " x " + height);
  }

  private static Picture noise(int width, int height) {
    Random random = new Random(width);
    return picture(width, height, (x, y) -> random.nextInt(0x1000000));
  }

  /** Runs the translator, which may use its engine. */
  private TranslatorInput run(Picture picture) throws Exception {
    Image image = new BufferedImageFactory().fromImage(Pictures.toImage(picture));
    Exception[] failure = new Exception[1];
    TranslatorInput found =
        lock.<@Nullable TranslatorInput>call(
            () -> {
              try (NDManager scope = model.getNDManager().newSubManager()) {
                return TranslatorInput.of(
                    translator.processInput(TranslatorInput.context(model, scope), image));
              } catch (Exception e) {
                failure[0] = e;
                return null;
              }
            });
    if (found == null) {
      throw failure[0];
    }
    return found;
  }

  /** Its class, for a description. */
  @Override
  public String toString() {
    return translator.getClass().getSimpleName();
  }
}
