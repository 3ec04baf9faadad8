package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.file.FileKind;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.onnx.translation.TranslatedBlocks;
import dev.limelight.onnx.translation.TranslatedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** .onnx files, which ONNX Runtime runs; other files that become such graphs extend it. */
public class OnnxFormat implements NetworkFormat {

  @Override
  public String title() {
    return "an ONNX model";
  }

  @Override
  public String files() {
    return "an " + OnnxFile.ENDING + " file";
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.ONNX_RUNTIME);
  }

  @Override
  public Claim claim(Path path) {
    return switch (FileKind.of(path)) {
      case ONNX -> Claim.SPECIFIC;
      // A damaged file is refused for that.
      case UNKNOWN -> Claim.byEnding(path, OnnxFile.ENDING);
      default -> Claim.NONE;
    };
  }

  @Override
  public boolean translates(Path path) {
    return TranslatedFile.is(path);
  }

  @Override
  public boolean translatesBlocks() {
    return true;
  }

  @Override
  public Model translate(Model blocks, @Nullable Shape picture, @Nullable Device device) {
    OnnxClasses.check();
    return TranslatedBlocks.of(blocks, picture, device, OnnxBlock::of);
  }

  @Override
  public Claim claim(Model model) {
    return EngineName.of(model.getNDManager()).equals(Optional.of(EngineName.ONNX_RUNTIME))
        ? Claim.SPECIFIC
        : Claim.NONE;
  }

  /**
   * Loads a model; ONNX Runtime computes on an NVIDIA GPU if its own build for them is on the class
   * path.
   *
   * @throws IllegalStateException if one of the jars that it needs is missing
   */
  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    return load(path, engine, device, KeptFacts.NONE);
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device, KeptFacts facts)
      throws IOException {
    OnnxClasses.check();
    checkEngine(path, engine);
    return new OnnxFile(path).load(device, facts);
  }

  @Override
  public List<Path> files(Path path) throws IOException {
    return new OnnxFile(path).files();
  }

  @Override
  public Network network(Model model) {
    return network(model, NetworkChoice.NONE);
  }

  @Override
  public Network network(Model model, NetworkChoice choice) {
    OnnxClasses.check();
    return new OnnxNetwork(model, choice);
  }

  @Override
  public NetworkInput input(Model model) {
    try {
      return OnnxFile.of(model).input();
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public boolean turnsPictures() {
    return true;
  }
}
