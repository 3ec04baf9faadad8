package dev.limelight.model.cache;

import ai.djl.util.Utils;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Short facts about model files that took long to find out, in a folder that only its user may
 * write: {@code LIMELIGHT_CACHE_DIR}, as an environment variable or a system property, or else
 * {@code limelight} in DJL's cache. A file that is damaged counts as absent, and so does all of a
 * folder into which others may write.
 */
public final class PrivateCache {

  /** Names the folder. */
  public static final String FOLDER = "LIMELIGHT_CACHE_DIR";

  private static final String ENDING = ".json";

  /** The files that are made here: others may be in a folder that a user names. */
  private static final Pattern OURS = Pattern.compile("[a-z-]+-[0-9a-f]{32}\\.json");

  /** Facts are short, and a longer file is not one of them. */
  private static final long LONGEST = 1 << 16;

  /** When there are more files, the oldest are deleted. */
  private static final int MOST_FILES = 1_000;

  /** Belongs to the user of this process, also where that user has no name. */
  private static final Path PROCESS = Path.of("/proc/self");

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private PrivateCache() {}

  /** The folder, which need not exist. */
  public static Path folder() {
    String named = Utils.getEnvOrSystemProperty(FOLDER);
    return named == null || named.isBlank()
        ? Utils.getCacheDir().resolve("limelight")
        : Path.of(named);
  }

  /**
   * What is known.
   *
   * @param kind of fact, which begins the name of its file
   * @param key all that the fact depends on
   */
  public static Optional<Map<String, String>> get(String kind, Map<String, String> key) {
    try {
      Path file = file(kind, key);
      if (!isPrivate() || !Files.isRegularFile(file) || Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      JsonObject root = new Gson().fromJson(Files.readString(file), JsonObject.class);
      Map<String, String> facts = new LinkedHashMap<>();
      root.getAsJsonObject("facts")
          .entrySet()
          .forEach(fact -> facts.put(fact.getKey(), fact.getValue().getAsString()));
      return root.equals(content(key, facts)) ? Optional.of(facts) : Optional.empty();
    } catch (IOException
        | JsonParseException
        | ClassCastException
        | IllegalStateException
        | NullPointerException
        | UnsupportedOperationException e) {
      // Damaged: a part is missing or of another kind.
      return Optional.empty();
    }
  }

  /**
   * Keeps facts.
   *
   * @return whether they could be written
   */
  public static boolean put(String kind, Map<String, String> key, Map<String, String> facts) {
    try {
      create();
      if (!isPrivate()) {
        return false;
      }
      byte[] text = content(key, facts).toString().getBytes(StandardCharsets.UTF_8);
      if (text.length > LONGEST) {
        return false;
      }
      AtomicFile.write(text, file(kind, key));
      deleteOldest();
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** So that the folder does not grow for ever. Another process may delete the same files. */
  private static void deleteOldest() throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path file : AtomicFile.files(folder())) {
      if (OURS.matcher(file.getFileName().toString()).matches()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    List<Path> oldest =
        times.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .limit(Math.max(0, times.size() - MOST_FILES))
            .map(Map.Entry::getKey)
            .toList();
    for (Path file : oldest) {
      Files.deleteIfExists(file);
    }
  }

  private static Path file(String kind, Map<String, String> key) {
    return folder().resolve(kind + "-" + hash(json(key)).substring(0, 32) + ENDING);
  }

  private static JsonObject content(Map<String, String> key, Map<String, String> facts) {
    JsonObject root = new JsonObject();
    root.add("key", json(key));
    root.add("facts", json(facts));
    root.addProperty("sha256", hash(root));
    return root;
  }

  /** In the order of the names, so that equal facts give equal text. */
  private static JsonObject json(Map<String, String> values) {
    JsonObject object = new JsonObject();
    new TreeMap<>(values).forEach(object::addProperty);
    return object;
  }

  private static String hash(JsonObject object) {
    return Hashes.sha256(object.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void create() throws IOException {
    Path folder = folder();
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (isPosix()) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(folder);
    }
  }

  private static boolean isPrivate() throws IOException {
    Path folder = folder();
    // Where others' own folder keeps everybody else out, it is not this user's.
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(folder)) {
      return false;
    }
    return !isPosix()
        || Files.getOwner(folder).equals(user())
            && Files.getPosixFilePermissions(folder).stream().noneMatch(OTHERS::contains);
  }

  /** Whose process this is. */
  private static UserPrincipal user() throws IOException {
    return Files.exists(PROCESS)
        ? Files.getOwner(PROCESS)
        : FileSystems.getDefault()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
