package dev.limelight.model.block;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.nn.Block;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of parameters as DJL calls it, {@code NAME-0000.params}.
 *
 * @param path the file
 * @param name of the model
 * @param epoch the four digits
 */
public record ParameterFile(Path path, String name, String epoch) {

  /** How the names of all such files end. */
  public static final String ENDING = ".params";

  /** The file of a folder of DJL that may describe the network. */
  public static final String PROPERTIES = "serving.properties";

  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{4})\\.params");

  /** Creates the block of the parameters. */
  interface BlockSource {
    /** The block, without parameters; null for a symbol, which the engine loads itself. */
    @Nullable Block of(Model model) throws IOException;
  }

  /**
   * Reads the name.
   *
   * @throws IOException if it is another
   */
  public static ParameterFile of(Path path) throws IOException {
    Matcher matcher = NAME.matcher(path.getFileName().toString());
    if (!matcher.matches()) {
      throw new IOException("DJL calls its parameters NAME-0000.params, and this is " + path);
    }
    return new ParameterFile(path, matcher.group(1), matcher.group(2));
  }

  /** The files of a folder that end so, by name. */
  public static List<Path> in(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  /**
   * Loads a model whose network is a symbol in the same folder as the parameters; the caller closes
   * it.
   *
   * @param device where it computes, or null for the engine's best
   * @throws IOException if it cannot be read; one sentence
   */
  public Model load(EngineName engine, @Nullable Device device) throws IOException {
    return load(engine, device, model -> null);
  }

  /**
   * Loads a model; the caller closes it.
   *
   * @param device where it computes, or null for the engine's best
   * @param source makes the block
   * @throws IOException if it cannot be read; one sentence
   */
  Model load(EngineName engine, @Nullable Device device, BlockSource source) throws IOException {
    Path folder = path.getParent();
    try {
      SavedArrays.check(path);
    } catch (IOException e) {
      throw new IOException(
          path + " cannot be read: " + e.getMessage() + "; copy it again into its folder", e);
    }
    Model model = engine.newModel(name, device);
    boolean loaded = false;
    try {
      Block block = source.of(model);
      if (block != null) {
        model.setBlock(block);
      }
      model.load(folder, name, Map.of("epoch", epoch));
      loaded = true;
      return model;
    } catch (IOException e) {
      String message = e.getMessage();
      if (message != null && folder != null && message.contains(folder.toString())) {
        throw e;
      }
      throw unreadable(e);
    } catch (MalformedModelException e) {
      throw unreadable(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      // DJL meets a parameter that the symbol does not have, or a size that cannot be, without a
      // word, and makes an array of any length that the file names.
      throw unreadable(e);
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  private IOException unreadable(Throwable cause) {
    return new IOException(
        path
            + " cannot be read: it is cut short, damaged, or belongs to another network"
            + reason(cause)
            + "; copy it again into the folder of its symbol or block",
        cause);
  }

  /** The first line of what the engine says, which may know more. */
  private static String reason(Throwable cause) {
    return cause instanceof EngineException && cause.getMessage() != null
        ? " (" + Names.reason(cause) + ")"
        : "";
  }
}
