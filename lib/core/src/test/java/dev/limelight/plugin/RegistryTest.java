package dev.limelight.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Metrics;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {

  /** What is looked for. */
  public interface Fruit {
    String name();
  }

  public static final class Lemon implements Fruit {
    @Override
    public String name() {
      return "lemon";
    }
  }

  public static final class Lime implements Fruit {
    @Override
    public String name() {
      return "lime";
    }
  }

  public static final class OtherLime implements Fruit {
    @Override
    public String name() {
      return "lime";
    }
  }

  public static final class Rotten implements Fruit {
    public Rotten() {
      throw new IllegalStateException("it is rotten");
    }

    @Override
    public String name() {
      return "rotten";
    }
  }

  public static final class Spaced implements Fruit {
    @Override
    public String name() {
      return "two, words";
    }
  }

  public static final class Nameless implements Fruit {
    @Override
    public String name() {
      return null;
    }
  }

  /** Is no fruit. */
  public static final class Stone {}

  @TempDir private Path folder;

  private Registry<Fruit> registry(String... services) throws IOException {
    return registry(List.of(services));
  }

  /** One that looks in several folders, each with a services file. */
  @SafeVarargs
  private Registry<Fruit> registry(List<String>... services) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (List<String> lines : services) {
      Path root = folder.resolve("jar" + urls.size());
      Path file = root.resolve("META-INF/services/" + Fruit.class.getName());
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
      urls.add(root.toUri().toURL());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // The services are read while it is loaded.
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), before)) {
      thread.setContextClassLoader(loader);
      return Registry.load(Fruit.class, "fruit", Fruit::name);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String name(Class<?> type) {
    return type.getName();
  }

  @Test
  void allAreListedByNameAndFoundByIt() throws IOException {
    Registry<Fruit> registry = registry(name(Lime.class), name(Lemon.class));
    assertThat(registry.all()).extracting(Fruit::name).containsExactly("lemon", "lime");
    assertThat(registry.named("lime")).isInstanceOf(Lime.class);
    assertThatThrownBy(() -> registry.named("fig"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no fruit 'fig'; there are lemon, lime");
  }

  @Test
  void twoOfOneNameAreRefusedByBothClassesAndLeaveTheOthers() throws IOException {
    Registry<Fruit> registry =
        registry(List.of(name(Lime.class), name(Lemon.class)), List.of(name(OtherLime.class)));
    assertThat(registry.all()).extracting(Fruit::name).containsExactly("lemon");
    assertThat(registry.named("lemon")).isInstanceOf(Lemon.class);
    assertThatThrownBy(() -> registry.named("lime"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the fruit 'lime' is ambiguous: %s and %s have that name; take one of them off the"
                + " class path",
            name(Lime.class), name(OtherLime.class));
  }

  @Test
  void oneClassThatIsFoundTwiceIsOnePlugin() throws IOException {
    Registry<Fruit> registry = registry(List.of(name(Lemon.class)), List.of(name(Lemon.class)));
    assertThat(registry.named("lemon")).isInstanceOf(Lemon.class);
  }

  @Test
  void brokenPluginsAreNamedWithTheirReasonAndLeaveTheOthersUsable() throws IOException {
    Registry<Fruit> registry =
        registry(
            List.of(name(Rotten.class), "dev.missing.Plum", name(Stone.class)),
            List.of("not a class name"),
            List.of(name(Spaced.class), name(Nameless.class), name(Lemon.class)));
    assertThat(registry.all()).extracting(Fruit::name).containsExactly("lemon");
    assertThatThrownBy(() -> registry.named("rotten"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no fruit 'rotten'; there are lemon; left out: ")
        .hasMessageContaining(
            "%s could not be instantiated: java.lang.IllegalStateException: it is rotten",
            name(Rotten.class))
        .hasMessageContaining("dev.missing.Plum not found")
        .hasMessageContaining("%s not a subtype", name(Stone.class))
        .hasMessageContaining("Illegal configuration-file syntax")
        .hasMessageContaining("%s: java.lang.IllegalArgumentException: a name", name(Spaced.class))
        .hasMessageContaining("but got 'two, words'")
        .hasMessageContaining("%s: java.lang.NullPointerException", name(Nameless.class));
  }

  @Test
  void aThreadOfOtherCodeFindsThemToo() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader other = new URLClassLoader(new URL[0], null)) {
      thread.setContextClassLoader(other);
      assertThat(Registry.load(Metric.class, "metric", one -> one.info().name()).all())
          .isEqualTo(Metrics.all());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** An annotation that was forgotten would be a method that nobody finds. */
  @Test
  void everyMethodAndMetricWithDefaultArgumentsIsAService() throws Exception {
    assertThat(Methods.all())
        .extracting(one -> one.getClass().getName())
        .containsExactlyInAnyOrderElementsOf(withDefaults(Method.class));
    assertThat(Metrics.all())
        .extracting(one -> one.getClass().getName())
        .containsExactlyInAnyOrderElementsOf(withDefaults(Metric.class));
  }

  private static List<String> withDefaults(Class<?> type) throws Exception {
    Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String path = root.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        Class<?> each = Class.forName(name.replace('\\', '.'), false, type.getClassLoader());
        boolean usable = Modifier.isPublic(each.getModifiers()) && !each.isInterface();
        if (usable
            && type.isAssignableFrom(each)
            && Arrays.stream(each.getConstructors())
                .anyMatch(one -> one.getParameterCount() == 0)) {
          found.add(each.getName());
        }
      }
    }
    return found;
  }
}
