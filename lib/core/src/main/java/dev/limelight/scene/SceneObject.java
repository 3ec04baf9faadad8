package dev.limelight.scene;

import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Something that can be pasted into a scene. */
@API(status = Status.INTERNAL)
public interface SceneObject {

  /** What the page calls it: its file, or its shape. */
  String name();

  /** The class that its file, its folder or its shape names. */
  String label();

  /**
   * One view of it.
   *
   * @param longest its longest side in pixels
   * @param ground what it is pasted on
   */
  CutOut view(int longest, Ground ground, Random random);
}
