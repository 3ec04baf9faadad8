package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.onnx.file.OnnxUpgrade;

/** Models in the one spelling that gradient rules know. */
public final class UpgradedModels {

  private UpgradedModels() {}

  public static ModelProto of(ModelProto model) {
    return OnnxUpgrade.of(model);
  }
}
