package dev.limelight.architecture.offenders.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/** Makes arrays itself. */
public final class MakesArrays {

  private MakesArrays() {}

  static NDArray wrong(NDManager manager) {
    manager.create(FloatBuffer.allocate(1), new Shape(1), null);
    NDArray array = manager.create(new float[] {1}, new Shape(1));
    array.set(new float[] {1});
    return array;
  }

  static NDArray right(NDManager manager) {
    manager.create(new Shape(1));
    return manager.create(1f);
  }
}
