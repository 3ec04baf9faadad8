package dev.limelight.model.block;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.limelight.io.Names;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A folder that DJL saved, which holds parameters alone. What the network looks like comes from a
 * {@code serving.properties} in it with {@code blockFactory=CLASS} and the factory's arguments, as
 * DJL has it. The class is taken from the class path and never from the folder, and it is one that
 * {@link BlockFactories} allows, so that a model cannot run its own code.
 *
 * @param path the folder
 */
record BlockFolder(Path path) {

  /**
   * The block without its parameters.
   *
   * @param model that it is for
   * @param parameters the file with its parameters
   * @throws IOException if the folder does not say what the network is
   */
  Block block(Model model, Path parameters) throws IOException {
    Map<String, Object> arguments = arguments();
    Object factory = arguments.get("blockFactory");
    if (factory != null) {
      return newBlock(factory.toString(), model, arguments);
    }
    Optional<BlockBackend> backend = EngineName.of(model.getNDManager()).flatMap(BlockBackend::of);
    if (backend.isPresent()) {
      Optional<Block> graph = backend.get().graphIn(parameters, model.getNDManager());
      if (graph.isPresent()) {
        return graph.get();
      }
    }
    throw new IOException(
        "the folder "
            + path
            + " holds parameters and no network: add its *-symbol.json, or a "
            + ParameterFile.PROPERTIES
            + " with blockFactory=CLASS");
  }

  /** Whether its block is DJL's or ours, which are made of their arguments alone. */
  boolean isMadeByOurs() throws IOException {
    Object factory = arguments().get("blockFactory");
    return factory == null || BlockFactories.isOurs(factory.toString());
  }

  private Map<String, Object> arguments() throws IOException {
    Path file = path.resolve(ParameterFile.PROPERTIES);
    Map<String, Object> arguments = new HashMap<>();
    if (Files.exists(file)) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      try {
        properties.forEach((key, value) -> arguments.put((String) key, argument((String) value)));
      } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
        throw new IOException(file + " has a list that is not one such as [3,224,224]", e);
      }
    }
    return arguments;
  }

  private Block newBlock(String factory, Model model, Map<String, Object> arguments)
      throws IOException {
    Path file = path.resolve(ParameterFile.PROPERTIES);
    try {
      // Not initialised before it is known to be a factory: its static code would run.
      Class<?> named = Class.forName(factory, false, BlockFolder.class.getClassLoader());
      if (!BlockFactory.class.isAssignableFrom(named)) {
        throw new ClassNotFoundException(factory + " is no block factory");
      }
      checkAllowed(factory);
      BlockFactory created = (BlockFactory) named.getDeclaredConstructor().newInstance();
      return created.newBlock(model, path, arguments);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IOException(
          file
              + " names the block factory "
              + Names.quoted(factory)
              + ", which is no ai.djl.nn.BlockFactory on the class path; add its jar",
          e);
    } catch (RuntimeException e) {
      throw new IOException(
          file
              + " lacks an argument of the block factory "
              + Names.quoted(factory)
              + " or has one that it refuses ("
              + Names.printable(String.valueOf(e.getMessage()))
              + "); give those that its documentation names",
          e);
    }
  }

  private void checkAllowed(String factory) throws IOException {
    if (!BlockFactories.isAllowed(factory)) {
      throw new IOException(
          path.resolve(ParameterFile.PROPERTIES)
              + " names the block factory "
              + factory
              + ", whose code would run; if you trust it, allow it by --block-factory or -D"
              + BlockFactories.ALLOWED
              + "="
              + factory);
    }
  }

  /** Numbers and lists as JSON reads them, which is how DJL's own factories expect them. */
  private static Object argument(String value) {
    if (value.startsWith("[")) {
      List<Object> list = new ArrayList<>();
      new Gson()
          .fromJson(value, JsonElement.class)
          .getAsJsonArray()
          .forEach(
              element ->
                  list.add(
                      element.getAsJsonPrimitive().isNumber()
                          ? (Object) element.getAsDouble()
                          : element.getAsString()));
      return list;
    }
    return value;
  }
}
