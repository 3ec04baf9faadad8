import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Starts the engine once, which unpacks its native library, and prints its name and version. */
class Warm {
  public static void main(String[] args) {
    try (NDManager manager = NDManager.newBaseManager()) {
      float sum = manager.ones(new ai.djl.ndarray.types.Shape(2, 2)).sum().getFloat();
      Engine engine = Engine.getInstance();
      System.out.println(engine.getEngineName() + " " + engine.getVersion() + " is ready: " + sum);
    }
  }
}
