package dev.limelight.onnx.translation;

import ai.djl.Model;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.model.input.NetworkInput;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** The graphs of models that were loaded from no file, until these are closed. */
@API(status = Status.INTERNAL)
public final class HeldGraphs {

  /** The model's property with the key of its graph. */
  private static final String PROPERTY = "limelightOnnxGraph";

  private static final Map<String, Held> ALL = new ConcurrentHashMap<>();

  private HeldGraphs() {}

  /**
   * A graph in memory.
   *
   * @param name of its model, for messages
   * @param graph with its weights
   * @param input the picture that it takes
   */
  public record Held(String name, ModelProto graph, NetworkInput input) {}

  /** Holds the graph of a model. */
  static void put(Model model, Held held) {
    String key = UUID.randomUUID().toString();
    ALL.put(key, held);
    model.setProperty(PROPERTY, key);
    model.getNDManager().attachInternal(key, () -> ALL.remove(key));
  }

  /** The graph of a model, or null if it was loaded from a file. */
  public static @Nullable Held of(Model model) {
    String key = model.getProperty(PROPERTY);
    return key == null ? null : ALL.get(key);
  }
}
