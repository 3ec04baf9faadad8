package dev.limelight.model.loading;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.io.Hashes;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.file.FileKind;
import dev.limelight.plugin.Services;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk in one of the formats on the class path: an MXNet symbol with its parameters in
 * the same folder, a TorchScript archive (.pt), an .onnx file, a program of torch.export (.pt2), a
 * folder that DJL saved, or one with the config.json and model.safetensors of timm or transformers;
 * or, without such a file, the name of a published network such as {@code efficientnet-lite0}.
 *
 * @param path the file or folder, or the name
 * @param engine on which it runs
 * @param device where it computes, of {@link Devices#of}, or null for the engine's best
 */
public record ModelFile(Path path, EngineName engine, @Nullable Device device) {

  /** A model on the best device that an engine sees. */
  public ModelFile(Path path, EngineName engine) {
    this(path, engine, null);
  }

  /**
   * A model on the engine that its file is made for; of several engines that run it, on the first
   * whose native library can be loaded here.
   */
  public static ModelFile of(Path path) {
    return new ModelFile(path, EngineName.firstUsable(engines(path)));
  }

  /** The engines that run a file, or a published network, which is made of DJL's blocks. */
  private static List<EngineName> engines(Path path) {
    return NetworkFormats.of(path)
        .map(NetworkFormat::engines)
        .orElse(List.of(EngineName.MXNET, EngineName.PYTORCH));
  }

  /** What was decided without being asked; a sentence each. */
  public List<String> notes() {
    if (!isMadeForEngine()) {
      EngineName own = EngineName.firstUsable(engines(path));
      return List.of(
          "the model is made for "
              + own.title()
              + " and was brought into a graph of "
              + engine.title()
              + (own.isInstalled() && !own.hasFailed()
                  ? ", whose logits and layers are the same"
                  : ", which was not compared with it, as " + own.title() + " is not here"));
    }
    EngineName first = engines(path).get(0);
    return engine != first && first.hasFailed()
        ? List.of(
            "the native library of "
                + first.title()
                + " cannot be loaded here, so that the model runs on "
                + engine.title())
        : List.of();
  }

  /** Whether its engine is one that the file or published network is made for. */
  boolean isMadeForEngine() {
    return engines(path).contains(engine);
  }

  /** Whether it is made for another engine, and a format can bring it onto its own. */
  boolean isTranslated() {
    return !isMadeForEngine() && (isTranslatedAsFile() || blocks().isPresent());
  }

  private boolean isTranslatedAsFile() {
    Optional<NetworkFormat> format = NetworkFormats.of(path, engine);
    return format.isPresent() && format.get().engines().contains(engine);
  }

  /**
   * The format that brings a network onto the engine once it is loaded as blocks on another one.
   */
  Optional<NetworkFormat> blocks() {
    boolean known = !Files.exists(path) || NetworkFormats.of(path).isPresent();
    return isMadeForEngine() || !known || isTranslatedAsFile()
        ? Optional.empty()
        : NetworkFormats.ofBlocks(engine);
  }

  /** The same model on a device of its engine. */
  public ModelFile on(Device other) {
    return new ModelFile(path, engine, other);
  }

  /**
   * Loads the model; the caller closes it.
   *
   * @throws IOException if it cannot be read; the message says what is wrong with which file
   * @throws UnsupportedException if the engine does not have the device
   */
  public Model load() throws IOException {
    return load(KeptFacts.NONE);
  }

  /**
   * The same, without what is known to go well.
   *
   * @param facts about this file
   */
  @API(status = Status.INTERNAL)
  public Model load(KeptFacts facts) throws IOException {
    if (device != null) {
      Devices.check(engine, device);
    }
    Optional<NetworkFormat> blocks = blocks();
    if (blocks.isPresent()) {
      return translated(blocks.get());
    }
    return Files.exists(path)
        ? format().load(path, engine, device, facts)
        : published().load(engine, device);
  }

  private Model translated(NetworkFormat format) throws IOException {
    EngineName own = EngineName.firstUsable(engines(path));
    try (Model original = new ModelFile(path, own, Device.cpu()).load()) {
      return format.translate(original, null, device);
    } catch (UnsupportedException e) {
      throw new IOException(
          path
              + " cannot be brought into a graph of "
              + engine.title()
              + ": "
              + e.getMessage()
              + "; run it on "
              + own.title(),
          e);
    }
  }

  /** The hash of the files that make the model, in hexadecimal. */
  public String sha256() throws IOException {
    return Hashes.sha256(files());
  }

  private List<Path> files() throws IOException {
    if (!Files.exists(path)) {
      return List.of(published().weights());
    }
    Optional<NetworkFormat> format = NetworkFormats.of(path);
    return format.isPresent() ? format.get().files(path) : List.of(path);
  }

  /** Whether its files decide on all that it computes. */
  boolean isDecidedByItsFiles() throws IOException {
    Optional<NetworkFormat> format = NetworkFormats.of(path);
    return format.isEmpty() || format.get().isDecidedByFiles(path);
  }

  /**
   * Begins to compute the hash while the caller does something else; that of a published network
   * whose weights are not here only when it is asked for, as they may be fetched until then.
   */
  public Hash sha256Meanwhile() {
    try {
      if (Files.isRegularFile(path)) {
        // Which files it is made of may only be known once it is read.
        return ModelHash.begin(List.of(path), this::files);
      }
      // On this thread, where services are found.
      List<Path> all = files();
      return ModelHash.begin(all, () -> all);
    } catch (IOException e) {
      return ModelHash.later(this::sha256);
    }
  }

  /** A hash that may still be computed. */
  @API(status = Status.INTERNAL)
  public interface Hash {

    /** Waits for it. */
    String get() throws IOException;

    /** Whether the files are those that were hashed. */
    boolean isCurrent();
  }

  private NetworkFormat format() throws IOException {
    Optional<NetworkFormat> format = NetworkFormats.of(path, engine);
    if (format.isPresent()) {
      return format.get();
    }
    FileKind kind = FileKind.of(path);
    if (kind == FileKind.CHECKPOINT || kind == FileKind.SAFETENSORS) {
      throw new IOException(
          path
              + " is "
              + kind.title()
              + "; save the model by torch.jit.trace as a .pt, put it as "
              + (kind == FileKind.SAFETENSORS ? "model.safetensors" : "pytorch_model.bin")
              + " beside the config.json of its network, or fill blocks by NamedWeights");
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean named = name.endsWith(".onnx") || name.endsWith(".pt2");
    if (kind == FileKind.ONNX
        || kind == FileKind.EXPORTED_PROGRAM
        || kind == FileKind.UNKNOWN && named) {
      throw new IOException(
          path
              + " needs dev.limelight:limelight-onnx on the class path, and it is missing; add it");
    }
    if (kind == FileKind.SYMBOL) {
      throw new IOException(
          path
              + " is "
              + kind.title()
              + "; call it NAME-symbol.json and put its parameters beside it as NAME-0000.params");
    }
    if (kind != FileKind.UNKNOWN) {
      throw new IOException(
          path
              + " is "
              + kind.title()
              + ", which cannot be read; save the model as ONNX or by torch.jit.trace");
    }
    Services<NetworkFormat> formats = NetworkFormats.services();
    List<String> files = NetworkFormats.all().stream().map(NetworkFormat::files).toList();
    int last = files.size() - 1;
    throw new IOException(
        path
            + " is not a model that can be read: give "
            + String.join(", ", files.subList(0, last))
            + " or "
            + files.get(last)
            + formats.withoutThese());
  }

  private PublishedNetwork published() throws IOException {
    Services<PublishedNetworks> families = Services.of(PublishedNetworks.class);
    for (PublishedNetworks family : families.all()) {
      Optional<PublishedNetwork> network = family.named(path.toString());
      if (network.isPresent()) {
        return network.get();
      }
    }
    String names =
        families.all().stream()
            .flatMap(family -> family.names().stream())
            .collect(Collectors.joining(", "));
    throw new IOException(
        "no such model: "
            + path
            + "; give a file, a folder, or the name "
            + names
            + families.withoutThese());
  }
}
