package dev.limelight.cli.detection;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.limelight.drawing.BoxesFigure;
import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that {@code detect} writes. The list of the boxes tells results of an earlier run,
 * which are replaced as a whole, from files of the user's.
 *
 * @param folder for them
 */
record BoxFiles(Path folder) {

  private static final Gson JSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .serializeSpecialFloatingPointValues()
          .create();

  private static final String PICTURE = "boxes.png";
  private static final String PAGE = "boxes.html";
  private static final String LIST = "boxes.json";

  /**
   * Checks before any work that the files can be written.
   *
   * @throws IOException if they cannot, or a file of the user's has the name of a result
   */
  void check() throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(
          "--out must be a folder, but " + folder + " is a file; choose another name");
    }
    try {
      AtomicFile.checkWritable(folder.resolve(LIST));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; choose another --out", e);
    }
    for (String name : List.of(PICTURE, PAGE)) {
      if (Files.exists(folder.resolve(name)) && !Files.exists(folder.resolve(LIST))) {
        throw new IOException(
            folder.resolve(name)
                + " is there already and is no result of an earlier run; move it away, or choose"
                + " another --out");
      }
    }
  }

  /** The page of the maps. */
  Path page() {
    return folder.resolve(PAGE);
  }

  /**
   * Writes what was found, and removes a page that an earlier run wrote there.
   *
   * @param boxes as they are printed
   */
  void write(
      String model, String picture, List<Map<String, @Nullable Object>> boxes, BoxesFigure figure)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, Object> all = Map.of("model", model, "picture", picture, "boxes", boxes);
    AtomicFile.write(
        (JSON.toJson(new TreeMap<>(all)) + "\n").getBytes(StandardCharsets.UTF_8),
        folder.resolve(LIST));
    Files.deleteIfExists(page());
    figure.save(folder.resolve(PICTURE));
  }
}
