package dev.limelight.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Temporary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A folder of results that is written atomically: files are written to a temporary folder and moved
 * when all are complete. After an error nothing is left behind. The results of an earlier run are
 * replaced as a whole, including the overlays that its manifest lists; other files are kept, and
 * one of the same name as a result is never overwritten.
 */
final class OutputFolder implements AutoCloseable {

  private static final String MANIFEST = "manifest.json";

  private final Path target;
  private final Path part;

  /** The overlays and regions of an earlier run. */
  private final Set<String> replaced;

  private final boolean earlier;

  /**
   * Prepares the folder before any work, so that a folder that cannot be written fails at once.
   *
   * @throws IOException if it cannot be written, or holds a manifest of something else
   */
  OutputFolder(Path target) throws IOException {
    this.target = target.toAbsolutePath().normalize();
    if (Files.exists(this.target) && !Files.isDirectory(this.target)) {
      throw new IOException(
          "--out must be a folder, but " + target + " is a file; choose another name");
    }
    earlier = Files.exists(this.target.resolve(MANIFEST));
    replaced = overlays(this.target.resolve(MANIFEST));
    FolderOptions.checkWritable(this.target.resolve(MANIFEST), "--out");
    Path parent = Files.isDirectory(this.target) ? this.target : this.target.getParent();
    try {
      Files.createDirectories(parent);
      part = Temporary.add(Files.createTempDirectory(parent, ".limelight-"));
    } catch (IOException e) {
      throw new IOException(
          "cannot write to " + target + ": " + AtomicFile.reason(e) + "; choose another --out", e);
    }
  }

  /**
   * A folder of that name in the working directory, or, where it is there and holds something else
   * than results, of that name and a number.
   */
  static Path free(String name) {
    Path folder = Path.of(name);
    for (int number = 2; Files.exists(folder) && !holdsResults(folder); number++) {
      folder = Path.of(name + "-" + number);
    }
    return folder;
  }

  /** Whether a folder holds the results of an earlier run. */
  static boolean holdsResults(Path folder) {
    try {
      overlays(folder.resolve(MANIFEST));
      return Files.exists(folder.resolve(MANIFEST));
    } catch (IOException e) {
      return false;
    }
  }

  private static Set<String> overlays(Path manifest) throws IOException {
    Set<String> overlays = new HashSet<>();
    if (!Files.exists(manifest)) {
      return overlays;
    }
    try {
      JsonObject root = JsonParser.parseString(Files.readString(manifest)).getAsJsonObject();
      root.getAsJsonObject("provenance").get("limelight").getAsString();
      for (JsonElement one : root.getAsJsonArray("explanations")) {
        JsonElement overlay = one.getAsJsonObject().get("overlay");
        if (overlay != null && !overlay.isJsonNull()) {
          overlays.add(overlay.getAsString());
        }
      }
      if (root.has("regions")) {
        overlays.add(ExplanationFiles.REGIONS);
      }
      if (root.has("segments")) {
        overlays.add(ExplanationFiles.SEGMENTS);
      }
      return overlays;
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException e) {
      throw new IOException(
          manifest
              + " is not a manifest of explanations and would be replaced; choose another --out",
          e);
    }
  }

  /** The temporary path of a file. */
  Path file(String name) {
    return part.resolve(name);
  }

  /** Whether results of an earlier run are replaced. */
  boolean replaces() {
    return earlier;
  }

  /**
   * Checks that all files can be moved into the folder.
   *
   * @throws IOException if a file of the user's has the name of a result
   */
  void check() throws IOException {
    for (Path file : AtomicFile.files(part)) {
      String name = file.getFileName().toString();
      boolean own = replaced.contains(name) || earlier && !isListed(name);
      if (!own && Files.exists(target.resolve(name))) {
        throw new IOException(
            target.resolve(name)
                + " is there already and is no result of an earlier run; move it away, or choose"
                + " another --out");
      }
    }
  }

  /** Whether a manifest says which files of that name are its own. */
  private static boolean isListed(String name) {
    return name.endsWith(".png")
        || name.equals(ExplanationFiles.REGIONS)
        || name.equals(ExplanationFiles.SEGMENTS);
  }

  /**
   * Moves all files into the folder.
   *
   * @throws IOException if a file of the user's has the name of a result
   */
  void finish() throws IOException {
    check();
    Files.createDirectories(target);
    for (Path file : AtomicFile.files(part)) {
      AtomicFile.move(file, target.resolve(file.getFileName()));
      replaced.remove(file.getFileName().toString());
    }
    for (String name : replaced) {
      Path overlay = target.resolve(name).normalize();
      // A manifest is a file that anyone may have changed.
      if (target.equals(overlay.getParent()) && isListed(name)) {
        Files.deleteIfExists(overlay);
      }
    }
  }

  @Override
  public void close() throws IOException {
    Temporary.delete(part);
  }
}
