package dev.limelight.benchmark;

import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Mask;
import dev.limelight.scene.PastedScene;
import dev.limelight.scene.SceneMaker;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures of scenes, one for each object whose class is to be explained. */
final class SceneQuestions implements ImageSet {

  private final SceneMaker maker;
  private final List<Asked> all;
  private int last = -1;
  private @Nullable PastedScene scene;

  /**
   * A class to explain.
   *
   * @param scene the index of the scene
   * @param object the index of the object among those of the scene
   * @param label its class
   */
  record Asked(int scene, int object, int label) {}

  SceneQuestions(SceneMaker maker, List<Asked> all) {
    this.maker = maker;
    this.all = List.copyOf(all);
  }

  /** The first questions. */
  SceneQuestions first(int count) {
    return new SceneQuestions(maker, all.subList(0, Math.min(count, all.size())));
  }

  Asked asked(int index) {
    return all.get(index);
  }

  /** The mask of the other object of a scene of two. */
  Mask other(int index) throws IOException {
    Asked one = all.get(index);
    return scene(one.scene()).masks().get(1 - one.object());
  }

  private PastedScene scene(int index) throws IOException {
    PastedScene made = scene;
    if (made == null || last != index) {
      made = maker.get(index);
      last = index;
      scene = made;
    }
    return made;
  }

  @Override
  public int size() {
    return all.size();
  }

  /** None: the labels are the network's already. */
  @Override
  public List<String> labels() {
    return List.of();
  }

  @Override
  public String name(int index) {
    return "scene " + all.get(index).scene();
  }

  @Override
  public int label(int index) {
    return all.get(index).label();
  }

  @Override
  public Example get(int index) throws IOException {
    Asked one = all.get(index);
    PastedScene made = scene(one.scene());
    return new Example(name(index), made.picture(), one.label(), made.masks().get(one.object()));
  }
}
