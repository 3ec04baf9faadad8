package dev.limelight.scene;

import dev.limelight.image.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A generated shape, of another colour, texture and turn in each view.
 *
 * @param outline which
 */
@API(status = Status.INTERNAL)
public record Shape(Outline outline) implements SceneObject {

  private static final int WHITE = 0xFFFFFF;

  /** One of each outline. */
  public static List<SceneObject> all() {
    return Arrays.stream(Outline.values()).<SceneObject>map(Shape::new).toList();
  }

  @Override
  public String name() {
    return outline.label();
  }

  @Override
  public String label() {
    return outline.label();
  }

  @Override
  public CutOut view(int longest, Ground ground, Random random) {
    double middle = longest / 2.0;
    boolean[] cells = outline.cells(longest, middle, middle, middle, random.nextDouble());
    int[] rgb = new int[cells.length];
    Arrays.fill(rgb, WHITE);
    ground.paint(rgb, longest, cells, random);
    float[] alpha = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      alpha[i] = cells[i] ? 1 : 0;
    }
    return new CutOut(Picture.of(longest, longest, rgb, name()), alpha);
  }
}
