package dev.limelight.bench.randomisation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Similarity;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Whether methods for attention know which of two shapes was asked for: where the peak is, and how
 * alike the maps of both are. On scenes of which the network puts both shapes first.
 */
public final class TwoShapesBench {

  private static final int SCENES = 400;

  /** From this scene on none was learnt from. */
  private static final int FIRST_SCENE = 50_000;

  private TwoShapesBench() {}

  /**
   * Runs the bench and prints a table.
   *
   * @param args the file of the vision transformer that scripts/scenes_vit.py trained
   */
  public static void main(String[] args) throws IOException {
    Scenes scenes =
        Scenes.builder().optSide(64).optLabels("circle", "triangle", "cross").optShapes(2).build();
    try (Explainer explainer =
        Explainer.builder()
            .setModel(Path.of(args[0]))
            .optPreprocessing(Preprocessing.of(64, 64))
            .optLabels(scenes.labels())
            .load()) {
      List<Scene> known = known(explainer, scenes.list(FIRST_SCENE, SCENES));
      System.out.printf("both shapes first in %d of %d scenes%n%n", known.size(), SCENES);
      System.out.println("| method | peak on the shape | on the other | correlation |");
      System.out.println("|---|---:|---:|---:|");
      for (String name : RandomisationBench.OF_SCENES) {
        print(explainer, known, name);
      }
    }
  }

  private static List<Scene> known(Explainer explainer, List<Scene> all) {
    List<Explanation> seen = explained(explainer, all, Methods.named("attention-rollout"), 0);
    return IntStream.range(0, all.size())
        .filter(i -> isKnown(seen.get(i).logits(), all.get(i)))
        .mapToObj(all::get)
        .toList();
  }

  private static boolean isKnown(float[] logits, Scene scene) {
    List<Integer> labels = scene.shapes().stream().map(Scene.Shape::label).toList();
    double lowest = labels.stream().mapToDouble(label -> logits[label]).min().orElseThrow();
    return IntStream.range(0, logits.length)
        .allMatch(k -> labels.contains(k) || logits[k] < lowest);
  }

  private static List<Explanation> explained(
      Explainer explainer, List<Scene> scenes, Method method, int shape) {
    int[] labels = scenes.stream().mapToInt(one -> one.shapes().get(shape).label()).toArray();
    return new ArrayList<>(
        explainer.explain(
            Question.of(scenes.stream().map(Scene::picture).toList())
                .methods(method)
                .targets(Target.each(labels))));
  }

  private static void print(Explainer explainer, List<Scene> scenes, String name) {
    Method method = Methods.named(name);
    List<List<Explanation>> maps =
        List.of(explained(explainer, scenes, method, 0), explained(explainer, scenes, method, 1));
    PointingGame game = new PointingGame();
    double own = 0;
    double other = 0;
    double alike = 0;
    int pointed = 0;
    for (int i = 0; i < scenes.size(); i++) {
      List<Mask> masks = scenes.get(i).masks();
      alike += Similarity.spearman(maps.get(0).get(i).map(), maps.get(1).get(i).map());
      for (int shape = 0; shape < 2; shape++) {
        Explanation map = maps.get(shape).get(i);
        double hit = game.of(map, masks.get(shape));
        if (!Double.isNaN(hit)) {
          own += hit;
          other += game.of(map, masks.get(1 - shape));
          pointed++;
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %.2f | %.2f | %.2f |%n",
        name,
        own / pointed,
        other / pointed,
        alike / scenes.size());
  }
}
