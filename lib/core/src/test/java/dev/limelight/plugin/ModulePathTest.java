package dev.limelight.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metrics;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of named modules finds the library's methods and metrics, and brings its own. */
class ModulePathTest {

  /** What the library itself depends on, by the names of their jars. */
  private static final Pattern NEEDED =
      Pattern.compile("(api|gson|slf4j-api|jspecify|pickle|hipparchus-\\w+)-[\\d.]+\\.jar");

  private static final Path MODULES = Path.of("..");
  private static final Pattern NAME = Pattern.compile("<module.name>([\\w.]+)</module.name>");

  private static final String MODULE =
      """
      module app {
        requires dev.limelight;
        requires ai.djl.api;
        provides dev.limelight.method.Method with app.Nothing;
        provides dev.limelight.metric.Metric with app.Seven;
      }
      """;

  private static final String NOTHING =
      """
      package app;

      import ai.djl.ndarray.NDArray;
      import dev.limelight.method.*;

      public record Nothing() implements Method {
        @Override
        public NDArray parts(Evidence evidence) {
          return evidence.activations().mul(0);
        }

        @Override
        public MethodInfo info() {
          return MethodInfo.cam("nothing");
        }
      }
      """;

  private static final String SEVEN =
      """
      package app;

      import dev.limelight.metric.*;

      public record Seven() implements Metric {
        @Override
        public Experiment of(Trial trial) {
          return Experiment.known(7);
        }

        @Override
        public MetricInfo info() {
          return MetricInfo.higherIsBetter("seven");
        }
      }
      """;

  private static final String MAIN =
      """
      package app;

      import dev.limelight.method.Methods;
      import dev.limelight.metric.Metrics;

      public final class Main {
        public static void main(String[] args) {
          System.out.println(Methods.class.getModule());
          Methods.all().forEach(one -> System.out.println("method " + one.info().name()));
          Metrics.all().forEach(one -> System.out.println("metric " + one.info().name()));
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void aProgramOfModulesFindsMethodsAndMetrics() throws Exception {
    String path = modulePath();
    Path classes = Files.createDirectories(folder.resolve("app"));
    compile(path, classes);
    List<String> lines = run(path + File.pathSeparator + classes, "app/app.Main");
    List<String> expected = new ArrayList<>(List.of("module dev.limelight"));
    Stream.concat(Stream.of("nothing"), Methods.all().stream().map(one -> one.info().name()))
        .sorted()
        .forEach(name -> expected.add("method " + name));
    Stream.concat(Stream.of("seven"), Metrics.all().stream().map(one -> one.info().name()))
        .sorted()
        .forEach(name -> expected.add("metric " + name));
    assertThat(lines).containsExactlyElementsOf(expected);
  }

  @Test
  void everyModuleHasANameAndPackagesThatNoOtherHas() throws IOException {
    Map<String, Path> names = new HashMap<>();
    Map<Path, Path> packages = new HashMap<>();
    for (Path module : children(MODULES)) {
      Matcher name = NAME.matcher(Files.readString(module.resolve("pom.xml")));
      assertThat(name.find()).as("%s sets module.name", module).isTrue();
      assertThat(names.put(name.group(1), module)).as(name.group(1)).isNull();
      Path sources = module.resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(file -> sources.relativize(file.getParent()))
            .distinct()
            .forEach(each -> assertThat(packages.put(each, module)).as("%s", each).isNull());
      }
    }
  }

  private static List<Path> children(Path of) throws IOException {
    try (Stream<Path> all = Files.list(of)) {
      return all.filter(one -> Files.exists(one.resolve("pom.xml"))).toList();
    }
  }

  /** The library as the build packs it, and what it depends on. */
  private String modulePath() throws Exception {
    Matcher name = NAME.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(name.find()).isTrue();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Automatic-Module-Name", name.group(1));
    Path jar = folder.resolve("limelight.jar");
    Path classes =
        Path.of(Method.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String entry = classes.relativize(file).toString().replace(File.separatorChar, '/');
        packed.putNextEntry(new JarEntry(entry));
        Files.copy(file, packed);
      }
    }
    List<String> path = new ArrayList<>(List.of(jar.toString()));
    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(each -> NEEDED.matcher(Path.of(each).getFileName().toString()).matches())
        .forEach(path::add);
    return String.join(File.pathSeparator, path);
  }

  private void compile(String modulePath, Path classes) throws IOException {
    Map<String, String> sources =
        Map.of(
            "module-info.java",
            MODULE,
            "Nothing.java",
            NOTHING,
            "Seven.java",
            SEVEN,
            "Main.java",
            MAIN);
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-d", classes.toString(), "-p", modulePath));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = folder.resolve(source.getKey());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    StringWriter messages = new StringWriter();
    PrintWriter printed = new PrintWriter(messages);
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(printed, printed, arguments.toArray(String[]::new));
    assertThat(code).as(messages.toString()).isZero();
  }

  private List<String> run(String modulePath, String main) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path output = folder.resolve("output.txt");
    // An automatic module does not say what it requires: a program adds all that are there.
    Process process =
        new ProcessBuilder(
                java.toString(), "-p", modulePath, "--add-modules", "ALL-MODULE-PATH", "-m", main)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    // Without a logger SLF4J says so first.
    return printed.lines().filter(line -> !line.startsWith("SLF4J")).toList();
  }
}
