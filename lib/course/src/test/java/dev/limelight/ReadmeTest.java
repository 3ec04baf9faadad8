package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java of README.md, docs/GPU.md and docs/YOUR_MODEL.md, compiled and run as it stands there,
 * in a folder with a few photos and a network.
 */
class ReadmeTest {

  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path NETWORK = TinyResNet.folder().resolve("tiny-resnet-traced.pt");

  /** What the text around a snippet takes for granted: each snippet is a method of its own. */
  private static final List<String> HEADS =
      List.of(
          "static void opened(Model model) throws Exception",
          "static void planned(Explainer explainer) throws Exception",
          "static void watched(Model model, List<Example> probes, Dataset train, Dataset test) throws Exception",
          "static void judged(Explainer explainer, Picture picture) throws Exception",
          "static void onADevice() throws Exception",
          "static void whatIsSeen() throws Exception",
          "static void yourModel() throws Exception");

  private static final String MAIN =
      """
      public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        try (Model model = new ModelFile(data.resolve("models/cats-vs-dogs"), EngineName.MXNET).load();
            Explainer explainer = Explainer.builder().setModel(model).optLabels("cat", "dog").build();
            Model fresh = ConvNet.binary(32, ConvNet.Head.POOLED).newModel("pets", EngineName.MXNET)) {
          opened(model);
          planned(explainer);
          Picture cat = Pictures.read(Path.of("cat.jpg"));
          judged(explainer, cat);
          onADevice();
          whatIsSeen();
          yourModel();
          watched(fresh, List.of(Example.of(cat, 0)), photos(data, 0), photos(data, 1));
        }
      }

      private static CatsVsDogs photos(Path data, int part) {
        return CatsVsDogs.builder().setFolder(data.resolve("cats-vs-dogs")).optPerClass(20)
            .optUsage(part == 0 ? Dataset.Usage.TRAIN : Dataset.Usage.TEST).optSize(32)
            .setSampling(20, false).build();
      }
      """;

  @TempDir private Path folder;

  @Test
  void everySnippetRuns() throws Exception {
    Path data = ROOT.resolve("notebooks").resolve("data");
    Files.copy(data.resolve("photos").resolve("tabby_cat.jpg"), folder.resolve("cat.jpg"));
    Files.copy(NETWORK, folder.resolve("net.pt"));
    Files.createDirectories(folder.resolve("photos"));
    for (String name : List.of("Egyptian_cat.jpg", "Persian_cat.jpg")) {
      Files.copy(data.resolve("photos").resolve(name), folder.resolve("photos").resolve(name));
    }
    Path source = Files.writeString(folder.resolve("Readme.java"), source());
    String classPath = System.getProperty("java.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path out = folder.resolve("out.txt");
    // Java runs a source file after compiling it in memory.
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-cp",
                classPath,
                source.toString(),
                data.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    assertThat(Files.readString(out))
        .contains("grad-cam", "better than chance", "metric=road", "2 pictures", "cpu()");
    assertThat(folder.resolve("seen.png")).isNotEmptyFile();
    assertThat(folder.resolve("my-model.png")).isNotEmptyFile();
    assertThat(folder.resolve("runs").resolve("pets").resolve("manifest.json")).isNotEmptyFile();
    assertThat(folder.resolve("logs").resolve("pets")).isNotEmptyDirectory();
  }

  private static String source() throws IOException {
    String pages =
        Files.readString(ROOT.resolve("README.md"))
            + Files.readString(ROOT.resolve("docs").resolve("GPU.md"))
            + Files.readString(ROOT.resolve("docs").resolve("YOUR_MODEL.md"));
    List<String> snippets =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(pages)
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(snippets).as("snippets of the pages").hasSameSizeAs(HEADS);
    StringBuilder source = new StringBuilder();
    // A snippet becomes a method's body, so its imports move to the top.
    Pattern importLine = Pattern.compile("(?m)^import .*;\n");
    for (String snippet : snippets) {
      importLine.matcher(snippet).results().forEach(line -> source.append(line.group()));
    }
    for (String name :
        List.of(
            "dev.limelight",
            "dev.limelight.audit",
            "dev.limelight.cam",
            "dev.limelight.codec",
            "dev.limelight.data",
            "dev.limelight.image",
            "dev.limelight.method",
            "dev.limelight.metric",
            "dev.limelight.model",
            "dev.limelight.course.train",
            "dev.limelight.course.data",
            "dev.limelight.target",
            "dev.limelight.evaluation",
            "dev.limelight.verdict",
            "dev.limelight.sink",
            "dev.limelight.drawing",
            "dev.limelight.model.loading",
            "dev.limelight.watch",
            "java.nio.file",
            "java.util")) {
      source.append("import ").append(name).append(".*;\n");
    }
    source.append(
        "import ai.djl.Device;\nimport ai.djl.Model;\nimport ai.djl.training.dataset.Dataset;\n");
    source.append("public class Readme {\n").append(MAIN);
    IntStream.range(0, HEADS.size())
        .forEach(
            i ->
                source
                    .append(HEADS.get(i))
                    .append(" {\n")
                    .append(importLine.matcher(snippets.get(i)).replaceAll(""))
                    .append("}\n"));
    return source.append("}\n").toString();
  }
}
