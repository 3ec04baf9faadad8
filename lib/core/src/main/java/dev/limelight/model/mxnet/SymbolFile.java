package dev.limelight.model.mxnet;

import ai.djl.Device;
import ai.djl.Model;
import com.google.gson.JsonParseException;
import dev.limelight.model.EngineName;
import dev.limelight.model.block.ParameterFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An MXNet symbol on disk, with its parameters in the same folder.
 *
 * @param path the {@code NAME-symbol.json}
 */
record SymbolFile(Path path) {

  static final String ENDING = "-symbol.json";

  /**
   * Loads the model; the caller closes it.
   *
   * @param device where it computes, or null for MXNet's best
   * @throws IOException if it cannot be read; one sentence
   */
  Model load(@Nullable Device device) throws IOException {
    ParameterFile parameters = parameters();
    MxGraph graph = graph();
    // MXNet knows its operators; a message about its absence comes before one about the file.
    EngineName.MXNET.engine();
    check(path, () -> MxOperators.check(graph));
    try {
      MxParameters.check(parameters.path());
    } catch (IOException e) {
      throw new IOException(
          parameters.path()
              + " cannot be read: "
              + e.getMessage()
              + "; copy it again into the folder of its symbol",
          e);
    }
    return parameters.load(EngineName.MXNET, device);
  }

  /**
   * Its parameters, of the last epoch.
   *
   * @throws IOException if the folder contains none
   */
  ParameterFile parameters() throws IOException {
    String file = path.getFileName().toString();
    String name = file.substring(0, file.length() - ENDING.length());
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    List<Path> found = new ArrayList<>(ParameterFile.in(folder, ParameterFile.ENDING));
    found.removeIf(
        other -> !other.getFileName().toString().matches(Pattern.quote(name) + "-\\d{4}\\.params"));
    if (found.isEmpty()) {
      throw new IOException(
          "no parameters beside "
              + path
              + ": expected "
              + name
              + "-0000.params in the same folder");
    }
    return ParameterFile.of(found.get(found.size() - 1));
  }

  private MxGraph graph() throws IOException {
    try {
      return graph(path, Files.readString(path));
    } catch (CharacterCodingException e) {
      throw new IOException(path + " is not an MXNet symbol: it is no UTF-8 text", e);
    }
  }

  /**
   * The graph that a text describes, whose nodes are in order.
   *
   * @param path the file that holds the text
   */
  private static MxGraph graph(Path path, String json) throws IOException {
    try {
      MxGraph graph = MxGraph.parse(json);
      check(path, graph::check);
      return graph;
    } catch (JsonParseException e) {
      throw new IOException(path + " is not an MXNet symbol: it is no whole JSON file", e);
    } catch (RuntimeException | StackOverflowError e) {
      // A part that is missing or of another kind, for which Gson has a dozen exceptions.
      throw new IOException(
          path + " is not an MXNet symbol: its nodes or heads are not as MXNet writes them", e);
    }
  }

  private static void check(Path path, Runnable check) throws IOException {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new IOException(path + " is not an MXNet symbol: " + e.getMessage(), e);
    }
  }

  /**
   * Checks the symbol that DJL wrote into a file of parameters.
   *
   * @param json its text
   */
  static void check(Path parameters, String json) throws IOException {
    MxGraph graph = graph(parameters, json);
    check(parameters, () -> MxOperators.check(graph));
  }
}
