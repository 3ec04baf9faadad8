package dev.limelight.onnx;

import java.util.Map;

/** The jars that .onnx files need. */
final class OnnxClasses {

  private static final Map<String, String> JARS =
      Map.of(
          "ai.djl.onnxruntime.engine.OrtModel", "ai.djl.onnxruntime:onnxruntime-engine",
          "ai.onnx.proto.OnnxMl", "org.tribuo:tribuo-util-onnx");

  private OnnxClasses() {}

  /**
   * Checks that they are on the class path.
   *
   * @throws IllegalStateException if one is missing; the message says which
   */
  static void check() {
    JARS.forEach(
        (type, jar) -> {
          try {
            Class.forName(type, false, OnnxClasses.class.getClassLoader());
          } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                "an .onnx file needs " + jar + " on the class path, and it is missing; add it", e);
          }
        });
  }
}
