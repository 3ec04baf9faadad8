package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.nn.Block;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.io.Names;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.file.FileKind;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.model.signature.Signature;
import dev.limelight.onnx.adjoint.RuntimeFolder;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.file.LastModel;
import dev.limelight.onnx.file.ModelReader;
import dev.limelight.onnx.file.OnnxMetadata;
import dev.limelight.onnx.file.OnnxUpgrade;
import dev.limelight.onnx.file.Precision;
import dev.limelight.onnx.file.Widening;
import dev.limelight.onnx.pt2.Pt2File;
import dev.limelight.onnx.signature.JoinedOutputs;
import dev.limelight.onnx.signature.OnnxInputs;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.onnx.signature.Orientation;
import dev.limelight.onnx.signature.Ranking;
import dev.limelight.onnx.translation.HeldGraphs;
import dev.limelight.onnx.translation.TranslatedFile;
import dev.limelight.onnx.translation.TranslationCheck;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An .onnx file, with the files in the same folder that contain its larger weights; or a .pt2, a
 * TorchScript archive or an MXNet symbol, which are read as ONNX; or no file but a graph in memory.
 *
 * @param path the file
 * @param channelsLast whether the user says that it takes (N, H, W, C)
 * @param held the graph in memory, or null
 */
record OnnxFile(Path path, boolean channelsLast, HeldGraphs.@Nullable Held held) {

  /** The index of an output that the file does not have. */
  static final int NO_OUTPUT = -1;

  static final String ENDING = ".onnx";

  /** The model's property with the path of its file. */
  private static final String PROPERTY = "limelightOnnxFile";

  /** A fact: ONNX Runtime opens the file, and its graph was looked at. */
  private static final String OPENED = "onnx-opened";

  private static final String AS_IT_IS = "as it is";

  /** A program is translated for loading, for its input and for its network. */
  private static final LastModel LAST_PROGRAM = new LastModel();

  /**
   * A file that was read.
   *
   * @param graph from the picture to the output that is explained
   * @param signature its inputs and outputs
   * @param constants the values of inputs beside the picture
   * @param output the index of the output, or {@link #NO_OUTPUT} if none holds what is explained
   * @param bytes the file's own input where it holds bytes, which the graph makes of floats; or
   *     null
   * @param joined the outputs that lie side by side in the explained one; none of a classifier
   */
  record Read(
      OnnxGraph graph,
      Signature signature,
      Map<String, TensorProto> constants,
      int output,
      @Nullable ValueInfoProto bytes,
      List<JoinedOutputs.Part> joined) {}

  /** A file that says itself what it takes. */
  OnnxFile(Path path) {
    this(path, false);
  }

  /** A file of which no graph is held. */
  OnnxFile(Path path, boolean channelsLast) {
    this(path, channelsLast, null);
  }

