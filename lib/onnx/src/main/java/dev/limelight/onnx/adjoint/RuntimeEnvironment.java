package dev.limelight.onnx.adjoint;

import ai.onnxruntime.OrtEnvironment;
import dev.limelight.model.EngineName;

/** The environment of ONNX Runtime in this process. */
public final class RuntimeEnvironment {

  private RuntimeEnvironment() {}

  /** The environment, which DJL must have made: it refuses one that exists before its own. */
  public static OrtEnvironment get() {
    EngineName.ONNX_RUNTIME.engine();
    return OrtEnvironment.getEnvironment();
  }
}
