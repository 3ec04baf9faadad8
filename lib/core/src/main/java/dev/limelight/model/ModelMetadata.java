package dev.limelight.model;

import ai.djl.Model;
import dev.limelight.data.ImageNet;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The input and output of a published model, as DJL's properties of the model. */
@API(status = Status.INTERNAL)
public final class ModelMetadata {

  private static final String MEAN = "imageMean";
  private static final String STD = "imageStd";
  private static final String CLASSES = "imageClasses";
  private static final String IMAGENET = "ImageNet";

  private ModelMetadata() {}

  /** Notes that a model needs pictures in [-1, 1] and predicts ImageNet's classes. */
  public static void imageNetFromMinusOne(Model model) {
    model.setProperty(MEAN, "0.5,0.5,0.5");
    model.setProperty(STD, "0.5,0.5,0.5");
    model.setProperty(CLASSES, IMAGENET);
  }

  /**
   * The mean of red, green and blue that is subtracted from the model's input, of pictures in [0,
   * 1].
   */
  static float[] mean(Model model) {
    return three(model.getProperty(MEAN), 0);
  }

  /** The standard deviation of red, green and blue by which the model's input is divided. */
  static float[] std(Model model) {
    return three(model.getProperty(STD), 1);
  }

  /** The names of the model's classes, or none if they are unknown. */
  public static List<String> labels(Model model) {
    return IMAGENET.equals(model.getProperty(CLASSES)) ? ImageNet.labels() : List.of();
  }

  private static float[] three(@Nullable String text, float defaultValue) {
    float[] values = {defaultValue, defaultValue, defaultValue};
    if (text != null) {
      String[] parts = text.split(",", 3);
      for (int i = 0; i < 3; i++) {
        values[i] = Float.parseFloat(parts[i]);
      }
    }
    return values;
  }
}
