package dev.limelight.zoo.hub;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.block.BlockFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** Folders with {@code config.json} and named weights, which become DJL blocks. */
@API(status = Status.INTERNAL)
public final class HubFormat implements NetworkFormat {

  @Override
  public String title() {
    return "a folder of the Hugging Face hub";
  }

  @Override
  public String files() {
    return "a folder with config.json and model.safetensors";
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.MXNET, EngineName.PYTORCH);
  }

  @Override
  public Claim claim(Path path) {
    return HubFolder.of(path).isPresent() ? Claim.SPECIFIC : Claim.NONE;
  }

  /** None: once loaded, it is a model of blocks like any other. */
  @Override
  public Claim claim(Model model) {
    return Claim.NONE;
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    checkEngine(path, engine);
    checkAlone(path);
    HubFolder folder = folder(path);
    Model model = engine.newModel(folder.name(), device);
    boolean loaded = false;
    try {
      model.setBlock(folder.block(model.getNDManager()));
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  /** A folder that DJL saved may hold other weights of the network, or another network. */
  private static void checkAlone(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return;
    }
    List<String> saved =
        AtomicFile.files(path).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.matches(".*-\\d{4}\\.params"))
            .toList();
    if (!saved.isEmpty()) {
      throw new IOException(
          "the folder "
              + path
              + " holds "
              + folder(path).weights().getFileName()
              + " with a config.json and "
              + saved.get(0)
              + " that DJL saved; name the first as the model, or keep the other in a folder of its"
              + " own");
    }
  }

  @Override
  public List<Path> files(Path path) throws IOException {
    return folder(path).files();
  }

  private static HubFolder folder(Path path) {
    return HubFolder.of(path)
        .orElseThrow(
            () -> new IllegalArgumentException(path + " holds no config.json and weights"));
  }

  @Override
  public Network network(Model model) {
    return new BlockFormat().network(model);
  }
}
