package dev.limelight.model.input;

import ai.djl.Model;
import dev.limelight.data.ImageNet;
import java.util.List;

/** What is known of a model's input and classes, as DJL's properties of the model. */
public final class ModelMetadata {

  private static final String CLASSES = "imageClasses";
  private static final String IMAGENET = "ImageNet";
  private static final String NAMES = "limelightClasses";
  private static final String CHANNELS_LAST = "limelightChannelsLast";

  private ModelMetadata() {}

  /** Notes that a model predicts ImageNet's classes. */
  public static void setImageNet(Model model) {
    model.setProperty(CLASSES, IMAGENET);
  }

  /** Notes the names of a model's classes, in the order of its outputs. */
  public static void setLabels(Model model, List<String> labels) {
    model.setProperty(NAMES, String.join("\n", labels));
  }

  /** The names of the model's classes, or none if they are unknown. */
  public static List<String> labels(Model model) {
    String names = model.getProperty(NAMES);
    if (names != null) {
      return List.of(names.split("\n", -1));
    }
    return IMAGENET.equals(model.getProperty(CLASSES)) ? ImageNet.labels() : List.of();
  }

  /** Notes that the user says that a model takes (N, H, W, C). */
  public static void setChannelsLast(Model model) {
    model.setProperty(CHANNELS_LAST, "true");
  }

  /** Whether the user says that a model takes (N, H, W, C). */
  public static boolean isChannelsLast(Model model) {
    return Boolean.parseBoolean(model.getProperty(CHANNELS_LAST));
  }
}
