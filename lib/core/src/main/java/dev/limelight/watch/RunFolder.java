package dev.limelight.watch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a {@link FolderSink} has written so far; it may be read while the training goes on.
 *
 * @param name what the run is called
 * @param method the method of its maps
 * @param state how it stands
 * @param epochs those that are complete, in their order
 */
public record RunFolder(String name, String method, State state, List<Epoch> epochs) {

  /** How a run stands. */
  public enum State {
    /** Epochs may follow; or its process has died. */
    RUNNING,
    /** The training came to its end. */
    FINISHED,
    /** The training was stopped. */
    INTERRUPTED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One epoch.
   *
   * @param number counted from 0, which is before the first
   * @param metrics by their names
   * @param overlays the file of each overlay by its name, in their order
   */
  public record Epoch(int number, Map<String, Double> metrics, Map<String, Path> overlays) {}

  /** Copies the list. */
  public RunFolder {
    epochs = List.copyOf(epochs);
  }

  /**
   * Reads a folder.
   *
   * @throws IOException if it is no folder of a run, or damaged; one sentence
   */
  public static RunFolder read(Path folder) throws IOException {
    RunManifest manifest = RunManifest.read(folder);
    List<Epoch> epochs = new ArrayList<>();
    try {
      for (Map.Entry<Integer, JsonObject> entry : manifest.epochs().entrySet()) {
        epochs.add(epoch(folder, entry.getKey(), entry.getValue()));
      }
      JsonObject about = manifest.about();
      return new RunFolder(
          about.get("run").getAsString(),
          about.get("method").getAsString(),
          State.valueOf(about.get("state").getAsString().toUpperCase(Locale.ROOT)),
          epochs);
    } catch (NullPointerException | ClassCastException | IllegalArgumentException e) {
      throw new IOException(
          folder.resolve(RunManifest.FILE) + " is damaged; let the training write it again", e);
    }
  }

  private static Epoch epoch(Path folder, int number, JsonObject told) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> metric : told.getAsJsonObject("metrics").entrySet()) {
      metrics.put(metric.getKey(), metric.getValue().getAsDouble());
    }
    Map<String, Path> overlays = new LinkedHashMap<>();
    for (JsonElement overlay : told.getAsJsonArray("overlays")) {
      JsonObject one = overlay.getAsJsonObject();
      Path file = folder.resolve(one.get("file").getAsString()).normalize();
      if (!file.startsWith(folder.normalize())) {
        throw new IllegalArgumentException("the file of an overlay lies outside of the run");
      }
      overlays.put(one.get("name").getAsString(), file);
    }
    return new Epoch(
        number, Collections.unmodifiableMap(metrics), Collections.unmodifiableMap(overlays));
  }
}
