package dev.limelight.course.data;

import dev.limelight.data.Example;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generated picture that is known exactly.
 *
 * @param picture the pixels
 * @param shapes what was drawn on the ground, the one that names the picture first; they never
 *     overlap
 * @param mark where a planted {@link Shortcut} is, which may lie over a shape; null without one
 */
public record Scene(Picture picture, List<Shape> shapes, @Nullable Mask mark) {

  /** Copies the list. */
  public Scene {
    shapes = List.copyOf(shapes);
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException("a scene has at least one shape, which is its label");
    }
  }

  /**
   * A shape in a scene.
   *
   * @param label its class, counted from 0
   * @param name the name of its class
   * @param mask the pixels that it covers, exactly
   */
  public record Shape(int label, String name, Mask mask) {}

  /** The class of the first shape, counted from 0. */
  public int label() {
    return shapes.get(0).label();
  }

  /** The name of that class. */
  public String labelName() {
    return shapes.get(0).name();
  }

  /** The mask of the shape that is the label. */
  public Mask mask() {
    return shapes.get(0).mask();
  }

  /** The picture with its class and the mask of the shape that is the label. */
  public Example example() {
    return new Example(picture.name(), picture, label(), mask());
  }

  /** The masks of all shapes, in the order of {@link #shapes()}. */
  public List<Mask> masks() {
    return shapes.stream().map(Shape::mask).toList();
  }
}
