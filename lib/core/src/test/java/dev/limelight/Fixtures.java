package dev.limelight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Folders of test resources as files, also where they lie in the jar of another module's tests. */
public final class Fixtures {

  private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

  private Fixtures() {}

  /** A folder of the test resources, such as {@code fixtures}. */
  public static Path folder(String name) {
    return FOLDERS.computeIfAbsent(name, Fixtures::find);
  }

  private static Path find(String name) {
    URI uri = URI.create(Fixtures.class.getResource("/" + name).toString());
    if (!uri.getScheme().equals("jar")) {
      return Path.of(uri);
    }
    try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
      Path copy = Files.createTempDirectory("limelight-" + name.replace('/', '-'));
      copy.toFile().deleteOnExit();
      try (Stream<Path> files = Files.list(jar.getPath(name))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = copy.resolve(file.getFileName().toString());
          Files.copy(file, target);
          target.toFile().deleteOnExit();
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
