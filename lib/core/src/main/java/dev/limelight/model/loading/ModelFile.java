package dev.limelight.model.loading;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.limelight.io.Hashes;
import dev.limelight.model.Devices;
import dev.limelight.model.mxnet.MxGraph;
import dev.limelight.model.mxnet.MxParameters;
import dev.limelight.model.torchscript.TorchScriptFile;
import dev.limelight.onnx.OnnxClasses;
import dev.limelight.onnx.OnnxFile;
import dev.limelight.zoo.EfficientNetLite;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A model on disk: an MXNet symbol with its parameters beside it, a TorchScript archive (.pt), an
 * .onnx file, or a folder that DJL saved; or, where there is none of these, the name of a published
 * network such as {@code efficientnet-lite0}. A saved folder holds parameters alone; what the
 * network looks like comes from a {@code *-symbol.json} in it or, as DJL has it, from a {@code
 * serving.properties} with {@code blockFactory=CLASS} and the factory's arguments. The class is
 * taken from the class path and never from the folder, so that a model runs no code of its own.
 *
 * @param path the file or folder, or the name
 * @param engine "MXNet", "PyTorch" or "OnnxRuntime"
 * @param device where it computes, of {@link Devices#of}, or null for the best that the engine sees
 */
public record ModelFile(Path path, String engine, Device device) {

  private static final String SYMBOL = "-symbol.json";
  private static final String PROPERTIES = "serving.properties";

  /** A model on the best device that an engine sees. */
  public ModelFile(Path path, String engine) {
    this(path, engine, null);
  }

  /** A model on the engine that its file is made for. */
  public static ModelFile of(Path path) {
    String file = path.toString();
    String engine =
        file.endsWith(OnnxFile.ENDING)
            ? "OnnxRuntime"
            : file.endsWith(TorchScriptFile.ENDING) ? "PyTorch" : "MXNet";
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
   * @throws IllegalArgumentException if the engine does not have the device
   */
  public Model load() throws IOException {
    if (device != null) {
      Devices.check(engine, device);
    }
    if (!Files.exists(path)) {
      return published().load(engine, device);
    }
    if (Files.isDirectory(path)) {
      List<Path> symbols = list(path, SYMBOL);
      if (symbols.size() > 1) {
        throw new IOException(
            "the folder " + path + " holds several symbols; give one of them: " + symbols);
      }
      return symbols.isEmpty() ? loadBlock() : loadSymbol(symbols.get(0));
    }
    if (path.toString().endsWith(SYMBOL)) {
      return loadSymbol(path);
    }
    if (path.toString().endsWith(TorchScriptFile.ENDING)) {
      return new TorchScriptFile(path).load(engine, device);
    }
    if (path.toString().endsWith(OnnxFile.ENDING)) {
      OnnxClasses.check();
      return new OnnxFile(path).load(engine);
    }
    if (path.toString().endsWith(".pth")) {
      throw new IOException(
          path
              + " is a checkpoint of weights without their network; save the model by torch.jit.trace"
              + " as a .pt, or fill blocks by NamedWeights");
    }
    throw new IOException(
        path
            + " is not a model that can be read: give a *-symbol.json, a TorchScript .pt, an .onnx"
            + " file or a folder saved by DJL");
  }

  /** The hash of the files that make the model, in hexadecimal. */
  public String sha256() throws IOException {
    List<Path> files = new ArrayList<>();
    if (!Files.exists(path)) {
      files.add(published().weights());
    } else if (Files.isDirectory(path)) {
      files.addAll(list(path, SYMBOL));
      files.addAll(list(path, ".params"));
      files.addAll(list(path, PROPERTIES));
    } else if (path.toString().endsWith(OnnxFile.ENDING)) {
      files.addAll(new OnnxFile(path).files());
    } else {
      files.add(path);
      if (path.toString().endsWith(SYMBOL)) {
        files.add(parameters(path));
      }
    }
    return Hashes.sha256(files);
  }

  private EfficientNetLite published() throws IOException {
    EfficientNetLite published = EfficientNetLite.named(path.toString());
    if (published == null) {
      throw new IOException(
          "no such model: " + path + "; give a file, a folder, or the name efficientnet-lite0");
    }
    return published;
  }

  private Model loadSymbol(Path symbol) throws IOException {
    if (!"MXNet".equals(engine)) {
      throw new IOException(symbol + " is an MXNet symbol, and cannot run on " + engine);
    }
    Path parameters = parameters(symbol);
    String file = parameters.getFileName().toString();
    checkSymbol(symbol);
    try {
      MxParameters.check(parameters);
    } catch (IOException e) {
      throw new IOException(
          parameters + " cannot be read: " + e.getMessage() + "; copy it again beside its symbol",
          e);
    }
    String epoch = file.substring(file.length() - "0000.params".length()).substring(0, 4);
    return load(prefix(symbol), symbol.toAbsolutePath().getParent(), null, epoch, parameters);
  }

  private static void checkSymbol(Path symbol) throws IOException {
    try {
      MxGraph.parse(Files.readString(symbol)).check();
    } catch (JsonParseException e) {
      throw new IOException(symbol + " is not an MXNet symbol: it is no whole JSON file", e);
    } catch (CharacterCodingException e) {
      throw new IOException(symbol + " is not an MXNet symbol: it is no UTF-8 text", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(symbol + " is not an MXNet symbol: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // A part that is missing or of another kind, for which Gson has a dozen exceptions.
      throw new IOException(
          symbol + " is not an MXNet symbol: its nodes or heads are not as MXNet writes them", e);
    }
  }

  private Model loadBlock() throws IOException {
    List<Path> saved = list(path, ".params");
    if (saved.isEmpty()) {
      throw new IOException(
          "the folder " + path + " holds no model: neither *-symbol.json nor *.params is in it");
    }
    Path parameters = saved.get(saved.size() - 1);
    String file = parameters.getFileName().toString();
    if (!file.matches(".*-\\d{4}\\.params")) {
      throw new IOException("DJL calls its parameters NAME-0000.params, and this is " + parameters);
    }
    int dash = file.length() - "-0000.params".length();
    String name = file.substring(0, dash);
    return load(name, path, parameters, file.substring(dash + 1, dash + 5), parameters);
  }

  private Model load(String name, Path folder, Path djl, String epoch, Path parameters)
      throws IOException {
    Model model = Model.newInstance(name, device, engine);
    boolean loaded = false;
    try {
      if (djl != null) {
        model.setBlock(block(model, folder, djl));
      }
      model.load(folder, name, Map.of("epoch", epoch));
      loaded = true;
      return model;
    } catch (IOException e) {
      if (e.getMessage() != null && e.getMessage().contains(folder.toString())) {
        throw e;
      }
      throw unreadable(parameters, e);
    } catch (MalformedModelException | EngineException | IllegalStateException e) {
      throw unreadable(parameters, e);
    } catch (NullPointerException | IndexOutOfBoundsException | IllegalArgumentException e) {
      // DJL meets a parameter that the symbol does not have, or a size that cannot be, without a
      // word.
      throw unreadable(parameters, e);
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  private static IOException unreadable(Path parameters, Exception cause) {
    return new IOException(
        parameters
            + " cannot be read: it is cut short, damaged, or belongs to another network"
            + reason(cause)
            + "; copy it again beside its symbol or block",
        cause);
  }

  /** The first line of what the engine says, which may know more. */
  private static String reason(Exception cause) {
    return cause instanceof EngineException && cause.getMessage() != null
        ? " (" + cause.getMessage().strip().lines().findFirst().orElse("") + ")"
        : "";
  }

  /** The block of a folder that holds parameters alone. */
  private static Block block(Model model, Path folder, Path parameters) throws IOException {
    Path file = folder.resolve(PROPERTIES);
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
    Object factory = arguments.get("blockFactory");
    if (factory == null
        && "MXNet".equals(model.getNDManager().getEngine().getEngineName())
        && MxParameters.holdSymbol(parameters)) {
      return new MxSymbolBlock(model.getNDManager());
    }
    if (factory == null) {
      throw new IOException(
          "the folder "
              + folder
              + " holds parameters and no network: add its *-symbol.json, or a "
              + PROPERTIES
              + " with blockFactory=CLASS");
    }
    try {
      Object made = Class.forName(factory.toString()).getDeclaredConstructor().newInstance();
      return ((BlockFactory) made).newBlock(model, folder, arguments);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IOException(
          file
              + " names the block factory "
              + factory
              + ", which is no ai.djl.nn.BlockFactory on the class path; add its jar",
          e);
    } catch (RuntimeException e) {
      throw new IOException(
          file
              + " lacks an argument of the block factory "
              + factory
              + " or has one that it refuses ("
              + e.getMessage()
              + "); give those that its documentation names",
          e);
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

  private static String prefix(Path symbol) {
    String file = symbol.getFileName().toString();
    return file.substring(0, file.length() - SYMBOL.length());
  }

  private static Path parameters(Path symbol) throws IOException {
    List<Path> found = list(symbol.toAbsolutePath().getParent(), ".params");
    found.removeIf(
        file ->
            !file.getFileName()
                .toString()
                .matches(java.util.regex.Pattern.quote(prefix(symbol)) + "-\\d{4}\\.params"));
    if (found.isEmpty()) {
      throw new IOException(
          "no parameters beside "
              + symbol
              + ": expected "
              + prefix(symbol)
              + "-0000.params in the same folder");
    }
    return found.get(found.size() - 1);
  }

  private static List<Path> list(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(suffix)).sorted().toList());
    }
  }
}
