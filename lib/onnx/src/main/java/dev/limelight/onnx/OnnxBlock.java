package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import dev.limelight.io.FileState;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.support.UnsupportedException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A large file, or a graph in memory, as DJL computes it. Its first session is for one run, mostly
 * the one with which the parts of the network are compared, and takes the weights from the file as
 * they are. Whoever predicts with the model afterwards gets a session of optimised weights, which
 * are copies.
 */
final class OnnxBlock extends AbstractSymbolBlock implements AutoCloseable {

  private final ModelProto model;
  private final Device device;
  private final OrtNDManager manager;
  private final Set<FileState> files;
  private @Nullable OrtSymbolBlock opened;
  private boolean once = true;

  /**
   * Opens the file.
   *
   * @throws OrtException if ONNX Runtime refuses it
   */
  OnnxBlock(ModelProto model, Device device, OrtNDManager manager) throws OrtException {
    this(model, manager, device);
    opened = open();
  }

  private OnnxBlock(ModelProto model, OrtNDManager manager, Device device) {
    this.model = model;
    this.device = device;
    this.manager = manager;
    files = StoredWeight.files(model);
  }

  /** The block of a file that ONNX Runtime is known to open, which it does once it is run. */
  static OnnxBlock later(ModelProto file, Device device, Model model) {
    return new OnnxBlock(file, (OrtNDManager) model.getNDManager(), device);
  }

  /**
   * The block of a graph in memory, for its model.
   *
   * @throws UnsupportedException if ONNX Runtime refuses it
   */
  static OnnxBlock of(ModelProto graph, Device device, Model model) {
    try {
      return new OnnxBlock(graph, device, (OrtNDManager) model.getNDManager());
    } catch (OrtException e) {
      throw new UnsupportedException(OnnxSessions.message(e), e);
    }
  }

  private OrtSymbolBlock open() throws OrtException {
    return new OrtSymbolBlock(
        once ? OnnxSessions.openOnce(model, device) : OnnxSessions.open(model, device), manager);
  }

  private OrtSymbolBlock opened() {
    try {
      OrtSymbolBlock block = opened == null ? open() : opened;
      opened = block;
      return block;
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }

  @Override
  protected synchronized NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> options) {
    files.forEach(FileState::checkUnchanged);
    NDList outputs = opened().forward(parameters, inputs, training, options);
    if (once) {
      close();
    }
    return outputs;
  }

  @Override
  public synchronized PairList<String, Shape> describeInput() {
    return opened().describeInput();
  }

  @Override
  public ParameterList getDirectParameters() {
    throw new UnsupportedOperationException(
        "the weights of an ONNX model are no parameters of DJL");
  }

  /** Frees the memory of its session until it is used again. */
  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
      opened = null;
      once = false;
    }
  }
}
