package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.TinyResNet;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where MXNet's native library is missing, as on ARM, PyTorch runs what it can. */
class WithoutNativesTest {

  @TempDir private Path folder;

  @Test
  void pyTorchRunsWhatItCanAndTheRestIsRefusedInASentence() throws Exception {
    List<String> lines = run();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0))
        .isEqualTo(
            "> PyTorch [the native library of MXNet cannot be loaded here, so that the model runs"
                + " on PyTorch]");
    assertThat(lines.get(1)).isEqualTo("> PyTorch PyTorch");
    assertThat(lines.get(2)).startsWith("> [] [").contains("cpu");
    assertThat(lines.get(3)).isEqualTo("> (1, 4)");
    assertThat(lines.get(4)).isEqualTo("> (1, 4)");
    assertThat(lines.get(5))
        .startsWith("> MXNet's native library cannot be loaded here (")
        .endsWith("); add the jar that has it for this system, or use a model of another engine")
        .doesNotContain("Exception", "Error");
  }

  private List<String> run() throws Exception {
    // The libraries that were unpacked before are not looked for.
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path unpacked = Path.of(System.getProperty("user.home"), ".djl.ai", "pytorch");
    if (Files.exists(unpacked)) {
      Files.createSymbolicLink(cache.resolve("pytorch"), unpacked);
    }
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(each -> !Path.of(each).getFileName().toString().startsWith("mxnet-native"))
            .collect(Collectors.joining(File.pathSeparator));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dai.djl.offline=true",
                "-DDJL_CACHE_DIR=" + cache,
                "-DENGINE_CACHE_DIR=" + cache,
                "-cp",
                path,
                WithoutNatives.class.getName(),
                Files.createDirectory(folder.resolve("blocks")).toString(),
                TinyResNet.folder().resolve("tiny-resnet-symbol.json").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed.lines().filter(line -> line.startsWith("> ")).toList();
  }
}
