package dev.limelight.onnx.pt2;

import dev.limelight.torch.TorchTensor;
import java.io.IOException;

/** Tensors in an archive, which are read when they are asked for. */
interface NamedTensors {

  /**
   * A tensor.
   *
   * @throws IOException if there is none of that name, or it is damaged
   */
  TorchTensor tensor(String name) throws IOException;
}
