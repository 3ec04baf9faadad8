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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What implements an interface: the classes of some packages, found by looking, and what other jars
 * offer as a service. There is no list to keep.
 */
@API(status = Status.INTERNAL)
public final class Implementations {

  private Implementations() {}

  /**
   * One of each with its default arguments, by name.
   *
   * @param type the interface; its own jar or folder is looked through
   * @param packages where to look
   * @param name what one is called
   */
  public static <T> List<T> of(Class<T> type, List<String> packages, Function<T, String> name) {
    List<T> found = new ArrayList<>();
    for (String each : classNames(type, packages)) {
      try {
        Class<?> candidate = Class.forName(each, true, type.getClassLoader());
        if (type.isAssignableFrom(candidate) && !Modifier.isAbstract(candidate.getModifiers())) {
          found.add(type.cast(candidate.getDeclaredConstructor().newInstance()));
        }
      } catch (NoSuchMethodException e) {
        // What has no default arguments cannot be called by name alone.
        continue;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(each + " cannot be made: " + e, e);
      }
    }
    ServiceLoader.load(type).forEach(found::add);
    found.sort(Comparator.comparing(name));
    return List.copyOf(found);
  }

  /**
   * The one of that name.
   *
   * @param kind what they are in a word, for the message
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static <T> T named(String wanted, List<T> all, Function<T, String> name, String kind) {
    for (T each : all) {
      if (name.apply(each).equals(wanted)) {
        return each;
      }
    }
    String candidates = all.stream().map(name).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("no " + kind + " '" + wanted + "'; there are " + candidates);
  }

  private static List<String> classNames(Class<?> type, List<String> packages) {
    try {
      URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path root = Path.of(place);
      if (Files.isDirectory(root)) {
        return classNames(root, packages);
      }
      try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
        return classNames(jar.getPath("/"), packages);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> classNames(Path root, List<String> packages) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : packages) {
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
