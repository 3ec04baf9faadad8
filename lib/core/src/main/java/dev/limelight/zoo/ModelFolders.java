package dev.limelight.zoo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The folders that are searched for files of weights: the folder that the system property {@code
 * LIMELIGHT_MODELS} or the environment variable of that name gives, {@code .lab/models} here, and
 * {@code .limelight/models} in the home folder.
 */
@API(status = Status.INTERNAL)
public final class ModelFolders {

  private static final String SETTING = "LIMELIGHT_MODELS";

  private ModelFolders() {}

  /** The folders, in the order in which they are searched. */
  public static List<Path> all() {
    List<Path> folders = new ArrayList<>();
    for (String set : new String[] {System.getProperty(SETTING), System.getenv(SETTING)}) {
      if (set != null && !set.isBlank()) {
        folders.add(Path.of(set));
      }
    }
    folders.add(Path.of(".lab", "models").toAbsolutePath());
    folders.add(Path.of(System.getProperty("user.home"), ".limelight", "models"));
    return folders;
  }

  /**
   * Finds a file.
   *
   * @param names under which it may be, the best first
   * @param remedy what to do when there is none
   * @throws IOException if it is in none of the folders; the message is one sentence
   */
  static Path find(List<String> names, String remedy) throws IOException {
    return find(all(), names, remedy);
  }

  static Path find(List<Path> folders, List<String> names, String remedy) throws IOException {
    for (Path folder : folders) {
      for (String name : names) {
        if (Files.isRegularFile(folder.resolve(name))) {
          return folder.resolve(name);
        }
      }
    }
    throw new IOException(
        "no "
            + names.get(0)
            + " in "
            + folders.stream().map(Path::toString).collect(Collectors.joining(", "))
            + "; "
            + remedy);
  }
}
