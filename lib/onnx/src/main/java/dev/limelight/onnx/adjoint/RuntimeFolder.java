package dev.limelight.onnx.adjoint;

import dev.limelight.io.Temporary;
import java.lang.reflect.Field;
import java.nio.file.Path;

/**
 * The temporary folder into which ONNX Runtime unpacks its libraries. It asks Java to delete the
 * folder before the files in it, so that an empty one would stay after each start.
 */
public final class RuntimeFolder {

  private static final String LOADER = "ai.onnxruntime.OnnxRuntime";

  private RuntimeFolder() {}

  /** Removes the folder when the program ends. */
  public static void removeAtExit() {
    try {
      Field folder = Class.forName(LOADER).getDeclaredField("tempDirectory");
      folder.setAccessible(true);
      if (folder.get(null) instanceof Path path) {
        Temporary.add(path);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another version of ONNX Runtime, or one in a module of its own: the folder stays.
      return;
    }
  }
}
