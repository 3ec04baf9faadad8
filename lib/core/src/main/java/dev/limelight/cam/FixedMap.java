package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import java.util.Objects;

/**
 * A map given by the caller, the same for every picture and class: to test a metric. It knows
 * nothing of the network, and may be of any size.
 *
 * @param name what tables call it
 * @param map its values
 */
public record FixedMap(String name, Heatmap map) implements Method {

  /** Checks. */
  public FixedMap {
    Objects.requireNonNull(map, "map");
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("a map made by hand has a name, but got none");
    }
  }

  /** One (N, 1, h, w) of the map's own size. */
  @Override
  public NDArray parts(Evidence evidence) {
    NDManager manager = evidence.activations().getManager();
    float[] values = map.values();
    float[] all = new float[Math.multiplyExact(evidence.size(), values.length)];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i % values.length];
    }
    return NativeArrays.of(manager, all, new Shape(evidence.size(), 1, map.height(), map.width()));
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("a map made by hand");
  }

  @Override
  public String unit(String score) {
    return map.unit();
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(name)
        .withSummary("A map made by hand, to compare with.")
        .withoutClasses()
        .withCost("nothing")
        .withPaper("made by hand");
  }
}
