package dev.limelight.onnx;

import ai.djl.Device;
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
import dev.limelight.onnx.adjoint.FileState;
import dev.limelight.onnx.adjoint.StoredWeight;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A large file as DJL computes it. Its session, with its copy of the weights, is closed once the
 * parts of the network have been compared with it, and opened again for whoever predicts with it.
 */
final class OnnxBlock extends AbstractSymbolBlock implements AutoCloseable {

  private final ModelProto model;
  private final Device device;
  private final OrtNDManager manager;
  private final Set<FileState> files;
  private @Nullable OrtSymbolBlock opened;

  /**
   * Opens the file.
   *
   * @throws OrtException if ONNX Runtime refuses it
   */
  OnnxBlock(ModelProto model, Device device, OrtNDManager manager) throws OrtException {
    this.model = model;
    this.device = device;
    this.manager = manager;
    files = StoredWeight.files(model);
    opened = open();
  }

  private OrtSymbolBlock open() throws OrtException {
    return new OrtSymbolBlock(OnnxSessions.open(model, device), manager);
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
    return opened().forward(parameters, inputs, training, options);
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
    }
  }
}
