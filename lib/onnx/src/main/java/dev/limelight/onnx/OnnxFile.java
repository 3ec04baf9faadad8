package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.io.Names;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.file.FileKind;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.model.signature.Signature;
import dev.limelight.onnx.pt2.Pt2File;
import dev.limelight.onnx.signature.OnnxInputs;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An .onnx file, with the files in the same folder that contain its larger weights; or a .pt2,
 * which is read as ONNX.
 *
 * @param path the file
 * @param channelsLast whether the user says that it takes (N, H, W, C)
 */
record OnnxFile(Path path, boolean channelsLast) {

  static final String ENDING = ".onnx";

  /** The model's property with the path of its file. */
  private static final String PROPERTY = "limelightOnnxFile";

  /** What protobuf can hold, and ONNX Runtime takes at once. */
  private static final long LIMIT = Integer.MAX_VALUE - 64L;

  /**
   * A file that was read.
   *
   * @param graph from the picture to the output that is explained
   * @param signature its inputs and outputs
   * @param constants the values of inputs beside the picture
   * @param output the index of the output
   */
  record Read(
      OnnxGraph graph, Signature signature, Map<String, TensorProto> constants, int output) {}

  /** A file that says itself what it takes. */
  OnnxFile(Path path) {
    this(path, false);
  }

  /** The file that a model was loaded from. */
  static OnnxFile of(Model model) throws IOException {
    return new OnnxFile(path(model), ModelMetadata.isChannelsLast(model));
  }

