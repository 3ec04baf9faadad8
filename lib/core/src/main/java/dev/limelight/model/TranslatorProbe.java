package dev.limelight.model;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import dev.limelight.model.Preprocessing.Fit;
import java.awt.image.BufferedImage;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Determines a translator's preprocessing from its outputs: a black and a white picture give mean
 * and standard deviation, and a picture whose red and green grow with x and y gives the crop. The
 * translator's own settings cannot be read.
 */
final class TranslatorProbe {

  private static final int WIDTH = 512;
  private static final int HEIGHT = 256;

  private TranslatorProbe() {}

  /** The preprocessing, or null if it accepts no pictures or returns no (3, H, W) input. */
  @SuppressWarnings("unchecked")
  static @Nullable Preprocessing preprocessing(ZooModel<?, ?> model) {
    Translator<Image, ?> translator = (Translator<Image, ?>) model.getTranslator();
    try (NDManager scope = model.getNDManager().newSubManager()) {
      TranslatorContext context = context(model, scope);
      NDArray black = run(translator, context, (x, y) -> 0);
      NDArray white = run(translator, context, (x, y) -> 0xFFFFFF);
      NDArray ramps =
          run(
              translator,
              context,
              (x, y) -> x * 255 / (WIDTH - 1) << 16 | y * 255 / (HEIGHT - 1) << 8);
      return black == null || white == null || ramps == null
          ? null
          : preprocessing(black, white, ramps);
    } catch (Exception e) {
      // Not for pictures, or only within a real prediction: unknown.
      return null;
    }
  }

  private static Preprocessing preprocessing(NDArray black, NDArray white, NDArray ramps) {
    Shape shape = black.getShape();
    int height = (int) shape.get(1);
    int width = (int) shape.get(2);
    float[] zero = black.toFloatArray();
    float[] one = white.toFloatArray();
    float[] values = ramps.toFloatArray();
    int middle = height / 2 * width + width / 2;
    float[] mean = new float[3];
    float[] std = new float[3];
    for (int c = 0; c < 3; c++) {
      int at = c * width * height + middle;
      std[c] = 1 / (one[at] - zero[at]);
      mean[c] = 0 - zero[at] * std[c];
    }
    // What one pixel of the input is wide and high on the picture.
    double across = slope(values, height / 2 * width, 1, width) * std[0] * (WIDTH - 1);
    double down = slope(values, width * height + width / 2, width, height) * std[1] * (HEIGHT - 1);
    double visibleWidth = across * width;
    double visibleHeight = down * height;
    boolean even = Math.abs(across / down - 1) < 0.05;
    Fit fit = !even ? Fit.STRETCH : visibleWidth > 0.95 * WIDTH ? Fit.LETTERBOX : Fit.CROP;
    double part = fit == Fit.LETTERBOX ? visibleWidth / WIDTH : visibleHeight / HEIGHT;
    // A side of whole pixels was resized to, and the input cut out of it.
    double share = Math.min(1, height / (double) Math.round(height / part));
    return new Preprocessing(width, height, fit, Math.abs(share - 1) < 0.02 ? 1 : share, mean, std);
  }

  /** The slope of values, by least squares over the middle half, where nothing is padded. */
  private static double slope(float[] values, int start, int step, int count) {
    double sumXy = 0;
    double sumXx = 0;
    int from = count / 4;
    int to = count - count / 4;
    double mean = (from + to - 1) / 2.0;
    for (int i = from; i < to; i++) {
      sumXy += (i - mean) * values[start + i * step];
      sumXx += (i - mean) * (i - mean);
    }
    return sumXy / sumXx;
  }

  /** The input (3, H, W) for a picture, or null if the input is something else. */
  private static @Nullable NDArray run(
      Translator<Image, ?> translator, TranslatorContext context, IntBinaryOperator color)
      throws Exception {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, color.applyAsInt(x, y));
      }
    }
    NDList list = translator.processInput(context, ImageFactory.getInstance().fromImage(image));
    NDArray input = list.get(0);
    Shape shape = input.getShape();
    boolean usable =
        list.size() == 1
            && shape.dimension() == 3
            && shape.get(0) == 3
            && input.getDataType() == DataType.FLOAT32;
    return usable ? input : null;
  }

  /** The part of a context that a translator of pictures needs. */
  private static TranslatorContext context(ZooModel<?, ?> model, NDManager manager) {
    Map<Object, Object> attachments = new HashMap<>();
    return (TranslatorContext)
        Proxy.newProxyInstance(
            TranslatorProbe.class.getClassLoader(),
            new Class<?>[] {TranslatorContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getModel" -> model;
                  case "getBlock" -> model.getBlock();
                  case "getNDManager", "getPredictorManager" -> manager;
                  case "getAttachment" -> attachments.get(arguments[0]);
                  case "setAttachment" -> attachments.put(arguments[0], arguments[1]);
                  default -> null;
                });
  }
}
