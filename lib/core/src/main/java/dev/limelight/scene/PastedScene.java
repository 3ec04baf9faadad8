package dev.limelight.scene;

import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Objects pasted on a background.
 *
 * @param picture what the network sees
 * @param background the same without the objects
 * @param objects one or two
 * @param masks where each of them is
 * @param size the range that its size is from
 */
@API(status = Status.INTERNAL)
public record PastedScene(
    Picture picture,
    Picture background,
    List<SceneObject> objects,
    List<Mask> masks,
    SizeRange size) {

  /** Copies the lists. */
  public PastedScene {
    objects = List.copyOf(objects);
    masks = List.copyOf(masks);
  }
}
