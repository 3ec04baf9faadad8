package dev.limelight.model;

import ai.djl.Model;
import dev.limelight.model.NetworkFormat.Claim;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.plugin.Services;
import dev.limelight.support.UnsupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The formats on the class path. */
@API(status = Status.INTERNAL)
public final class NetworkFormats {

  private NetworkFormats() {}

  /** The formats, and those that could not be loaded. */
  public static Services<NetworkFormat> services() {
    return Services.of(NetworkFormat.class);
  }

  /** All of them: those of one engine in the engines' order, and then those of several. */
  public static List<NetworkFormat> all() {
    return services().all().stream()
        .sorted(
            Comparator.<NetworkFormat>comparingInt(format -> format.engines().size())
                .thenComparing(format -> format.engines().get(0)))
        .toList();
  }

  /**
   * The format of a file or folder, or nothing if none reads it.
   *
   * @throws IllegalArgumentException if a folder holds models of several formats
   * @throws IllegalStateException if several claim a file; the message names them
   */
  public static Optional<NetworkFormat> of(Path path) {
    if (Files.isDirectory(path)) {
      List<NetworkFormat> found =
          all().stream().filter(format -> format.claim(path) == Claim.SPECIFIC).toList();
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "the folder "
                + path
                + " fits "
                + found.stream().map(NetworkFormat::title).collect(Collectors.joining(" and "))
                + "; name the file that is meant, such as NAME-symbol.json or model.safetensors in"
                + " it");
      }
    }
    return claimed("the file " + path, format -> format.claim(path));
  }

  /**
   * The format that runs a file or folder on an engine: its own, or one that translates it; its own
   * where none does, which refuses the engine.
   *
   * @throws IllegalArgumentException if a folder holds models of several formats
   */
  public static Optional<NetworkFormat> of(Path path, EngineName engine) {
    Optional<NetworkFormat> own = of(path);
    if (own.isEmpty() || own.get().engines().contains(engine)) {
      return own;
    }
    return all().stream()
        .filter(format -> format.engines().contains(engine) && format.translates(path))
        .findFirst()
        .or(() -> own);
  }

  /** The format that brings models of DJL's blocks onto an engine, or nothing if none does. */
  public static Optional<NetworkFormat> ofBlocks(EngineName engine) {
    return all().stream()
        .filter(format -> format.engines().contains(engine) && format.translatesBlocks())
        .findFirst();
  }

  /**
   * The format of a model, or nothing if none cuts it.
   *
   * @throws IllegalStateException if several claim it; the message names them
   */
  static Optional<NetworkFormat> of(Model model) {
    return claimed("the model '" + model.getName() + "'", format -> format.claim(model));
  }

  /**
   * The format that cuts a model.
   *
   * @throws IllegalArgumentException if the model has no block
   * @throws UnsupportedException if none cuts it, or not in its layout; the message says what to do
   */
  static NetworkFormat cutting(Model model) {
    if (model.getBlock() == null) {
      throw new IllegalArgumentException(
          "the model '" + model.getName() + "' has no block; load it or set its block first");
    }
    NetworkFormat format =
        of(model)
            .orElseThrow(
                () ->
                    new UnsupportedException(
                        "the model runs on "
                            + model.getNDManager().getEngine().getEngineName()
                            + ", and can be cut on "
                            + engines()
                            + "; load it by one of these, or add the jar that reads its format, such as"
                            + " dev.limelight:limelight-onnx"));
    if (ModelMetadata.isChannelsLast(model) && !format.turnsPictures()) {
      throw new UnsupportedException(
          format.title() + " takes its channels first, so leave --channels-last away");
    }
    return format;
  }

  /** The input of a model, as far as it is known. */
  public static NetworkInput input(Model model) {
    NetworkInput found =
        of(model)
            .map(format -> format.input(model))
            .orElseGet(() -> NetworkInput.of(model.getBlock()));
    return ModelMetadata.isChannelsLast(model) ? found.asChannelsLast() : found;
  }

  /** The engines that run a format, for a sentence, such as "MXNet and PyTorch". */
  private static String engines() {
    List<NetworkFormat> all = all();
    List<String> titles =
        Stream.of(EngineName.values())
            .filter(engine -> all.stream().anyMatch(format -> format.engines().contains(engine)))
            .map(EngineName::title)
            .toList();
    int last = titles.size() - 1;
    return last < 1
        ? String.join("", titles)
        : String.join(", ", titles.subList(0, last)) + " and " + titles.get(last);
  }

  private static Optional<NetworkFormat> claimed(
      String subject, Function<NetworkFormat, Claim> claim) {
    List<NetworkFormat> all = all();
    for (Claim strength : List.of(Claim.SPECIFIC, Claim.GENERAL)) {
      List<NetworkFormat> found =
          all.stream().filter(format -> claim.apply(format) == strength).toList();
      if (found.size() > 1) {
        throw new IllegalStateException(
            subject
                + " is claimed by several formats, "
                + found.stream()
                    .map(format -> format.getClass().getName())
                    .collect(Collectors.joining(" and "))
                + "; keep the jar of one of them on the class path");
      }
      if (found.size() == 1) {
        return Optional.of(found.get(0));
      }
    }
    return Optional.empty();
  }
}