  /** The file that a model was loaded from, or the graph that it was made of. */
  static OnnxFile of(Model model) throws IOException {
    HeldGraphs.Held held = HeldGraphs.of(model);
    return held == null
        ? new OnnxFile(path(model), ModelMetadata.isChannelsLast(model))
        : new OnnxFile(Path.of(held.name()), ModelMetadata.isChannelsLast(model), held);
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
   * Loads the model as DJL does, once it is known to be whole and of a size that can be computed.
   *
   * @param device where it computes, or null for the best
   * @param facts about it; where it was opened before, that is left for whoever runs it as it is
   * @throws IOException if it cannot be read; the message says what is wrong with which file
   */
  Model load(@Nullable Device device, KeptFacts facts) throws IOException {
    ModelProto read = read();
    boolean known = facts.is(OPENED, Map.of(), AS_IT_IS);
    OnnxGraph graph = known ? null : looked(read);
    if (graph != null) {
      checkConstants(graph);
    }
    String file = path.getFileName().toString();
    Device on = device != null ? device : Devices.best(EngineName.ONNX_RUNTIME);
    Model model = EngineName.ONNX_RUNTIME.newModel(file.replaceFirst("(?<=.)\\.[^.]*$", ""), on);
    RuntimeFolder.removeAtExit();
    boolean loaded = false;
    try {
      boolean asItIs = true;
      if (graph == null) {
        model.setBlock(OnnxBlock.later(read, on, model));
      } else {
        asItIs = setBlock(model, graph, read, on);
      }
      model.setProperty(PROPERTY, path.toAbsolutePath().toString());
      OnnxMetadata.settings(read).storeIn(model);
      // DJL itself never closes the session, with its copy of the weights.
      if (model.getBlock() instanceof AutoCloseable session) {
        model.getNDManager().attachInternal(UUID.randomUUID().toString(), session);
      }
      checkTranslation(model, read, on);
      if (!known && asItIs) {
        facts.put(OPENED, Map.of(), AS_IT_IS);
      }
      loaded = true;
      return model;
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    } catch (MalformedModelException | EngineException | OrtException e) {
      throw refused(OnnxSessions.message(e), e);
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  /** On the CPU: a translation is right on all devices or on none, and a GPU rounds otherwise. */
  private void checkTranslation(Model model, ModelProto read, Device device) throws IOException {
    if (!TranslatedFile.is(path) || TranslationCheck.isKnown(path, read)) {
      return;
    }
    if (device.isGpu()) {
      load(Device.cpu(), KeptFacts.NONE).close();
    } else {
      TranslationCheck.check(path, model, read);
    }
  }

  /** Opens the file, and says whether ONNX Runtime takes it as it is. */
  private boolean setBlock(Model model, OnnxGraph graph, ModelProto read, Device device)
      throws IOException, MalformedModelException, OrtException {
    if (isProgram()) {
      Pt2File.check(graph.model(), graph.types());
      model.setBlock(block(graph.model(), model, device));
      return false;
    }
    try (OrtSession.SessionOptions options =
        OnnxSessions.options(device, graph.model().getGraph().getNodeCount())) {
      // On a GPU DJL would add its provider once more, which ONNX Runtime refuses.
      if (StoredWeight.files(read).isEmpty() && !device.isGpu()) {
        model.load(path.toAbsolutePath(), null, Map.of("sessionOptions", options));
      } else {
        model.setBlock(new OnnxBlock(read, device, (OrtNDManager) model.getNDManager()));
      }
      return true;
    } catch (MalformedModelException | EngineException | OrtException e) {
      if (!graph.precision().isChanged()) {
        throw e;
      }
      // ONNX Runtime has no kernels for the file's own numbers.
      model.setBlock(block(Widening.of(read).model(), model, device));
      return false;
    }
  }

  private static Block block(ModelProto graph, Model model, Device device) throws OrtException {
    return new OrtSymbolBlock(
        OnnxSessions.open(graph, device), (OrtNDManager) model.getNDManager());
  }

  /** ONNX Runtime computes what is constant as soon as it opens a graph. */
  private void checkConstants(OnnxGraph graph) throws IOException {
    try {
      if (graph.growsConstants()) {
        graph.types();
      }
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** The picture that it takes. */
  NetworkInput input() throws IOException {
    if (held != null) {
      return held.input();
    }
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

  /** The graph, with its input in the layout of the file, of float32. */
  Read graphInItsLayout(NetworkChoice choice) throws IOException {
    return graph(choice, OnnxPicture::ofFloats);
  }

  private Read graph(NetworkChoice choice, UnaryOperator<ModelProto> layout) throws IOException {
    Widening.Result widened = Widening.of(OnnxUpgrade.of(read()));
    OnnxInputs inputs = OnnxInputs.of(widened.model(), choice.constants());
    ModelProto model = layout.apply(inputs.model());
    ValueInfoProto own =
        inputs.model().getGraph().getInputCount() == 1
            ? inputs.model().getGraph().getInput(0)
            : null;
    boolean bytes = own != null && OnnxPicture.isOfBytes(own);
    OnnxOutputs outputs = new OnnxOutputs(model);
    if (choice.reader() != null) {
      return joined(model, choice, inputs, widened.precision(), bytes ? own : null);
    }
    OutputRule.Chosen chosen = outputs.choose(choice);
    Ranking scores = outputs.scores(chosen.name(), new OnnxTypes(model)::inferred);
    List<String> notes = new ArrayList<>(inputs.notes());
    if (scores.note() != null) {
      notes.add(scores.note());
    }
    notes.addAll(Orientation.notes(model));
    notes.addAll(quantisations(inputs.model()));
    if (widened.precision().isChanged()) {
      notes.add(widened.precision().note());
    }
    return new Read(
        new OnnxGraph(model, scores.tensor(), widened.precision()),
        Signature.of(inputs.ports(), outputs.ports(), chosen, notes),
        inputs.constants(),
        scores.note() == null ? chosen.index() : NO_OUTPUT,
        bytes ? own : null,
        List.of());
  }

  /** The graph to all outputs side by side. */
  private static Read joined(
      ModelProto model,
      NetworkChoice choice,
      OnnxInputs inputs,
      Precision precision,
      @Nullable ValueInfoProto bytes) {
    JoinedOutputs joined =
        JoinedOutputs.of(model, choice.output(), OnnxGraph.ADDED, new OnnxTypes(model)::inferred);
    List<String> notes = new ArrayList<>(inputs.notes());
    notes.addAll(joined.notes());
    notes.addAll(Orientation.notes(model));
    notes.addAll(quantisations(inputs.model()));
    if (precision.isChanged()) {
      notes.add(precision.note());
    }
    return new Read(
        new OnnxGraph(joined.model(), joined.end(), precision),
        new Signature(
            inputs.ports(),
            new OnnxOutputs(model).ports(),
            joined.parts().stream().map(JoinedOutputs.Part::name).collect(Collectors.joining(", ")),
            notes),
        inputs.constants(),
        NO_OUTPUT,
        bytes,
        joined.parts());
  }

  /** What is said of rounding to whole numbers, whose own gradient is zero. */
  private static List<String> quantisations(ModelProto model) {
    long count =
        model.getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("QuantizeLinear"))
            .count();
    return count == 0
        ? List.of()
        : List.of(
            "gradients pass through "
                + Count.of(count, "quantisation")
                + " as if nothing were rounded (straight-through estimator)");
  }

  /** The graph by its first output, to see whether the file is whole before anything is chosen. */
  private OnnxGraph looked(ModelProto file) throws IOException {
    try {
      Widening.Result widened = Widening.of(OnnxUpgrade.of(file));
      ModelProto model =
          OnnxPicture.usual(OnnxInputs.unfilled(widened.model()).model(), channelsLast);
      if (model.getGraph().getOutputCount() == 0) {
        throw new UnsupportedException("it has no output");
      }
      return new OnnxGraph(model, model.getGraph().getOutput(0).getName(), widened.precision());
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** This file and the files of its weights. */
  List<Path> files() throws IOException {
    if (TranslatedFile.is(path)) {
      return new TranslatedFile(path).files();
    }
    return isProgram() ? List.of(path) : reader().files();
  }

  /** Whether it becomes a graph: a file of another engine, or of torch.export, damaged or not. */
  private boolean isProgram() {
    if (held != null) {
      return true;
    }
    FileKind kind = FileKind.of(path);
    return kind == FileKind.EXPORTED_PROGRAM
        || TranslatedFile.is(path)
        || kind == FileKind.UNKNOWN && path.toString().endsWith(Pt2File.ENDING);
  }

  private ModelProto read() throws IOException {
    return isProgram() ? program() : reader().read();
  }

  /** The model, perhaps without the weights of other files. */
  private ModelProto parse() throws IOException {
    return isProgram() ? program() : reader().parse();
  }

  private ModelProto program() throws IOException {
    if (held != null) {
      return held.graph();
    }
    Path whole = path.toAbsolutePath();
    ModelProto known = LAST_PROGRAM.get(whole);
    if (known == null) {
      TranslatedFile translated = new TranslatedFile(path);
      boolean other = TranslatedFile.is(path);
      known = other ? translated.toOnnx() : Pt2File.toOnnx(path);
      LAST_PROGRAM.put(whole, other ? translated.files() : List.of(path), known);
    }
    return known;
  }

  private ModelReader reader() {
    return new ModelReader(path);
  }

  private IOException refused(String reason, Exception cause) {
    if (cause instanceof UnsupportedException && reason.contains("; ")) {
      // It says itself what to do.
      return new IOException(path + " cannot be explained: " + Names.onOneLine(reason), cause);
    }
    return isProgram()
        ? new IOException(
            path + " cannot be explained: " + Names.onOneLine(reason) + "; export it again", cause)
        : reader().refused(reason, cause);
  }
}
