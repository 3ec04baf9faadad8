package dev.limelight.scene;

import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * An object of a class of a network.
 *
 * @param object itself
 * @param index of its class
 * @param label of its class, the same for all objects of the class
 */
@API(status = Status.INTERNAL)
public record KnownObject(SceneObject object, int index, String label) implements SceneObject {

  @Override
  public String name() {
    return object.name();
  }

  @Override
  public CutOut view(int longest, Ground ground, Random random) {
    return object.view(longest, ground, random);
  }
}
