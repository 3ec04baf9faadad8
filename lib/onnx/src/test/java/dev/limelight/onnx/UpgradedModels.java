package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;

/** Models in the one spelling that gradient rules know. */
public final class UpgradedModels {

  private UpgradedModels() {}

  public static ModelProto of(ModelProto model) {
    return OnnxUpgrade.of(model);
  }
}
