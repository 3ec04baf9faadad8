package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolatedIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet-traced.pt");
  private static final String ENDLESS =
      Path.of("../core/src/test/resources/isolation/endless.pt").toAbsolutePath().toString();

  @TempDir private Path folder;

  private final List<String> images = new ArrayList<>();

  @BeforeEach
  void writePictures() {
    for (int i = 0; i < 3; i++) {
      images.add(Launcher.fixture("picture-" + i + ".png"));
    }
  }

  /** The children make their folders where the launcher is told to. */
  private Launcher.Result run(String... arguments) throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Launcher.Result result =
        Launcher.run(Map.of("LIMELIGHT_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary), arguments);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(file -> file.toString().contains("limelight-isolated"))).isEmpty();
    }
    return result;
  }

  private Launcher.Result explain(String out, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("explain", "--model", MODEL, "--size", "64"));
    all.addAll(List.of("--out", folder.resolve(out).toString()));
    all.addAll(List.of(more));
    all.add("--image");
    all.addAll(images);
    return run(all.toArray(String[]::new));
  }

  private byte[] file(String out, String name) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve(name));
  }

  /** The checksum of each array; the file itself has the time in it. */
  private Map<String, Long> arrays(String out) throws IOException {
    try (ZipFile zip = new ZipFile(folder.resolve(out).resolve("explanations.npz").toFile())) {
      return zip.stream().collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc));
    }
  }

  @Test
  void explainWritesTheSameFiles() throws Exception {
    Launcher.Result plain = explain("plain");
    Launcher.Result isolated = explain("isolated", "--isolated");
    assertThat(isolated.errors()).isEmpty();
    assertThat(isolated.exit()).isZero();
    assertThat(isolated.out().replace("/isolated/", "/plain/")).isEqualTo(plain.out());
    assertThat(file("isolated", "manifest.json")).isEqualTo(file("plain", "manifest.json"));
    assertThat(arrays("isolated")).hasSize(4).isEqualTo(arrays("plain"));
  }

  @Test
  void layersPrintsTheSame() throws Exception {
    String[] plain = {"layers", "--model", MODEL, "--input", "3,64,64"};
    String[] isolated = {"layers", "--isolated", "--model", MODEL, "--input", "3,64,64"};
    assertThat(run(isolated)).isEqualTo(run(plain));
  }

  @Test
  void auditWritesAPage() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    for (int i = 0; i < 3; i++) {
      Files.copy(Path.of(images.get(i)), pictures.resolve(i + ".png"));
    }
    Path page = folder.resolve("audit.html");
    Launcher.Result result =
        run(
            "audit",
            "--isolated",
            "--model",
            MODEL,
            "--size",
            "64",
            "--images",
            pictures.toString(),
            "--out",
            page.toString());
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(page).exists();
  }

  @Test
  void exportWritesTheSameFile() throws Exception {
    String model = Launcher.fixture("tiny-resnet.onnx");
    Path plain = folder.resolve("plain.onnx");
    Path isolated = folder.resolve("isolated.onnx");
    assertThat(run("export", "--model", model, "--out", plain.toString()).exit()).isZero();
    Launcher.Result result =
        run("export", "--isolated", "--model", model, "--out", isolated.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.out().strip()).isEqualTo(isolated.toString());
    assertThat(Files.readAllBytes(isolated)).isEqualTo(Files.readAllBytes(plain));
  }

  @Test
  void anEndlessLoopEndsInASentence() throws Exception {
    Launcher.Result layers =
        run("layers", "--model", ENDLESS, "--input", "3,64,64", "--time-limit", "15");
    assertEnded(layers, "the model's process was ended after its time limit of 15 s while");
    Launcher.Result explain =
        run(
            "explain",
            "--model",
            ENDLESS,
            "--size",
            "64",
            "--time-limit",
            "15",
            "--image",
            images.get(0),
            "--out",
            folder.resolve("seen").toString());
    assertEnded(explain, "the model's process was ended after its time limit of 15 s while");
    assertThat(folder.resolve("seen")).doesNotExist();
  }

  private static void assertEnded(Launcher.Result result, String sentence) {
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.errors().lines()).hasSize(1);
    assertThat(result.errors()).startsWith("limelight: " + sentence).contains("--time-limit");
  }

  @Test
  void tooSmallALimitIsAWrongCommandLine() throws Exception {
    Launcher.Result result = run("layers", "--model", MODEL, "--memory-limit", "0.5", "--isolated");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("at least").contains("2 GiB");
  }
}
