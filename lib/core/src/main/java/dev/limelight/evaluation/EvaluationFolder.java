package dev.limelight.evaluation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Csv;
import dev.limelight.metric.Measurement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps an evaluation picture by picture, so that one that was killed goes on where it stopped.
 * Every file is whole or not there; the same settings give the same bytes, however often it was
 * stopped.
 */
final class EvaluationFolder {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path folder;
  private final List<Contender> contenders;

  /**
   * Begins or goes on.
   *
   * @throws IOException if the folder cannot be written, or holds an evaluation with other settings
   */
  EvaluationFolder(Path folder, Map<String, String> settings, List<Contender> contenders)
      throws IOException {
    this.folder = folder;
    this.contenders = contenders;
    Path manifest = folder.resolve("manifest.json");
    if (Files.exists(manifest)) {
      compare(settings, read(manifest));
    } else if (Files.isDirectory(folder) && !AtomicFile.files(folder).isEmpty()) {
      throw new IOException(
          folder + " holds something else than an evaluation; give a folder that is new or empty");
    }
    Files.createDirectories(folder.resolve("pictures"));
    write(manifest, GSON.toJson(settings) + "\n");
  }

  private Map<String, String> read(Path manifest) throws IOException {
    try {
      Map<String, String> stored =
          GSON.fromJson(
              Files.readString(manifest), new TypeToken<Map<String, String>>() {}.getType());
      if (stored != null) {
        return stored;
      }
    } catch (JsonParseException e) {
      // Told below.
    }
    throw new IOException(manifest + " is no manifest of an evaluation; give another folder");
  }

  private void compare(Map<String, String> expected, Map<String, String> stored)
      throws IOException {
    for (Map.Entry<String, String> setting : expected.entrySet()) {
      String before = stored.get(setting.getKey());
      if (!setting.getValue().equals(before)) {
        throw new IOException(
            folder
                + " holds an evaluation with another setting, "
                + setting.getKey()
                + " = "
                + before
                + " where this one has "
                + setting.getValue()
                + "; give another folder, or the same settings to go on");
      }
    }
  }

  /** The measurements of a picture in an earlier run. */
  Optional<List<Cell>> cells(int index) {
    Path file = file(index);
    try {
      JsonObject root = GSON.fromJson(Files.readString(file), JsonObject.class);
      String picture = root.get("picture").getAsString();
      List<Cell> cells = new ArrayList<>();
      for (JsonElement element : root.getAsJsonArray("cells")) {
        cells.add(cell(index, picture, element.getAsJsonObject()));
      }
      return Optional.of(cells);
    } catch (IOException | RuntimeException e) {
      // Not there, or not ours: it is measured again.
      return Optional.empty();
    }
  }

  private Cell cell(int index, String picture, JsonObject one) {
    List<Double> curve = new ArrayList<>();
    if (one.has("curve")) {
      one.getAsJsonArray("curve").forEach(value -> curve.add(value.getAsDouble()));
    }
    Measurement measurement =
        one.has("discarded")
            ? Measurement.discarded(one.get("discarded").getAsString())
            : Measurement.of(one.get("value").getAsDouble(), curve);
    return new Cell(
        index,
        picture,
        contender(one.get("method").getAsString(), one.get("layer").getAsString()),
        one.get("metric").getAsString(),
        measurement);
  }

  private Contender contender(String method, String layer) {
    return contenders.stream()
        .filter(one -> one.method().equals(method) && one.layer().equals(layer))
        .findFirst()
        .orElseThrow();
  }

  /** Keeps what was measured of a picture. */
  void keep(int index, String picture, List<Cell> cells) throws IOException {
    JsonObject root = new JsonObject();
    root.addProperty("picture", picture);
    JsonArray array = new JsonArray();
    for (Cell cell : cells) {
      JsonObject one = new JsonObject();
      one.addProperty("method", cell.contender().method());
      one.addProperty("layer", cell.contender().layer());
      one.addProperty("metric", cell.metric());
      Measurement stored = cell.measurement();
      if (stored.measured()) {
        one.addProperty("value", stored.value());
        if (!stored.curve().isEmpty()) {
          one.add("curve", GSON.toJsonTree(stored.curve()));
        }
      } else {
        one.addProperty("discarded", stored.support().reason());
      }
      array.add(one);
    }
    root.add("cells", array);
    write(file(index), GSON.toJson(root) + "\n");
  }

  /** Keeps the whole as tables. */
  void finish(Evaluation evaluation) throws IOException {
    StringBuilder csv = new StringBuilder("index,picture,method,layer,metric,value,discarded\n");
    for (Cell cell : evaluation.cells()) {
      Measurement stored = cell.measurement();
      csv.append(cell.index()).append(',');
      csv.append(Csv.quoted(cell.picture())).append(',');
      csv.append(Csv.quoted(cell.contender().method())).append(',');
      csv.append(Csv.quoted(cell.contender().layer())).append(',');
      csv.append(cell.metric()).append(',');
      csv.append(stored.measured() ? stored.value() : "").append(',');
      csv.append(stored.measured() ? "" : Csv.quoted(stored.support().reason())).append('\n');
    }
    write(folder.resolve("cells.csv"), csv.toString());
    StringBuilder costs = new StringBuilder("method,layer,passes,milliseconds,megabytes\n");
    for (Cost cost : evaluation.costs()) {
      costs.append(Csv.quoted(cost.contender().method())).append(',');
      costs.append(Csv.quoted(cost.contender().layer())).append(',');
      costs.append(
          String.format(
              Locale.ROOT, "%d,%.2f,%.1f\n", cost.passes(), cost.milliseconds(), cost.megabytes()));
    }
    write(folder.resolve("costs.csv"), costs.toString());
  }

  private Path file(int index) {
    return folder.resolve("pictures").resolve(String.format(Locale.ROOT, "%06d.json", index));
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(text.getBytes(StandardCharsets.UTF_8), file);
  }
}
