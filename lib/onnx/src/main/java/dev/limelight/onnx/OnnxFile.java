package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.nn.Block;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.model.EngineName;
import dev.limelight.onnx.file.ModelReader;
import dev.limelight.onnx.file.OnnxUpgrade;
import dev.limelight.onnx.file.Widening;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An .onnx file, with the files in the same folder that contain its larger weights. */
record OnnxFile(Path path) {

  static final String ENDING = ".onnx";

  /** The file that a model was loaded from. */
  static OnnxFile of(Model model) throws IOException {
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
   * Loads the model as DJL does, once it is known to be whole and of a size that can be computed.
   *
   * @throws IOException if it cannot be read; the message says what is wrong with which file
   */
  Model load(Device device) throws IOException {
    OnnxGraph graph = graph();
    checkConstants(graph);
    String file = path.getFileName().toString();
    Model model =
        EngineName.ONNX_RUNTIME.newModel(
            file.substring(0, file.length() - ENDING.length()), device);
    boolean loaded = false;
    try (OrtSession.SessionOptions options =
        OnnxSessions.options(device, graph.model().getGraph().getNodeCount())) {
      model.load(path.toAbsolutePath(), null, Map.of("sessionOptions", options));
      loaded = true;
      return model;
    } catch (MalformedModelException | EngineException | OrtException e) {
      if (!graph.precision().isChanged()) {
        throw reader().refused(OnnxSessions.message(e), e);
      }
      model.setBlock(widened(model, device));
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  /** ONNX Runtime computes what is constant as soon as it opens a graph. */
  private void checkConstants(OnnxGraph graph) throws IOException {
    try {
      if (graph.growsConstants()) {
        graph.types();
      }
    } catch (UnsupportedException e) {
      throw reader().refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** The file in float32, where ONNX Runtime has no kernels for its own numbers. */
  private Block widened(Model model, Device device) throws IOException {
    try {
      ModelProto float32 = Widening.of(reader().read()).model();
      return new OrtSymbolBlock(
          OnnxSessions.open(float32, device), (OrtNDManager) model.getNDManager());
    } catch (OrtException e) {
      throw reader().refused(OnnxSessions.message(e), e);
    }
  }

  /** The picture's shape in the file; 0 for an unknown dimension. */
  List<Long> pictureShape() throws IOException {
    try {
      return OnnxPicture.shape(OnnxUpgrade.of(reader().parse()));
    } catch (UnsupportedException e) {
      throw reader().refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** The graph, with all its weights in it. */
  OnnxGraph graph() throws IOException {
    return graph(reader().read(), OnnxPicture::channelsFirst);
  }

  /** The graph, with its input in the layout of the file. */
  OnnxGraph graphInItsLayout() throws IOException {
    return graph(reader().read(), UnaryOperator.identity());
  }

  private OnnxGraph graph(ModelProto model, UnaryOperator<ModelProto> layout) throws IOException {
    try {
      Widening.Result widened = Widening.of(OnnxUpgrade.of(model));
      return new OnnxGraph(layout.apply(widened.model()), widened.precision());
    } catch (UnsupportedException e) {
      throw reader().refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** This file and the files of its weights. */
  List<Path> files() throws IOException {
    return reader().files();
  }

  private ModelReader reader() {
    return new ModelReader(path);
  }
}
