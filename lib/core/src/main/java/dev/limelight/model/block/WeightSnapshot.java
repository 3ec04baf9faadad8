package dev.limelight.model.block;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * What the weights of a model were when a copy of it was made. Training changes the arrays of a
 * model where they are, so that the numbers have to be compared.
 */
@API(status = Status.INTERNAL)
public final class WeightSnapshot {

  private final Model model;
  private final @Nullable Block block;
  private final Map<Parameter, Long> sums = new HashMap<>();

  private WeightSnapshot(Model model) {
    this.model = model;
    block = model.getBlock();
  }

  /** The weights of a model as they are now. */
  public static WeightSnapshot of(Model model) {
    WeightSnapshot snapshot = new WeightSnapshot(model);
    for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
      if (each.getValue().isInitialized()) {
        snapshot.sums.put(each.getValue(), sum(each.getValue().getArray()));
      }
    }
    return snapshot;
  }

  /**
   * Checks that they are the same now. Weights that were freed cannot change any more.
   *
   * @throws IllegalStateException if they are not
   */
  public void check() {
    boolean same = model.getBlock() == block;
    for (Map.Entry<Parameter, Long> each : sums.entrySet()) {
      Parameter parameter = each.getKey();
      NDArray array = parameter.isInitialized() ? parameter.getArray() : null;
      same &= array != null && (array.isReleased() || sum(array) == each.getValue());
    }
    if (!same) {
      throw new IllegalStateException(
          "the weights of the model '"
              + model.getName()
              + "' have changed since they were copied for ONNX Runtime; make the explainer again,"
              + " or do without optFastestEngine");
    }
  }

  private static long sum(NDArray array) {
    CRC32C sum = new CRC32C();
    sum.update(array.toByteBuffer());
    return sum.getValue();
  }
}
