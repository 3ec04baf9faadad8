package dev.limelight.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A format of networks: the files that it reads, and the loaded models that it cuts. Formats are
 * services ({@link java.util.ServiceLoader}): a jar names its own in {@code
 * META-INF/services/dev.limelight.model.NetworkFormat}. They are looked up although their engine
 * may be missing, so an implementation names classes of an engine in nothing but the bodies of its
 * methods.
 */
@API(status = Status.INTERNAL)
public interface NetworkFormat {

  /** How specifically a format claims a file or a model. */
  enum Claim {
    /** It does not read it. */
    NONE,
    /** It reads files that no other format claims. */
    GENERAL,
    /** It is of this format. */
    SPECIFIC;

    /**
     * That of a format whose files are known by the ending of their name, in capitals or not.
     *
     * @param path a file, which need not exist, or a folder, which is none
     * @param ending such as ".pt"
     */
    public static Claim byEnding(Path path, String ending) {
      return path.toString().toLowerCase(Locale.ROOT).endsWith(ending) && !Files.isDirectory(path)
          ? SPECIFIC
          : NONE;
    }
  }

  /** A file of this format in a sentence, such as "a TorchScript model". */
  String title();

  /** The files to give, such as "a TorchScript .pt". */
  String files();

  /** The engines that run it, the default first. */
  List<EngineName> engines();

  /**
   * Whether it reads a file or folder. A file that does not exist is judged by its name.
   *
   * @param path the file or folder
   */
  Claim claim(Path path);

  /** Whether it loads a file of another format too, which it brings into its own. */
  default boolean translates(Path path) {
    return false;
  }

  /** Whether it brings loaded models of DJL's blocks into its own form. */
  default boolean translatesBlocks() {
    return false;
  }

  /**
   * A copy of a loaded model of DJL's blocks in this form, with its weights as they are now, which
   * was compared with it; the caller closes both.
   *
   * @param blocks initialised, on another engine
   * @param picture the shape of one picture, (C, H, W), or null for the one that it was made for
   * @param device where the copy computes, or null for the engine's best
   * @throws UnsupportedException if it cannot be made, or differs; the message says why
   */
  default Model translate(Model blocks, @Nullable Shape picture, @Nullable Device device) {
    throw new UnsupportedException(title() + " is not made of blocks");
  }

  /** Whether it cuts a model, whose block is set. */
  Claim claim(Model model);

  /**
   * Loads a model; the caller closes it.
   *
   * @param path a file or folder that it claims or translates
   * @param engine on which it runs
   * @param device where it computes, or null for the engine's best
   * @throws IOException if it cannot be read; one sentence that says what is wrong with which file
   */
  Model load(Path path, EngineName engine, @Nullable Device device) throws IOException;

  /**
   * The same, without what is known to go well.
   *
   * @param facts about the model
   */
  default Model load(Path path, EngineName engine, @Nullable Device device, KeptFacts facts)
      throws IOException {
    return load(path, engine, device);
  }

  /**
   * The files that make up the model, such as a graph and its weights.
   *
   * @param path a file or folder that it claims
   */
  List<Path> files(Path path) throws IOException;

  /**
   * Whether these files decide on all that the model computes; not where code of a stranger makes
   * it, which may read anything else.
   *
   * @param path a file or folder that it claims
   */
  default boolean isDecidedByFiles(Path path) throws IOException {
    return true;
  }

  /** The network of a model that it claims, which has one input and explains its one output. */
  Network network(Model model);

  /**
   * The network of a model that it claims.
   *
   * @param choice which of its outputs is explained, and the values of further inputs
   * @throws IllegalArgumentException if it has no such output or input
   */
  default Network network(Model model, NetworkChoice choice) {
    if (choice.output() != null || !choice.constants().isEmpty()) {
      throw new UnsupportedException(
          title() + " has one input and one output, so that there is nothing to choose");
    }
    return network(model);
  }

  /** Whether it turns pictures for a network that takes (N, H, W, C). */
  default boolean turnsPictures() {
    return false;
  }

  /** The input of a model that it claims, as far as the model says it. */
  default NetworkInput input(Model model) {
    return NetworkInput.of(model.getBlock());
  }

  /**
   * Checks that an engine runs this format.
   *
   * @throws IOException if it does not; the message names the file
   */
  default void checkEngine(Path file, EngineName engine) throws IOException {
    if (!engines().contains(engine)) {
      throw new IOException(file + " is " + title() + ", and cannot run on " + engine);
    }
  }
}
