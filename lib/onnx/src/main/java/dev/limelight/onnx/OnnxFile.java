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
import dev.limelight.model.EngineName;
import dev.limelight.onnx.pt2.Pt2File;
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
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An .onnx file, with the files in the same folder that contain its larger weights; or a .pt2,
 * which is read as ONNX.
 */
record OnnxFile(Path path) {

  static final String ENDING = ".onnx";

  /** What protobuf can hold, and ONNX Runtime takes at once. */
  private static final long LIMIT = Integer.MAX_VALUE - 64L;

  /** The model's property with the path of its .pt2, which DJL does not know. */
  private static final String PROPERTY = "limelightFile";

  /** The file that a model was loaded from. */
  static OnnxFile of(Model model) throws IOException {
    String program = model.getProperty(PROPERTY);
    if (program != null) {
      return new OnnxFile(Path.of(program));
    }
    Path folder = model.getModelPath();
    String name = model.getName();
    for (String file : List.of(name + ENDING, name, folder.getFileName() + ENDING, "model.onnx")) {
      if (file.endsWith(ENDING) && Files.isRegularFile(folder.resolve(file))) {
        return new OnnxFile(folder.resolve(file));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ENDING)).toList();
      if (found.size() == 1) {
        return new OnnxFile(found.get(0));
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
   * @throws IOException if it cannot be read; the message says what is wrong with which file
   */
  Model load() throws IOException {
    OnnxGraph graph = graph();
    String file = path.getFileName().toString();
    Model model = EngineName.ONNX_RUNTIME.newModel(file.replaceFirst("\\.\\w+$", ""), Device.cpu());
    boolean loaded = false;
    try (OrtSession.SessionOptions options = OnnxStage.options()) {
      if (isOnnx()) {
        model.load(path.toAbsolutePath(), null, Map.of("sessionOptions", options));
      } else {
        Pt2File.check(graph.model(), graph.types());
        model.setBlock(
            new OrtSymbolBlock(
                OnnxStage.session(graph.model()), (OrtNDManager) model.getNDManager()));
        model.setProperty(PROPERTY, path.toAbsolutePath().toString());
      }
      // DJL itself never closes the session, with its copy of the weights.
      if (model.getBlock() instanceof OrtSymbolBlock session) {
        model.getNDManager().attachInternal(UUID.randomUUID().toString(), session);
      }
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

  /** The picture's shape in the file; 0 for an unknown dimension. */
  List<Long> pictureShape() throws IOException {
    return graph(parse()).pictureShape();
  }

  /** The graph, with all its weights in it. */
  OnnxGraph graph() throws IOException {
    return graph(read());
  }

  /** The graph, with its input in the layout of the file. */
  OnnxGraph graphInItsLayout() throws IOException {
    return graph(read(), UnaryOperator.identity());
  }

  private OnnxGraph graph(ModelProto model) throws IOException {
    return graph(model, OnnxPicture::channelsFirst);
  }

  private OnnxGraph graph(ModelProto model, UnaryOperator<ModelProto> layout) throws IOException {
    try {
      return new OnnxGraph(layout.apply(OnnxUpgrade.of(model)));
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

  private boolean isOnnx() {
    return path.toString().endsWith(ENDING);
  }

  private ModelProto parse() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException("no such model: " + path);
    }
    if (!isOnnx()) {
      if (!path.toString().endsWith(Pt2File.ENDING) && !Pt2File.isOne(path)) {
        throw new IOException(
            path + " is neither an " + ENDING + " file nor a torch.export " + Pt2File.ENDING);
      }
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
              + " bytes of the weight '"
              + weight.getName()
              + "' from byte "
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
      throw refused("it names '" + location + "' as the file of its weights", e);
    }
    if (location.isEmpty()
        || Path.of(location).isAbsolute()
        || !file.startsWith(folder.normalize())) {
      throw refused(
          "it looks for its weights in '" + location + "', which is outside its folder", null);
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "no weights beside " + path + ": expected " + location + " in the same folder");
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw refused(
          "it looks for its weights in '" + location + "', which links out of its folder", null);
    }
    return file;
  }

  private long number(TensorProto weight, String text) throws IOException {
    if (!text.matches("\\d{1,18}")) {
      throw refused("the place of its weight '" + weight.getName() + "' is '" + text + "'", null);
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
            + (isOnnx() ? " is not an ONNX model that can be read: " : " cannot be explained: ")
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
