package dev.limelight.sink;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.limelight.io.AtomicFile;
import dev.limelight.sink.RunFolder.Epoch;
import dev.limelight.sink.RunFolder.OverlayFile;
import dev.limelight.sink.RunFolder.ProbeFile;
import dev.limelight.sink.RunFolder.State;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code manifest.json} of a run's folder, with files as they lie from there. */
final class RunManifest {

  static final String FILE = "manifest.json";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private RunManifest() {}

  static void write(RunFolder run, Path folder) throws IOException {
    JsonObject root = new JsonObject();
    root.addProperty("limelight", run.limelight());
    root.addProperty("run", run.name());
    root.addProperty("method", run.method());
    root.add("labels", GSON.toJsonTree(run.labels()));
    root.add("settings", GSON.toJsonTree(run.settings()));
    root.addProperty("finished", run.finished());
    root.addProperty("interrupted", run.state() == State.INTERRUPTED);
    root.add("probes", array(run.probes(), probe -> json(probe, folder)));
    root.add("epochs", array(run.epochs(), epoch -> json(epoch, folder)));
    AtomicFile.write(GSON.toJson(root).getBytes(StandardCharsets.UTF_8), folder.resolve(FILE));
  }

  private static JsonObject json(ProbeFile probe, Path folder) {
    JsonObject one = new JsonObject();
    one.addProperty("name", probe.name());
    one.addProperty("label", probe.label());
    one.addProperty("mask", probe.masked());
    one.addProperty("picture", place(probe.file(), folder));
    return one;
  }

  private static JsonObject json(Epoch epoch, Path folder) {
    JsonObject one = new JsonObject();
    one.addProperty("epoch", epoch.number());
    one.add("metrics", GSON.toJsonTree(epoch.metrics()));
    one.add("overlays", array(epoch.overlays(), overlay -> json(overlay, folder)));
    return one;
  }

  private static JsonObject json(OverlayFile overlay, Path folder) {
    JsonObject one = new JsonObject();
    one.addProperty("name", overlay.name());
    one.addProperty("probe", overlay.probe());
    one.addProperty("file", place(overlay.file(), folder));
    one.addProperty("target", overlay.target());
    one.addProperty("predicted", overlay.predicted());
    one.addProperty("probability", overlay.probability());
    one.add("scores", GSON.toJsonTree(overlay.scores()));
    return one;
  }

  private static <T> JsonArray array(List<T> values, Function<T, JsonObject> json) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(json.apply(value)));
    return array;
  }

  private static String place(Path file, Path folder) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  static RunFolder read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          folder
              + " is no folder of a run, as it holds no "
              + FILE
              + "; give that of a FolderSink");
    }
    String text;
    // A channel would be torn where the thread is interrupted.
    try (InputStream in = new FileInputStream(file.toFile())) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      JsonObject root = GSON.fromJson(text, JsonObject.class);
      return new RunFolder(
          root.get("run").getAsString(),
          root.get("method").getAsString(),
          list(root, "labels", JsonElement::getAsString),
          list(root, "probes", probe -> probe(probe.getAsJsonObject(), folder)),
          map(root, "settings", JsonElement::getAsString),
          list(root, "epochs", epoch -> epoch(epoch.getAsJsonObject(), folder)),
          state(root),
          root.get("limelight").getAsString());
    } catch (JsonParseException
        | NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException
        | IllegalArgumentException e) {
      throw new IOException(
          file + " is no manifest of a run or is damaged; give the folder of another run", e);
    }
  }

  private static State state(JsonObject root) {
    if (!root.get("finished").getAsBoolean()) {
      return State.RUNNING;
    }
    return root.get("interrupted").getAsBoolean() ? State.INTERRUPTED : State.FINISHED;
  }

  private static ProbeFile probe(JsonObject one, Path folder) {
    return new ProbeFile(
        one.get("name").getAsString(),
        one.get("label").getAsInt(),
        one.get("mask").getAsBoolean(),
        file(one.get("picture"), folder));
  }

  private static Epoch epoch(JsonObject one, Path folder) {
    return new Epoch(
        one.get("epoch").getAsInt(),
        map(one, "metrics", JsonElement::getAsDouble),
        list(one, "overlays", overlay -> overlay(overlay.getAsJsonObject(), folder)));
  }

  private static OverlayFile overlay(JsonObject one, Path folder) {
    return new OverlayFile(
        one.get("name").getAsString(),
        one.get("probe").getAsString(),
        file(one.get("file"), folder),
        one.get("target").getAsString(),
        one.get("predicted").getAsString(),
        one.get("probability").getAsDouble(),
        map(one, "scores", JsonElement::getAsDouble));
  }

  private static Path file(JsonElement place, Path folder) {
    Path file = folder.resolve(place.getAsString()).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw new IllegalArgumentException(place + " lies outside of " + folder);
    }
    return file;
  }

  private static <T> List<T> list(JsonObject from, String key, Function<JsonElement, T> value) {
    List<T> list = new ArrayList<>();
    from.getAsJsonArray(key).forEach(element -> list.add(value.apply(element)));
    return list;
  }

  private static <T> Map<String, T> map(
      JsonObject from, String key, Function<JsonElement, T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    from.getAsJsonObject(key)
        .entrySet()
        .forEach(entry -> map.put(entry.getKey(), value.apply(entry.getValue())));
    return map;
  }
}
