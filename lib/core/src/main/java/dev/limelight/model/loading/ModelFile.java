package dev.limelight.model.loading;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.io.Hashes;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.plugin.Services;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk in one of the formats on the class path: an MXNet symbol with its parameters in
 * the same folder, a TorchScript archive (.pt), an .onnx file, a program of torch.export (.pt2), or
 * a folder that DJL saved; or, without such a file, the name of a published network such as {@code
 * efficientnet-lite0}.
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

  /** A model on the engine that its file is made for. */
  public static ModelFile of(Path path) {
    EngineName engine =
        NetworkFormats.of(path)
            .map(format -> format.engines().get(0))
            .orElse(EngineName.values()[0]);
    return new ModelFile(path, engine);
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
    if (device != null) {
      Devices.check(engine, device);
    }
    return Files.exists(path)
        ? format().load(path, engine, device)
        : published().load(engine, device);
  }

  /** The hash of the files that make the model, in hexadecimal. */
  public String sha256() throws IOException {
    if (!Files.exists(path)) {
      return Hashes.sha256(List.of(published().weights()));
    }
    Optional<NetworkFormat> format = NetworkFormats.of(path);
    return Hashes.sha256(format.isPresent() ? format.get().files(path) : List.of(path));
  }

  private NetworkFormat format() throws IOException {
    Optional<NetworkFormat> format = NetworkFormats.of(path);
    if (format.isPresent()) {
      return format.get();
    }
    if (path.toString().endsWith(".pth")) {
      throw new IOException(
          path
              + " is a checkpoint of weights without their network; save the model by"
              + " torch.jit.trace as a .pt, or fill blocks by NamedWeights");
    }
    if (path.toString().endsWith(".onnx") || path.toString().endsWith(".pt2")) {
      throw new IOException(
          path
              + " needs dev.limelight:limelight-onnx on the class path, and it is missing; add it");
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
