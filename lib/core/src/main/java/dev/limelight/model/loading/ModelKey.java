package dev.limelight.model.loading;

import ai.djl.Device;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.cache.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** All that decides what is found out about a model file here. */
@API(status = Status.INTERNAL)
public final class ModelKey {

  private ModelKey() {}

  /**
   * The key of facts about a model that runs on the CPU; nothing of one on a GPU, whose libraries
   * and kind are not known here, and of one that more decides on than its files.
   *
   * @param hash of its files, which is waited for
   * @param setup how its network is made
   * @throws IOException if they cannot be read
   */
  public static Optional<Map<String, String>> onCpu(
      ModelFile file, ModelFile.Hash hash, String setup) throws IOException {
    Device device = file.device() == null ? Devices.best(file.engine()) : file.device();
    return device.isGpu() || !file.isDecidedByItsFiles()
        ? Optional.empty()
        : Optional.of(of(file, hash.get(), setup));
  }

  /**
   * The key of facts about a model.
   *
   * @param sha256 the hash of its files
   * @param setup how its network is made
   */
  static Map<String, String> of(ModelFile file, String sha256, String setup) {
    Map<String, String> key = new TreeMap<>(Installation.described());
    String version = ModelKey.class.getPackage().getImplementationVersion();
    EngineName engine = file.engine();
    key.put("model", sha256);
    // Several networks may have been published with the same weights.
    key.put("published", Files.exists(file.path()) ? "" : file.path().toString());
    key.put("limelight", String.valueOf(version));
    key.put("engine", engine + " " + engine.installedVersion());
    key.put("device", file.device() == null ? "" : Devices.name(file.device()));
    key.put("threads", engine + " " + engine.threads());
    key.put("setup", setup);
    return key;
  }
}
