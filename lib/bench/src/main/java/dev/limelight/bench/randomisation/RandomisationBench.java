package dev.limelight.bench.randomisation;

import dev.limelight.Explainer;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.randomisation.RandomisationCascade;
import dev.limelight.randomisation.RandomisationCascade.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The randomisation cascade of methods for segments, relevance and attention: how alike maps are
 * with the last layer random, with the layers of the upper half, and with all of them.
 */
public final class RandomisationBench {

  /** The last layer, half of them, and all. */
  private static final int STEPS = 3;

  private static final List<String> PHOTOS =
      List.of("dog.jpg", "panda.jpg", "scarlet_macaw.jpg", "koala.jpg");

  /** Fewer samples than usual: the cascade needs a rank, not a value. */
  private static final List<String> OF_PHOTOS =
      List.of(
          "grad-cam",
          "lrp(composite=epsilon-plus)",
          "xrai(segments=felzenszwalb, steps=25)",
          "kernel-shap(segments=slic:50, samples=200)",
          "partition-shap(samples=200)",
          "lime(segments=slic:50, samples=200)");

  private static final int SCENES = 24;

  /** From this scene on none was learnt from. */
  private static final int FIRST_SCENE = 50_000;

  static final List<String> OF_SCENES =
      List.of(
          "attention-rollout",
          "transformer-attribution",
          "le-grad",
          "attn-lrp",
          "grad-cam",
          "saliency");

  private static final int SEEDS = 3;

  private RandomisationBench() {}

  /**
   * Runs one of the two benches and prints a table.
   *
   * @param args "photos" or "scenes"; the model's file; for photos their folder; then methods, by
   *     default all
   */
  public static void main(String[] args) throws IOException {
    boolean photos = args[0].equals("photos");
    int before = photos ? 3 : 2;
    List<String> names =
        args.length > before
            ? List.of(Arrays.copyOfRange(args, before, args.length))
            : photos ? OF_PHOTOS : OF_SCENES;
    System.out.println("| method | last layer | half of the layers | all layers | passes |");
    System.out.println("|---|---:|---:|---:|---|");
    if (photos) {
      ofPhotos(Path.of(args[1]), Path.of(args[2]), names);
    } else {
      ofScenes(Path.of(args[1]), names);
    }
  }

  private static void ofPhotos(Path file, Path folder, List<String> names) throws IOException {
    Preprocessing preprocessing;
    try (Explainer named = Explainer.of(Path.of("efficientnet-lite0"))) {
      preprocessing = named.model().preprocessing();
    }
    List<Picture> pictures = Pictures.readAll(folder, PHOTOS.toArray(String[]::new));
    try (Explainer explainer =
        Explainer.builder()
            .setModel(new ModelFile(file, EngineName.ONNX_RUNTIME))
            .optPreprocessing(preprocessing)
            .load()) {
      for (String name : names) {
        print(explainer, pictures, name, 1);
      }
    }
  }

  private static void ofScenes(Path file, List<String> names) throws IOException {
    Scenes scenes = Scenes.builder().optSide(64).optLabels("circle", "triangle", "cross").build();
    List<Picture> pictures = scenes.list(FIRST_SCENE, SCENES).stream().map(Scene::picture).toList();
    try (Explainer explainer =
        Explainer.builder()
            .setModel(file)
            .optPreprocessing(Preprocessing.of(64, 64))
            .optLabels(scenes.labels())
            .load()) {
      for (String name : names) {
        print(explainer, pictures, name, SEEDS);
      }
    }
  }

  /** A row: the means over several shuffles. */
  private static void print(Explainer explainer, List<Picture> pictures, String name, int seeds) {
    Method method = Methods.named(name);
    double[] means = new double[STEPS];
    int passed = 0;
    for (int seed = 0; seed < seeds; seed++) {
      RandomisationCascade cascade =
          RandomisationCascade.builder()
              .setExplainer(explainer)
              .setPictures(pictures)
              .setMethods(method)
              .optSteps(STEPS)
              .optSeed(seed)
              .run();
      List<Row> rows = cascade.rows();
      for (int i = 0; i < STEPS; i++) {
        means[i] += rows.get(i).similarity() / seeds;
      }
      passed += cascade.passes(method.info().name()) ? 1 : 0;
    }
    List<String> cells = new ArrayList<>(List.of("`" + name + "`"));
    for (double mean : means) {
      cells.add(String.format(Locale.ROOT, "%.2f", mean));
    }
    cells.add(passed == seeds ? "yes" : passed == 0 ? "no" : passed + " of " + seeds);
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
