package dev.limelight.scene;

import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Makes scenes: objects in turns, each of a random size at a random place where it is not cut off.
 * Two objects have two classes, lie in different halves, and are at most as long as half of the
 * shorter side. Scene {@code i} depends on the set, the seed and {@code i} alone.
 *
 * @param objects to paste
 * @param backgrounds to paste on
 * @param width of the scenes in pixels
 * @param height of the scenes in pixels
 * @param count how many objects a scene has, 1 or 2
 * @param sizes taken in turns
 * @param set development or report
 * @param seed another one makes other scenes
 */
@API(status = Status.INTERNAL)
public record SceneMaker(
    List<SceneObject> objects,
    Backgrounds backgrounds,
    int width,
    int height,
    int count,
    List<SizeRange> sizes,
    SceneSet set,
    long seed) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if there is no object or size, or fewer than two labels for
   *     two objects
   */
  public SceneMaker {
    objects = List.copyOf(objects);
    sizes = List.copyOf(sizes);
    if (count < 1 || count > 2) {
      throw new IllegalArgumentException("a scene has 1 or 2 objects, but got " + count);
    }
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("scenes need a size or several, such as 0.2-0.6");
    }
    if (objects.stream().map(SceneObject::label).distinct().count() < count) {
      throw new IllegalArgumentException(
          "a scene of "
              + (count == 1 ? "one object needs an object" : "two objects needs two of them")
              + " of known class, but there are "
              + objects.stream().map(SceneObject::name).toList());
    }
  }

  /**
   * The scene of an index, counted from 0.
   *
   * @throws IOException if a background cannot be read
   */
  public PastedScene get(int index) throws IOException {
    Random random = set.random(seed, index);
    Ground ground = backgrounds.get(width, height, random);
    SizeRange size = sizes.get(index / objects.size() % sizes.size());
    List<SceneObject> pasted = pasted(index, random);
    int[] rgb = ground.pixels();
    boolean across = random.nextBoolean();
    boolean swapped = random.nextBoolean();
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int shorter = Math.min(width, height);
      int longest = (int) Math.round(Ground.uniform(random, size.from(), size.to()) * shorter);
      CutOut view =
          pasted.get(i).view(Math.max(1, Math.min(longest, shorter / count)), ground, random);
      boolean second = count == 2 && (i == 1) != swapped;
      int left = place(width, across, second, view.picture().width(), random);
      int top = place(height, !across, second, view.picture().height(), random);
      masks.add(view.paste(rgb, width, left, top));
    }
    String name = "scene " + index;
    return new PastedScene(
        Picture.of(width, height, rgb, name),
        Picture.of(width, height, ground.pixels(), name),
        pasted,
        masks,
        size);
  }

  private List<SceneObject> pasted(int index, Random random) {
    SceneObject first = objects.get(index % objects.size());
    if (count == 1) {
      return List.of(first);
    }
    List<SceneObject> others =
        objects.stream().filter(one -> !one.label().equals(first.label())).toList();
    return List.of(first, others.get(random.nextInt(others.size())));
  }

  /** Where an object begins along one side, in its half if this side is halved. */
  private int place(int side, boolean halved, boolean second, int length, Random random) {
    int room = halved && count == 2 ? side / 2 : side;
    int start = halved && second ? side - room : 0;
    return start + random.nextInt(room - length + 1);
  }
}
