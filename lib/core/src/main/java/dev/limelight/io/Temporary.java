package dev.limelight.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files and folders that are there for a while, and are removed when the program ends before they
 * are, such as by Ctrl-C.
 */
public final class Temporary {

  private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(Temporary::deleteAll, "limelight-temporary"));
    } catch (IllegalStateException e) {
      // The program is ending already, and writes its last files.
    }
  }

  private Temporary() {}

  /** Notes a path that is to be removed, and returns it. */
  public static Path add(Path path) {
    PATHS.add(path);
    return path;
  }

  /** Deletes a path with its contents, if it exists. */
  public static void delete(Path path) throws IOException {
    AtomicFile.delete(path);
    PATHS.remove(path);
  }

  private static void deleteAll() {
    for (Path path : PATHS) {
      try {
        AtomicFile.delete(path);
      } catch (IOException e) {
        // Nobody is left to be told.
        continue;
      }
    }
  }
}
