package dev.limelight.model.block;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DJL blocks: models in memory, and folders that DJL saved, which hold parameters alone. */
public final class BlockFormat implements NetworkFormat {

  @Override
  public String title() {
    return "a folder of DJL blocks";
  }

  @Override
  public String files() {
    return "a folder saved by DJL";
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.MXNET, EngineName.PYTORCH);
  }

  @Override
  public Claim claim(Path path) {
    return Files.isDirectory(path) ? Claim.GENERAL : Claim.NONE;
  }

  @Override
  public Claim claim(Model model) {
    return EngineName.of(model.getNDManager()).filter(engines()::contains).isPresent()
        ? Claim.GENERAL
        : Claim.NONE;
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    checkEngine(path, engine);
    List<Path> saved = ParameterFile.in(path, ParameterFile.ENDING);
    if (saved.isEmpty()) {
      throw new IOException(
          "the folder "
              + path
              + " holds no model: neither *-symbol.json nor *.params nor config.json with"
              + " model.safetensors is in it");
    }
    ParameterFile parameters = ParameterFile.of(saved.get(saved.size() - 1));
    return parameters.load(
        engine, device, model -> new BlockFolder(path).block(model, parameters.path()));
  }

  @Override
  public List<Path> files(Path path) throws IOException {
    List<Path> files = new ArrayList<>(ParameterFile.in(path, ParameterFile.ENDING));
    files.addAll(ParameterFile.in(path, ParameterFile.PROPERTIES));
    return files;
  }

  @Override
  public boolean isDecidedByFiles(Path path) throws IOException {
    return new BlockFolder(path).isMadeByOurs();
  }

  @Override
  public Network network(Model model) {
    return network(model, NetworkChoice.NONE);
  }

  @Override
  public Network network(Model model, NetworkChoice choice) {
    if (!choice.constants().isEmpty()) {
      throw new UnsupportedException(
          "a network of DJL blocks has one input, so that none has a constant value");
    }
    return new BlockNetwork(model, choice.output(), choice.reader() != null);
  }
}
