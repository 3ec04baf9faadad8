package dev.limelight.model.loading;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import dev.limelight.model.EngineName;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.block.WeightSnapshot;
import dev.limelight.model.loading.FastestEngine.Setup;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A model that is ready to be explained.
 *
 * @param model it, or a copy of a model in memory
 * @param owned whether it was loaded or copied, so that it has to be closed
 * @param notes what was decided without being asked; a sentence each
 * @param check fails where the weights of a copy are no more those of its model
 */
@API(status = Status.INTERNAL)
public record OpenedModel(Model model, boolean owned, List<String> notes, Runnable check) {

  private static final Runnable NOTHING = () -> {};

  /** A model in memory, which stays the caller's. */
  public static OpenedModel inMemory(Model model) {
    return new OpenedModel(model, false, List.of(), NOTHING);
  }

  /** A model that was loaded from a file. */
  public static OpenedModel loaded(Model model, List<String> notes) {
    return new OpenedModel(model, true, notes, NOTHING);
  }

  /**
   * A model in memory, or a copy of it on ONNX Runtime where that is quicker. What was measured is
   * not kept, as nothing names the model.
   *
   * @param model which stays the caller's
   */
  public static OpenedModel fastest(Model model, Setup setup) {
    Optional<EngineName> engine = EngineName.of(model.getNDManager());
    if (engine.isEmpty() || engine.get() == EngineName.ONNX_RUNTIME) {
      return itself(model, "no other engine runs it");
    }
    Optional<NetworkFormat> format = NetworkFormats.ofBlocks(EngineName.ONNX_RUNTIME);
    if (format.isEmpty() || !EngineName.ONNX_RUNTIME.isUsable()) {
      return itself(model, "ONNX Runtime is not here");
    }
    Model copy = null;
    boolean chosen = false;
    try {
      WeightSnapshot weights = WeightSnapshot.of(model);
      copy = format.get().translate(model, setup.picture(model), null);
      EngineTimes times = EngineTimes.compared(setup, model, copy);
      weights.check();
      chosen = times.onnxIsQuicker();
      return chosen
          ? new OpenedModel(copy, true, times.notes(engine.get()), weights::check)
          : new OpenedModel(model, false, times.notes(engine.get()), NOTHING);
    } catch (EngineException | IllegalArgumentException e) {
      return itself(model, EngineTimes.reason(e));
    } finally {
      if (copy != null && !chosen) {
        copy.close();
      }
    }
  }

  private static OpenedModel itself(Model model, String reason) {
    String title =
        EngineName.of(model.getNDManager())
            .map(EngineName::title)
            .orElse(model.getNDManager().getEngine().getEngineName());
    return new OpenedModel(model, false, EngineTimes.notes(title, reason), NOTHING);
  }
}
