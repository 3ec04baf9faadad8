package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The zip of a .pt2: a graph as JSON, and weights. PyTorch has written three layouts of it. */
final class ExportArchive implements Closeable {

  private static final String FLAT = "serialized_exported_program.json";
  private static final String FORMAT = "archive_format";
  private static final long LARGEST_JSON = 64L << 20;

  private final TorchArchive archive;
  private final JsonObject program;
  private final NamedTensors weights;
  private final NamedTensors constants;

  private ExportArchive(
      TorchArchive archive, JsonObject program, NamedTensors weights, NamedTensors constants) {
    this.archive = archive;
    this.program = program;
    this.weights = weights;
    this.constants = constants;
  }

  /**
   * Opens an archive and reads its graph.
   *
   * @throws IOException if it is no program that {@code torch.export.save} wrote, or is damaged
   */
  static ExportArchive open(Path file) throws IOException {
    TorchArchive archive = TorchArchive.readFlat(file);
    try {
      boolean flat = archive.names().contains(FLAT);
      if (!flat) {
        archive.close();
        archive = TorchArchive.read(file);
      }
      return flat ? oldest(archive) : inFolder(archive);
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  /** Up to PyTorch 2.7. */
  private static ExportArchive oldest(TorchArchive archive) throws IOException {
    return new ExportArchive(
        archive,
        json(archive, FLAT),
        new PickledTensors(archive, "serialized_state_dict.pt"),
        new PickledTensors(archive, "serialized_constants.pt"));
  }

  private static ExportArchive inFolder(TorchArchive archive) throws IOException {
    Set<String> names = archive.names();
    if (!names.contains(FORMAT) || !text(archive, FORMAT).equals("pt2")) {
      throw new MalformedFileException(
          "is a zip but no .pt2: save the model by"
              + " torch.export.save(torch.export.export(model.eval(), (x,)), \"net.pt2\")");
    }
    if (names.contains("byteorder") && !text(archive, "byteorder").equals("little")) {
      throw new MalformedFileException(
          "has its bytes in the order of another kind of machine; save it on one of today's");
    }
    List<String> models =
        names.stream().filter(name -> name.matches("models/[^/]+\\.json")).toList();
    if (models.size() != 1) {
      throw new MalformedFileException(
          models.isEmpty()
              ? "holds no graph but what AOTInductor compiled, which cannot be explained; save the"
                  + " model by torch.export.save"
              : "holds several programs; save one of them alone by torch.export.save");
    }
    String model = models.get(0).replaceAll("^models/|\\.json$", "");
    return new ExportArchive(
        archive,
        json(archive, models.get(0)),
        tensors(archive, "data/weights/", model, "_weights_config.json"),
        tensors(archive, "data/constants/", model, "_constants_config.json"));
  }

  /** PyTorch 2.8 pickles them, and 2.9 and newer ones list raw storages. */
  private static NamedTensors tensors(
      TorchArchive archive, String folder, String model, String config) throws IOException {
    String list = folder + model + config;
    return archive.names().contains(list)
        ? new RawTensors(archive, folder, json(archive, list))
        : new PickledTensors(archive, folder + model + ".pt");
  }

  private static String text(TorchArchive archive, String name) throws IOException {
    if (archive.size(name) > 64) {
      throw new MalformedFileException("has an entry " + name + " that is no word; save it again");
    }
    return new String(archive.bytes(name), StandardCharsets.UTF_8).strip();
  }

  private static JsonObject json(TorchArchive archive, String name) throws IOException {
    if (archive.size(name) > LARGEST_JSON) {
      throw new MalformedFileException(
          "has a graph of "
              + archive.size(name)
              + " bytes, and at most "
              + LARGEST_JSON
              + " are read; no picture network needs as many");
    }
    try {
      JsonElement json =
          JsonParser.parseString(new String(archive.bytes(name), StandardCharsets.UTF_8));
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException | StackOverflowError | NumberFormatException e) {
      throw new MalformedFileException("is damaged: " + name + " is no JSON; save it again");
    }
    throw new MalformedFileException("is damaged: " + name + " is no JSON object; save it again");
  }

  /** The program as it was written. */
  JsonObject program() {
    return program;
  }

  /** A parameter or a buffer of the state dict. */
  TorchTensor weight(String name) throws IOException {
    return weights.tensor(name);
  }

  /** A tensor that is not in the state dict. */
  TorchTensor constant(String name) throws IOException {
    return constants.tensor(name);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
