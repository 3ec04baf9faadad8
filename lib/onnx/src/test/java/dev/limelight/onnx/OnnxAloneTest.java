package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two jars of the library and what they depend on, with no other engine, explain a graph. */
class OnnxAloneTest {

  /** What the library depends on, by the names of the jars. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "(api|gson|jna|slf4j-api|jspecify|apiguardian-api|pickle|hipparchus-\\w+"
              + "|commons-\\w+|common-\\w+|imageio-\\w+|onnxruntime(-engine)?|tribuo-util-onnx|protobuf-java)"
              + "-[\\d.]+\\.jar");

  @TempDir private Path folder;

  @Test
  void mapsAreThoseWithPyTorch() throws Exception {
    Path graph = TinyResNet.onnxFile();
    Path picture = TinyResNet.folder().resolve("picture-0.png");
    List<String> lines = run(graph, picture);
    assertThat(lines.get(0)).contains("OnnxRuntime").doesNotContain("PyTorch", "MXNet");
    List<float[]> expected = OnnxAlone.maps(graph, picture);
    assertThat(lines).hasSize(1 + expected.size());
    assertThat(folder.resolve("temporary")).isEmptyDirectory();
    for (int i = 0; i < expected.size(); i++) {
      float[] map = numbers(lines.get(1 + i));
      assertThat(map).hasSameSizeAs(expected.get(i));
      for (int place = 0; place < map.length; place++) {
        assertThat(map[place]).isCloseTo(expected.get(i)[place], within(1e-5f));
      }
    }
  }

  private static float[] numbers(String line) {
    String[] texts = line.substring(1, line.length() - 1).split(", ");
    float[] numbers = new float[texts.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.parseFloat(texts[i]);
    }
    return numbers;
  }

  private List<String> run(Path graph, Path picture) throws IOException, InterruptedException {
    Stream<String> classes =
        Stream.of(Explainer.class, OnnxFormat.class, OnnxAlone.class).map(OnnxAloneTest::place);
    Stream<String> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(each -> NEEDED.matcher(Path.of(each).getFileName().toString()).matches());
    String path = Stream.concat(classes, jars).collect(Collectors.joining(File.pathSeparator));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("temporary")),
            "-cp",
            path,
            OnnxAlone.class.getName(),
            graph.toString(),
            picture.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    // Without a logger SLF4J says so first.
    return printed.lines().filter(line -> line.startsWith("[")).toList();
  }

  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return Path.of(source.getLocation().getPath()).toString();
  }
}
