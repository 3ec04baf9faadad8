package dev.limelight.cam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The methods there are: every one in this package, found by looking, and those that other jars
 * offer as a service. There is no list to keep.
 */
public final class CamMethods {

  private static final List<CamMethod> ALL = find();

  private CamMethods() {}

  /** All methods with their default arguments, by name. */
  public static List<CamMethod> all() {
    return ALL;
  }

  /**
   * The method of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static CamMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.about().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no method '"
                        + name
                        + "'; there are "
                        + ALL.stream()
                            .map(m -> m.about().name())
                            .collect(Collectors.joining(", "))));
  }

  private static List<CamMethod> find() {
    List<CamMethod> found = new ArrayList<>();
    for (String name : classNames()) {
      try {
        Class<?> type = Class.forName(name);
        if (CamMethod.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
          found.add((CamMethod) type.getDeclaredConstructor().newInstance());
        }
      } catch (NoSuchMethodException e) {
        // A method without default arguments cannot be called by name alone.
        continue;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the method " + name + " cannot be made: " + e, e);
      }
    }
    ServiceLoader.load(CamMethod.class).forEach(found::add);
    found.sort(Comparator.comparing(method -> method.about().name()));
    return List.copyOf(found);
  }

  private static List<String> classNames() {
    try {
      URI place = CamMethods.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path root = Path.of(place);
      if (Files.isDirectory(root)) {
        return classNames(root);
      }
      try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
        return classNames(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> classNames(Path root) throws IOException {
    String folder = CamMethods.class.getPackageName().replace('.', '/');
    try (Stream<Path> files = Files.list(root.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.contains("-") && !file.contains("$"))
          .map(
              file ->
                  CamMethods.class.getPackageName()
                      + "."
                      + file.substring(0, file.length() - ".class".length()))
          .sorted()
          .toList();
    }
  }
}
