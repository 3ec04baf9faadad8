package dev.limelight.onnx.adjoint;

import dev.limelight.io.AtomicFile;
import dev.limelight.io.Temporary;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The temporary folder into which ONNX Runtime unpacks its libraries at each start. It asks Java to
 * delete the folder before the files in it, so that an empty one would stay after each start.
 */
public final class RuntimeFolder {

  private static final String LOADER = "ai.onnxruntime.OnnxRuntime";

  /** All that it unpacks where it computes on the CPU alone. */
  private static final Set<String> LIBRARIES =
      Stream.of("onnxruntime", "onnxruntime4j_jni")
          .map(System::mapLibraryName)
          .collect(Collectors.toUnmodifiableSet());

  private static volatile @Nullable Path unpacked;

  private RuntimeFolder() {}

  /** Removes the folder when the program ends. */
  public static void removeAtExit() {
    try {
      Field folder = Class.forName(LOADER).getDeclaredField("tempDirectory");
      folder.setAccessible(true);
      if (folder.get(null) instanceof Path path) {
        unpacked = Temporary.add(path);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another version of ONNX Runtime, or one in a module of its own: the folder stays.
      return;
    }
  }

  /**
   * Keeps the libraries for the next start, which finds them by the property {@code
   * onnxruntime.native.path}. Nothing is kept if ONNX Runtime was not started, if it unpacked the
   * libraries of a GPU too, which it looks for beside the others, or if nothing in that folder may
   * be run.
   *
   * @param folder which is whole or absent; only its user may write into the one around it
   * @return whether it was kept
   */
  public static boolean keep(Path folder) {
    Path source = unpacked;
    if (source == null) {
      return false;
    }
    try {
      List<Path> files = AtomicFile.files(source);
      Set<String> names =
          files.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      if (!names.equals(LIBRARIES)) {
        return false;
      }
      Path around = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "a folder's root");
      Path part = Temporary.add(Files.createTempDirectory(around, ".limelight-"));
      try {
        for (Path file : files) {
          Path copy = part.resolve(file.getFileName());
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
          // Nor would the system load it, such as from a disk that is mounted with noexec.
          if (!copy.toFile().setExecutable(true) || !Files.isExecutable(copy)) {
            return false;
          }
        }
        AtomicFile.move(part, folder);
        return true;
      } finally {
        Temporary.delete(part);
      }
    } catch (IOException e) {
      // The next start unpacks them again.
      return false;
    }
  }
}