  private static Path path(Model model) throws IOException {
    String known = model.getProperty(PROPERTY);
    if (known != null && Files.exists(Path.of(known))) {
      return Path.of(known);
    }
    Path folder = model.getModelPath();
    String name = model.getName();
    for (String file : List.of(name + ENDING, name, folder.getFileName() + ENDING, "model.onnx")) {
      if (file.endsWith(ENDING) && Files.isRegularFile(folder.resolve(file))) {
        return folder.resolve(file);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ENDING)).toList();
      if (found.size() == 1) {
        return found.get(0);
      }
    }
    throw new IOException(
        "the folder "
            + folder
            + " holds no "
            + name
            + ENDING
            + ", which the model '"
            + name
            + "' was loaded from; load it by the path of its file");
  }

  /**
   * Loads the model as DJL does, once it is known to be whole.
   *
   * @param device where it computes, or null for the best
   * @throws IOException if it cannot be read; the message says what is wrong with which file
   */
  Model load(@Nullable Device device) throws IOException {
    ModelProto read = read();
    OnnxGraph graph = looked(read);
    String file = path.getFileName().toString();
    Device on = device != null ? device : Devices.best(EngineName.ONNX_RUNTIME);
    Model model = EngineName.ONNX_RUNTIME.newModel(file.replaceFirst("(?<=.)\\.[^.]*$", ""), on);
    RuntimeFolder.removeAtExit();
    boolean loaded = false;
    try (OrtSession.SessionOptions options = OnnxStage.options()) {
      if (isProgram()) {
        Pt2File.check(graph.model(), graph.types());
        model.setBlock(
            new OrtSymbolBlock(
                OnnxStage.session(graph.model()), (OrtNDManager) model.getNDManager()));
      } else {
        model.load(path.toAbsolutePath(), null, Map.of("sessionOptions", options));
      }
      model.setProperty(PROPERTY, path.toAbsolutePath().toString());
      OnnxMetadata.settings(read).storeIn(model);
      loaded = true;
      return model;
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    } catch (MalformedModelException | EngineException | OrtException e) {
      throw refused(OnnxStage.message(e), e);
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  /** The picture that it takes. */
  NetworkInput input() throws IOException {
    try {
      return OnnxPicture.input(OnnxInputs.unfilled(OnnxUpgrade.of(parse())).model(), channelsLast);
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The graph, with all its weights in it.
   *
   * @throws IllegalArgumentException if what is chosen is not there, or a choice is missing
   */
  Read graph(NetworkChoice choice) throws IOException {
    return graph(choice, model -> OnnxPicture.usual(model, channelsLast));
  }

  /** The graph, with its input in the layout of the file. */
  Read graphInItsLayout(NetworkChoice choice) throws IOException {
    return graph(choice, UnaryOperator.identity());
  }

  private Read graph(NetworkChoice choice, UnaryOperator<ModelProto> layout) throws IOException {
    ModelProto upgraded = OnnxUpgrade.of(read());
    OnnxInputs inputs = OnnxInputs.of(upgraded, choice.constants());
    ModelProto model = layout.apply(inputs.model());
    OnnxOutputs outputs = new OnnxOutputs(model);
    OutputRule.Chosen chosen = outputs.choose(choice);
    Signature signature = Signature.of(inputs.ports(), outputs.ports(), chosen, inputs.notes());
    return new Read(
        new OnnxGraph(model, chosen.name()), signature, inputs.constants(), chosen.index());
  }

  /** The graph by its first output, to see whether the file is whole before anything is chosen. */
  private OnnxGraph looked(ModelProto file) throws IOException {
    try {
      ModelProto model =
          OnnxPicture.usual(OnnxInputs.unfilled(OnnxUpgrade.of(file)).model(), channelsLast);
      if (model.getGraph().getOutputCount() == 0) {
        throw new UnsupportedException("it has no output");
      }
      return new OnnxGraph(model, model.getGraph().getOutput(0).getName());
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** This file and the files of its weights. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(path));
    Set<String> outside = new TreeSet<>();
    for (TensorProto weight : parse().getGraph().getInitializerList()) {
      if (isOutside(weight)) {
        outside.add(location(weight).getOrDefault("location", ""));
      }
    }
    for (String location : outside) {
      files.add(sibling(location));
    }
    return files;
  }

  private ModelProto read() throws IOException {
    ModelProto model = parse();
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw refused("it holds no graph", null);
    }
    return withWeights(model);
  }

  /** Whether it is a program of torch.export, or one that is damaged. */
  private boolean isProgram() {
    FileKind kind = FileKind.of(path);
    return kind == FileKind.EXPORTED_PROGRAM
        || kind == FileKind.UNKNOWN && path.toString().endsWith(Pt2File.ENDING);
  }

  private ModelProto parse() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException("no such model: " + path);
    }
    if (isProgram()) {
      return Pt2File.toOnnx(path);
    }
    if (Files.size(path) > LIMIT) {
      throw refused("it has " + Files.size(path) + " bytes where protobuf ends at " + LIMIT, null);
    }
    try {
      CodedInputStream in = CodedInputStream.newInstance(Files.readAllBytes(path));
      in.enableAliasing(true);
      return ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw refused("it is cut short, damaged or of another format", e);
    }
  }

  /** The same model with the weights that lie in other files put into it. */
  private ModelProto withWeights(ModelProto model) throws IOException {
    GraphProto graph = model.getGraph();
    if (graph.getInitializerList().stream().noneMatch(OnnxFile::isOutside)) {
      return model;
    }
    GraphProto.Builder filled = graph.toBuilder();
    long total = Files.size(path);
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto weight = graph.getInitializer(i);
      if (isOutside(weight)) {
        ByteString bytes = bytes(weight, LIMIT - total);
        total += bytes.size();
        filled.setInitializer(
            i,
            weight.toBuilder()
                .clearExternalData()
                .setDataLocation(TensorProto.DataLocation.DEFAULT)
                .setRawData(bytes));
      }
    }
    return model.toBuilder().setGraph(filled).build();
  }

  private ByteString bytes(TensorProto weight, long most) throws IOException {
    Map<String, String> location = location(weight);
    Path file = sibling(location.getOrDefault("location", ""));
    long size = Files.size(file);
    long offset = number(weight, location.getOrDefault("offset", "0"));
    long length = number(weight, location.getOrDefault("length", String.valueOf(size - offset)));
    if (offset > size || length > size - offset) {
      throw new IOException(
          file
              + " is cut short: "
              + path
              + " looks for "
              + length
              + " bytes of the weight "
              + Names.quoted(weight.getName())
              + " from byte "
              + offset
              + ", and it has "
              + size
              + "; copy it again");
    }
    if (length > most) {
      throw refused("its weights have more than " + LIMIT + " bytes, where protobuf ends", null);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
        // A channel may give less than what was asked for.
        continue;
      }
    }
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }

  /** A file in the same folder; a model from elsewhere may name any file of this machine. */
  private Path sibling(String location) throws IOException {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Path file;
    try {
      file = folder.resolve(location).normalize();
    } catch (InvalidPathException e) {
      throw refused("it names " + Names.quoted(location) + " as the file of its weights", e);
    }
    if (location.isEmpty()
        || Path.of(location).isAbsolute()
        || !file.startsWith(folder.normalize())) {
      throw refused(
          "it looks for its weights in " + Names.quoted(location) + ", which is outside its folder",
          null);
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "no weights beside "
              + path
              + ": expected "
              + Names.printable(location)
              + " in the same folder");
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw refused(
          "it looks for its weights in "
              + Names.quoted(location)
              + ", which links out of its folder",
          null);
    }
    return file;
  }

  private long number(TensorProto weight, String text) throws IOException {
    if (!text.matches("\\d{1,18}")) {
      throw refused(
          "the place of its weight " + Names.quoted(weight.getName()) + " is " + Names.quoted(text),
          null);
    }
    return Long.parseLong(text);
  }

  private static boolean isOutside(TensorProto weight) {
    return weight.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private static Map<String, String> location(TensorProto weight) {
    return weight.getExternalDataList().stream()
        .collect(
            Collectors.toMap(
                StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, b) -> b));
  }

  private IOException refused(String reason, @Nullable Exception cause) {
    return new IOException(
        path
            + (isProgram() ? " cannot be explained: " : " is not an ONNX model that can be read: ")
            + readable(reason)
            + "; export or copy it again",
        cause);
  }

  /** Names in a damaged file may hold anything, of any length. */
  private static String readable(String reason) {
    String plain = reason.replaceAll("[\\p{Cntrl}\\x{FFFD}]+", " ");
    return plain.length() > 300 ? plain.substring(0, 300) + "..." : plain;
  }
}
