package dev.limelight.method;

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
 * The methods there are: every one in the packages of the families, found by looking, and those
 * that other jars offer as a service. There is no list of methods to keep.
 */
public final class Methods {

  private static final List<String> PACKAGES =
      List.of("dev.limelight.cam", "dev.limelight.gradient", "dev.limelight.perturb");

  private static final List<Method> ALL = find();

  private Methods() {}

  /** All methods with their default arguments, by name. */
  public static List<Method> all() {
    return ALL;
  }

  /**
   * The method of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static Method named(String name) {
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

  private static List<Method> find() {
    List<Method> found = new ArrayList<>();
    for (String name : classNames()) {
      try {
        Class<?> type = Class.forName(name);
        if (Method.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
          found.add((Method) type.getDeclaredConstructor().newInstance());
        }
      } catch (NoSuchMethodException e) {
        // A method without default arguments cannot be called by name alone.
        continue;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the method " + name + " cannot be made: " + e, e);
      }
    }
    ServiceLoader.load(Method.class).forEach(found::add);
    found.sort(Comparator.comparing(method -> method.about().name()));
    return List.copyOf(found);
  }

  private static List<String> classNames() {
    try {
      URI place = Methods.class.getProtectionDomain().getCodeSource().getLocation().toURI();
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
    List<String> names = new ArrayList<>();
    for (String name : PACKAGES) {
      try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.contains("-") && !file.contains("$"))
            .map(file -> name + "." + file.substring(0, file.length() - ".class".length()))
            .sorted()
            .forEach(names::add);
      }
    }
    return names;
  }
}
