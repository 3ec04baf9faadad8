package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight doctor}, where all is well and where something is missing. */
class DoctorIT {

  @TempDir private Path folder;

  @Test
  void allEnginesLoadHere() throws Exception {
    Launcher.Result result = Launcher.run("doctor");
    assertThat(result.errors()).isEmpty();
    assertThat(result.out())
        .contains("Limelight", "Machine", "Engines", "Folders", "Class path", "What to do")
        .containsPattern("MXNet +\\d+\\.\\d+\\.\\d+ on cpu")
        .containsPattern("PyTorch +\\d+\\.\\d+\\.\\d+ on cpu")
        .containsPattern("ONNX Runtime +\\d+\\.\\d+\\.\\d+ on cpu")
        .containsPattern("Java +.*" + System.getProperty("java.specification.version"))
        .contains("limelight-cli-", "character set")
        // The version that runs, not the one that DJL names.
        .contains("\n  onnxruntime-" + onnxRuntime(result.out()) + ".jar\n")
        .doesNotContain(System.getProperty("user.home") + "/");
    boolean room = !result.out().contains("make room");
    assertThat(result.exit()).isEqualTo(room ? 0 : 1);
    if (room) {
      assertThat(result.rows()).contains("  nothing: everything that was tried works");
    }
  }

  private static String onnxRuntime(String out) {
    Matcher version = Pattern.compile("ONNX Runtime +([0-9.]+) on").matcher(out);
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  @Test
  void anEngineThatIsMissingOrHasNoLibraryIsNamed() throws Exception {
    Path home = Files.createDirectories(folder.resolve("limelight"));
    Path launcher =
        Files.copy(Launcher.FILE, Files.createDirectory(home.resolve("bin")).resolve("limelight"));
    Path lib = Files.createDirectory(home.resolve("lib"));
    List<Path> jars;
    try (Stream<Path> all = Files.list(Launcher.FILE.resolveSibling("../lib").normalize())) {
      jars = all.toList();
    }
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      if (!name.startsWith("mxnet-") && !name.startsWith("pytorch-native-cpu")) {
        Files.createSymbolicLink(lib.resolve(name), jar);
      }
    }
    Launcher.Result result = Launcher.run(launcher, "doctor");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out())
        .containsPattern("MXNet +not on the class path")
        .containsPattern("PyTorch +does not load: ")
        .containsPattern("ONNX Runtime +\\d+")
        .contains("MXNet is not on the class path: add ai.djl.mxnet:mxnet-engine")
        .contains("PyTorch does not load: check that ai.djl.pytorch:pytorch-engine");
  }

  @Test
  void anotherCharacterSetAndACacheThatCannotBeWrittenAreNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Launcher.Result result =
        Launcher.run(
            Map.of("LC_ALL", "C", "DJL_CACHE_DIR", file.resolve("cache").toString()), "doctor");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).contains("cannot be written").contains("set DJL_CACHE_DIR");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCrashOfANativeLibraryDoesNotEndIt() throws Exception {
    EngineCheck.Result crashed = EngineCheck.run(List.of("sh", "-c", "kill -SEGV $$"));
    assertThat(crashed.loads()).isFalse();
    assertThat(crashed.text()).isEqualTo("its native library ended the process, exit code 139");
    EngineCheck.Result refused =
        EngineCheck.run(List.of("sh", "-c", "echo noise >&2; echo no such library >&2; exit 1"));
    assertThat(refused.text()).isEqualTo("does not load: no such library");
    assertThat(EngineCheck.run(List.of("echo", "missing")).installed()).isFalse();
    assertThat(EngineCheck.run(List.of("echo", "1.2 on cpu")).loads()).isTrue();
  }
}
