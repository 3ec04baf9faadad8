package dev.limelight.model.mxnet;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.block.ParameterFile;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MXNet symbols, with their parameters in the same folder. */
public final class SymbolFormat implements NetworkFormat {

  @Override
  public String title() {
    return "an MXNet symbol";
  }

  @Override
  public String files() {
    return "a *" + SymbolFile.ENDING;
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.MXNET);
  }

  @Override
  public Claim claim(Path path) {
    boolean claimed =
        Files.isDirectory(path) ? holdsSymbol(path) : path.toString().endsWith(SymbolFile.ENDING);
    return claimed ? Claim.SPECIFIC : Claim.NONE;
  }

  private static boolean holdsSymbol(Path folder) {
    try {
      return !ParameterFile.in(folder, SymbolFile.ENDING).isEmpty();
    } catch (IOException e) {
      // Whoever reads a folder in general says so.
      return false;
    }
  }

  @Override
  public Claim claim(Model model) {
    // By name: MXNet's own class may be missing.
    return model.getBlock().getClass().getSimpleName().equals("MxSymbolBlock")
        ? Claim.SPECIFIC
        : Claim.NONE;
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    Path symbol = path;
    if (Files.isDirectory(path)) {
      List<Path> symbols = ParameterFile.in(path, SymbolFile.ENDING);
      if (symbols.size() > 1) {
        throw new IOException(
            "the folder " + path + " holds several symbols; give one of them: " + symbols);
      }
      symbol = symbols.get(0);
    }
    checkEngine(symbol, engine);
    return new SymbolFile(symbol).load(device);
  }

  @Override
  public List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path, new SymbolFile(path).parameters().path());
    }
    List<Path> files = new ArrayList<>();
    for (String ending :
        List.of(SymbolFile.ENDING, ParameterFile.ENDING, ParameterFile.PROPERTIES)) {
      files.addAll(ParameterFile.in(path, ending));
    }
    return files;
  }

  @Override
  public Network network(Model model) {
    return network(model, NetworkChoice.NONE);
  }

  @Override
  public Network network(Model model, NetworkChoice choice) {
    if (!choice.constants().isEmpty()) {
      throw new UnsupportedException(
          "a symbol's inputs beside the picture cannot be given; add their values to its"
              + " parameters");
    }
    return new SymbolNetwork(model, choice);
  }

  /** A symbol does not give the size of its input, but its first convolution has channels. */
  @Override
  public NetworkInput input(Model model) {
    long channels = SymbolNetwork.channels(model);
    return channels == 0
        ? NetworkInput.UNKNOWN
        : NetworkInput.UNKNOWN.withChannels(channels, "the first convolution");
  }
}
