package dev.limelight.benchmark;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.benchmark.SceneQuestions.Asked;
import dev.limelight.cam.CenterBlob;
import dev.limelight.image.Picture;
import dev.limelight.scene.KnownObject;
import dev.limelight.scene.PastedScene;
import dev.limelight.scene.SceneMaker;
import dev.limelight.scene.SceneObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The scenes whose objects the network sees: a map of what it does not see has no place to be. */
final class SeenScenes {

  private static final int BATCH = 16;

  private final Explainer explainer;
  private final SceneMaker maker;
  private final int topClasses;
  private final boolean top;
  private final List<Asked> questions = new ArrayList<>();
  private final Map<String, int[]> counts = new LinkedHashMap<>();
  private int seen;

  /**
   * Looks at scenes.
   *
   * @param topClasses among how many the class must be
   * @param top whether the top class is explained, which must not be that of the background
   */
  SeenScenes(Explainer explainer, SceneMaker maker, int topClasses, boolean top) {
    this.explainer = explainer;
    this.maker = maker;
    this.topClasses = topClasses;
    this.top = top;
  }

  /** Looks at the first scenes. */
  void look(int count, IntConsumer progress) throws IOException {
    for (int from = 0; from < count; from += BATCH) {
      List<PastedScene> scenes = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        scenes.add(maker.get(i));
      }
      List<Explanation> answers = answers(scenes.stream().map(PastedScene::picture).toList());
      List<Explanation> empty =
          top ? answers(scenes.stream().map(PastedScene::background).toList()) : answers;
      for (int i = 0; i < scenes.size(); i++) {
        add(from + i, scenes.get(i), answers.get(i), empty.get(i));
      }
      progress.accept(from + scenes.size());
    }
  }

  /** A control costs the prediction alone. */
  private List<Explanation> answers(List<Picture> pictures) {
    return List.copyOf(explainer.explain(Question.of(pictures).methods(new CenterBlob())));
  }

  private void add(int index, PastedScene scene, Explanation answer, Explanation empty) {
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < scene.objects().size(); i++) {
      SceneObject object = scene.objects().get(i);
      if (top) {
        if (answer.predicted() != empty.predicted()) {
          asked.add(new Asked(index, i, answer.predicted()));
        }
      } else if (object instanceof KnownObject known && rank(answer, known.index()) < topClasses) {
        asked.add(new Asked(index, i, known.index()));
      }
    }
    int[] count = counts.computeIfAbsent(scene.objects().get(0).name(), name -> new int[2]);
    count[0]++;
    if (asked.size() == scene.objects().size()) {
      count[1]++;
      seen++;
      questions.addAll(asked);
    }
  }

  /** How many classes have a larger score. */
  private static int rank(Explanation answer, int label) {
    float[] logits = answer.logits();
    if (logits.length == 1) {
      return answer.predicted() == label ? 0 : 1;
    }
    int rank = 0;
    for (float logit : logits) {
      rank += logit > logits[label] ? 1 : 0;
    }
    return rank;
  }

  SceneQuestions questions() {
    return new SceneQuestions(maker, questions);
  }

  int seen() {
    return seen;
  }

  List<SceneCount> counts() {
    return counts.entrySet().stream()
        .map(one -> new SceneCount(one.getKey(), one.getValue()[0], one.getValue()[1]))
        .toList();
  }
}
