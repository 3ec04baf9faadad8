package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps the packages in their order: imports only point down the list. */
class ArchitectureTest {

  /** From the top to the bottom, as docs/ARCHITECTURE.md explains. */
  private static final List<String> ORDER =
      List.of(
          "dev.limelight.report",
          "dev.limelight.watch",
          "dev.limelight.train",
          "dev.limelight.speed",
          "dev.limelight.audit",
          "dev.limelight.metric",
          "dev.limelight",
          "dev.limelight.smooth",
          "dev.limelight.gradient",
          "dev.limelight.cam",
          "dev.limelight.perturb",
          "dev.limelight.method",
          "dev.limelight.model",
          "dev.limelight.zoo",
          "dev.limelight.torch",
          "dev.limelight.data",
          "dev.limelight.array",
          "dev.limelight.image");

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern OURS =
      Pattern.compile("(?<![\\w.])(dev\\.limelight(?:\\.[a-z]\\w*)*)\\.[A-Z]\\w*");
  private static final Pattern ENGINE =
      Pattern.compile("(?<![\\w.])ai\\.djl\\.(?:mxnet|pytorch|onnxruntime|tensorflow)\\b");
  private static final Pattern DJL = Pattern.compile("(?<![\\w.])ai\\.djl\\b");

  private static final Pattern CREATED =
      Pattern.compile("(?:[mM]anager(?:\\(\\))?|scope|target)\\s*\\.create\\([^;]*?,");

  private record Source(Path file, String packageName, String code) {}

  private static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Path folder = SOURCES.relativize(file).getParent();
        String name = folder.toString().replace(folder.getFileSystem().getSeparator(), ".");
        sources.add(new Source(file, name, withoutTexts(Files.readString(file))));
      }
    }
    assertThat(sources).as("sources below %s", SOURCES.toAbsolutePath()).hasSizeGreaterThan(20);
    return sources;
  }

  /** Comments may speak of anything; only code depends. */
  static String withoutTexts(String code) {
    return code.replaceAll("(?s)/\\*.*?\\*/", "")
        .replaceAll("(?m)^\\s*//.*$", "")
        .replaceAll("\"(?:\\\\.|[^\"\\\\\n])*\"", "\"\"");
  }

  private static List<String> upward(Source source) {
    List<String> found = new ArrayList<>();
    int own = ORDER.indexOf(source.packageName());
    Matcher names = OURS.matcher(source.code());
    while (names.find()) {
      int other = ORDER.indexOf(names.group(1));
      if (other < 0 || other < own) {
        found.add(source.file() + " names " + names.group());
      }
    }
    return found;
  }

  @Test
  void everyPackageHasItsPlace() throws IOException {
    assertThat(sources()).allSatisfy(s -> assertThat(s.packageName()).isIn(ORDER));
  }

  @Test
  void importsPointDown() throws IOException {
    assertThat(sources().stream().flatMap(s -> upward(s).stream())).isEmpty();
  }

  @Test
  void onlyTheModelPackageNamesAnEngine() throws IOException {
    assertThat(sources())
        .filteredOn(s -> !s.packageName().equals("dev.limelight.model"))
        .filteredOn(s -> ENGINE.matcher(s.code()).find())
        .extracting(Source::file)
        .isEmpty();
  }

  /** DJL's own way gives MXNet a buffer that may be freed before it is read. */
  @Test
  void arraysOfNumbersAreMadeInOnePlace() throws IOException {
    assertThat(sources())
        .filteredOn(s -> !s.packageName().equals("dev.limelight.array"))
        .filteredOn(s -> CREATED.matcher(s.code()).find())
        .extracting(Source::file)
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev.limelight.image", "dev.limelight.torch"})
  void picturesAndPickledTensorsNeedNoDjl(String packageName) throws IOException {
    assertThat(sources())
        .filteredOn(s -> s.packageName().equals(packageName))
        .isNotEmpty()
        .filteredOn(s -> DJL.matcher(s.code()).find())
        .extracting(Source::file)
        .isEmpty();
  }

  @Test
  void theRulesWouldCatchAnOffender() {
    Source up =
        new Source(
            Path.of("A.java"), "dev.limelight.image", "import dev.limelight.course.data.Scenes;");
    assertThat(upward(up)).containsExactly("A.java names dev.limelight.course.data.Scenes");
    Source front = new Source(Path.of("B.java"), "dev.limelight.cam", "dev.limelight.Explainer e;");
    assertThat(upward(front)).hasSize(1);
    Source down =
        new Source(Path.of("C.java"), "dev.limelight", "import dev.limelight.image.Heatmap;");
    assertThat(upward(down)).isEmpty();
    assertThat(ENGINE.matcher("import ai.djl.mxnet.engine.MxSymbolBlock;").find()).isTrue();
    assertThat(CREATED.matcher("own.getManager().create(new float[1], shape)").find()).isTrue();
    assertThat(CREATED.matcher("manager.create(0); f(1, 2)").find()).isFalse();
    assertThat(withoutTexts("/* ai.djl */ x = \"ai.djl\"; // y\n // ai.djl"))
        .doesNotContain("ai.djl");
  }
}
