package dev.limelight.watch;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.limelight.image.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** {@code manifest.json} of a run's folder: what the run is, and its epochs that are complete. */
final class RunManifest {

  static final String FILE = "manifest.json";

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private final JsonObject about;
  private final TreeMap<Integer, JsonObject> epochs = new TreeMap<>();

  private RunManifest(JsonObject about) {
    this.about = about;
  }

  /**
   * That of a run that begins.
   *
   * @param pictures the file of each probe's plain picture, in their order
   */
  static RunManifest of(WatchedRun run, Iterable<String> pictures) {
    JsonObject about = new JsonObject();
    String version = RunManifest.class.getPackage().getImplementationVersion();
    about.addProperty("limelight", version == null ? "development" : version);
    about.addProperty("run", run.name());
    about.addProperty("method", run.method());
    JsonArray labels = new JsonArray();
    run.labels().forEach(labels::add);
    about.add("labels", labels);
    JsonObject settings = new JsonObject();
    run.settings().forEach(settings::addProperty);
    about.add("settings", settings);
    JsonArray probes = new JsonArray();
    var files = pictures.iterator();
    for (Probe probe : run.probes()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", probe.name());
      one.addProperty("label", probe.label());
      one.addProperty("mask", probe.mask() != null);
      one.addProperty("picture", files.next());
      probes.add(one);
    }
    about.add("probes", probes);
    about.addProperty("state", RunFolder.State.RUNNING.word());
    return new RunManifest(about);
  }

  /**
   * Reads that of a folder.
   *
   * @throws IOException if there is none, or it is none of a run; one sentence
   */
  static RunManifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          folder + " is no folder of a run: it holds no " + FILE + "; give that of a FolderSink");
    }
    try {
      JsonObject root = GSON.fromJson(Files.readString(file), JsonObject.class);
      JsonArray epochs = root.remove("epochs").getAsJsonArray();
      for (String name : new String[] {"run", "method", "state"}) {
        root.get(name).getAsString();
      }
      root.getAsJsonArray("probes").forEach(JsonElement::getAsJsonObject);
      RunManifest manifest = new RunManifest(root);
      for (JsonElement epoch : epochs) {
        JsonObject one = epoch.getAsJsonObject();
        manifest.epochs.put(one.get("epoch").getAsInt(), one);
      }
      return manifest;
    } catch (JsonParseException
        | NullPointerException
        | ClassCastException
        | IllegalStateException
        | NumberFormatException e) {
      throw new IOException(
          file + " is no manifest of a run, or damaged; choose another folder", e);
    }
  }

  void write(Path folder) throws IOException {
    JsonObject root = new JsonObject();
    about.entrySet().forEach(entry -> root.add(entry.getKey(), entry.getValue()));
    JsonArray all = new JsonArray();
    epochs.values().forEach(all::add);
    root.add("epochs", all);
    WholeFile.write(GSON.toJson(root).getBytes(StandardCharsets.UTF_8), folder.resolve(FILE));
  }

  /** Whether both are of the same method and probes. */
  boolean isOfSameRun(RunManifest other) {
    return about.get("method").equals(other.about.get("method"))
        && about.get("probes").equals(other.about.get("probes"));
  }

  /** Takes over the epochs of the same run. */
  void resume(RunManifest other) {
    epochs.putAll(other.epochs);
  }

  JsonObject about() {
    return about;
  }

  /** The complete epochs by their numbers. */
  TreeMap<Integer, JsonObject> epochs() {
    return epochs;
  }

  void setState(RunFolder.State state) {
    about.addProperty("state", state.word());
  }

  /**
   * Adds an epoch.
   *
   * @param files of the overlays, in their order
   */
  void add(EpochOverlays overlays, Iterable<String> files) {
    JsonObject epoch = new JsonObject();
    epoch.addProperty("epoch", overlays.epoch());
    epoch.add("metrics", numbers(overlays.metrics()));
    JsonArray all = new JsonArray();
    var names = files.iterator();
    for (ProbeOverlay overlay : overlays.overlays()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", overlay.name());
      one.addProperty("file", names.next());
      one.addProperty("target", overlay.explanation().targetLabel());
      one.addProperty("predicted", overlay.explanation().predictedLabel());
      one.addProperty("probability", overlay.explanation().probability());
      one.add("scores", numbers(overlay.scores()));
      all.add(one);
    }
    epoch.add("overlays", all);
    epochs.put(overlays.epoch(), epoch);
  }

  private static JsonObject numbers(Map<String, Double> values) {
    JsonObject numbers = new JsonObject();
    values.forEach(numbers::addProperty);
    return numbers;
  }
}
