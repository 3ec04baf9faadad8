package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.io.AtomicFile;
import dev.limelight.io.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that the launcher keeps. */
class StartIT {

  private static final String LOADED = "dev.limelight.cli.Main source: shared objects file";

  private static final String LIBRARY = System.mapLibraryName("onnxruntime");

  @TempDir Path folder;
  private Path archives;

  @BeforeEach
  void setUp() {
    archives = folder.resolve("cache/classes");
  }

  private Launcher.Result methods(Path launcher, String options, String... more)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of("LIMELIGHT_ARCHIVES", archives.toString(), "LIMELIGHT_JAVA_OPTS", options);
    return Launcher.run(
        launcher,
        environment,
        Stream.concat(Stream.of("methods"), Stream.of(more)).toArray(String[]::new));
  }

  private boolean isShared(Path launcher) throws IOException, InterruptedException {
    return methods(launcher, "-Xlog:class+load").out().contains(LOADED);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The same command line with links to its jars. */
  private static Path copy() throws IOException {
    Path original = Launcher.FILE.getParent().getParent();
    Path home = original.resolveSibling("linked");
    AtomicFile.delete(home);
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    try (Stream<Path> jars = Files.list(original.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        Files.createLink(home.resolve("lib").resolve(jar.getFileName()), jar);
      }
    }
    return Files.copy(Launcher.FILE, home.resolve("bin/limelight"));
  }

  @Test
  void theFirstRunKeepsTheClassesForTheNext() throws Exception {
    Launcher.Result first = methods(Launcher.FILE, "");
    assertThat(first.exit()).isZero();
    assertThat(first.err()).isEmpty();
    assertThat(isShared(Launcher.FILE)).isTrue();
    Launcher.Result next = methods(Launcher.FILE, "");
    assertThat(next.out()).isEqualTo(first.out());
    assertThat(next.err()).isEmpty();
    assertThat(files()).singleElement().asString().startsWith("methods-").endsWith(".jsa");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archives)))
        .isEqualTo("rwx------");
  }

  @Test
  void aRunThatFailsKeepsNothing() throws Exception {
    assertThat(methods(Launcher.FILE, "", "--no-such-option").exit()).isEqualTo(2);
    assertThat(isShared(Launcher.FILE)).isFalse();
  }

  @Test
  void anArchiveOfOtherJarsIsReplaced() throws Exception {
    Path launcher = copy();
    methods(launcher, "");
    assertThat(isShared(launcher)).isTrue();
    List<String> before = files();
    Path jar = launcher.resolve("../../lib/limelight-cli-0.1.0.jar").normalize();
    byte[] content = Files.readAllBytes(jar);
    Files.delete(jar);
    Files.write(jar, content);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
    assertThat(isShared(launcher)).isFalse();
    methods(launcher, "");
    assertThat(isShared(launcher)).isTrue();
    assertThat(files()).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  @Test
  void aFileThatCannotBeLookedAtIsNoReasonToEnd() throws Exception {
    Path launcher = copy();
    Files.createSymbolicLink(
        launcher.resolve("../../lib/gone.txt").normalize(), folder.resolve("gone"));
    Launcher.Result result = methods(launcher, "");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("grad-cam");
  }

  private Launcher.Result layersOfOnnx() throws IOException, InterruptedException {
    return Launcher.run(
        Map.of("LIMELIGHT_ARCHIVES", archives.toString()),
        "layers",
        "--model",
        "src/test/resources/numeric-folders/hue12.onnx");
  }

  /** The libraries that were kept, in the folder of the archives. */
  private List<Path> runtime() throws IOException {
    try (Stream<Path> files = Files.walk(archives)) {
      return files.filter(file -> file.getFileName().toString().contains("onnxruntime")).toList();
    }
  }

  @Test
  void theLibrariesOfOnnxRuntimeAreKeptForTheNextRun() throws Exception {
    assertThat(methods(Launcher.FILE, "").exit()).isZero();
    assertThat(runtime()).isEmpty();
    Launcher.Result first = layersOfOnnx();
    assertThat(first.exit()).isZero();
    assertThat(files()).anyMatch(name -> name.startsWith("layers.onnx-"));
    List<Path> kept = runtime();
    assertThat(kept).hasSize(3);
    Launcher.Result next = layersOfOnnx();
    assertThat(next.out()).isEqualTo(first.out());
    assertThat(next.err()).isEmpty();
    assertThat(runtime()).isEqualTo(kept);
    // The next run does read them.
    Path library = kept.stream().filter(file -> file.endsWith(LIBRARY)).findFirst().orElseThrow();
    Files.delete(library);
    Files.createFile(
        library,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertThat(layersOfOnnx().err()).contains("ONNX Runtime's native library");
  }

  @Test
  void theFlightRecorderIsSetUpOnlyForARecording() throws Exception {
    // A class of events is loaded to check those that use it; the recorder is what takes long.
    String recorder = "jdk.jfr.internal.PlatformRecorder source";
    assertThat(loadedForOnnx("-Xlog:class+load"))
        .contains("OnnxNetwork source")
        .doesNotContain(recorder);
    String recording = "-XX:StartFlightRecording=filename=" + folder.resolve("seen.jfr");
    assertThat(loadedForOnnx("-Xlog:class+load " + recording)).contains(recorder);
  }

  private String loadedForOnnx(String options) throws IOException, InterruptedException {
    Launcher.Result result =
        Launcher.run(
            Map.of("LIMELIGHT_ARCHIVES", "", "LIMELIGHT_JAVA_OPTS", options),
            "explain",
            "--model",
            "src/test/resources/numeric-folders/hue12.onnx",
            "--image",
            "src/test/resources/numeric-folders/d11/3/0.png",
            "--out",
            folder.resolve("seen").toString());
    assertThat(result.exit()).isZero();
    return result.out();
  }

  /** All that a user sees: what is printed, and each file, of an archive each entry. */
  private Map<String, String> explained(Path facts) throws IOException, InterruptedException {
    Path out = folder.resolve("seen");
    AtomicFile.delete(out);
    Launcher.Result result =
        Launcher.run(
            Map.of("LIMELIGHT_CACHE_DIR", facts.toString()),
            "explain",
            "--json",
            "--model",
            "src/test/resources/numeric-folders/hue12.onnx",
            "--image",
            "src/test/resources/numeric-folders/d11/3/0.png",
            "--out",
            out.toString());
    assertThat(result.exit()).isZero();
    Map<String, String> all = new TreeMap<>(Map.of("out", result.out(), "err", result.err()));
    for (Path file : AtomicFile.files(out)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".npz")) {
        // An archive has the time of its entries.
        try (ZipFile archive = new ZipFile(file.toFile())) {
          for (ZipEntry entry : archive.stream().toList()) {
            all.put(entry.getName(), Hashes.sha256(archive.getInputStream(entry).readAllBytes()));
          }
        }
      } else {
        all.put(name, Hashes.sha256(Files.readAllBytes(file)));
      }
    }
    return all;
  }

  private static Map<String, FileTime> times(Path files) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    for (Path file : AtomicFile.files(files)) {
      times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
    }
    return times;
  }

  @Test
  void whatIsKnownOfTheModelIsNotLookedForAgain() throws Exception {
    Path facts = folder.resolve("facts");
    Map<String, String> first = explained(facts);
    Map<String, FileTime> kept = times(facts);
    assertThat(kept.keySet())
        .anyMatch(name -> name.startsWith("default-layer-"))
        .anyMatch(name -> name.startsWith("onnx-cut-"))
        .anyMatch(name -> name.startsWith("output-range-"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(facts)))
        .isEqualTo("rwx------");
    assertThat(explained(facts)).isEqualTo(first);
    assertThat(times(facts)).isEqualTo(kept);
    Path nowhere = Files.createFile(folder.resolve("no-folder")).resolve("facts");
    assertThat(explained(nowhere)).isEqualTo(first);
  }

  @Test
  void aFolderThatOthersMayWriteToIsLeftAlone() throws Exception {
    Files.createDirectories(archives);
    Files.setPosixFilePermissions(archives, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(methods(Launcher.FILE, "").exit()).isZero();
    assertThat(methods(Launcher.FILE, "").err()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void withoutAFolderForThemItStartsAsBefore() throws Exception {
    archives = Files.createFile(folder.resolve("file")).resolve("classes");
    Launcher.Result result = methods(Launcher.FILE, "");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
  }
}
