package dev.limelight.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void aNameMayBeAsLongAsTheFileSystemAllows() throws IOException {
    Path file = folder.resolve("n".repeat(250) + ".html");
    AtomicFile.checkWritable(file);
    AtomicFile.write(new byte[] {1}, file);
    assertThat(AtomicFile.files(folder)).containsExactly(file);
    Path longer = folder.resolve("n".repeat(256));
    assertThatThrownBy(() -> AtomicFile.checkWritable(longer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + longer)
        .hasMessageContaining("too long");
    assertThat(AtomicFile.files(folder)).containsExactly(file);
  }

  @Test
  void aCheckLeavesNothingAndSaysWhy() throws IOException {
    AtomicFile.checkWritable(folder.resolve("new/inner/page.html"));
    assertThat(AtomicFile.files(folder)).isEmpty();
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertThatThrownBy(() -> AtomicFile.checkWritable(file.resolve("page.html")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write " + file.resolve("page.html") + ": ")
        .hasMessageNotContaining("Exception");
    assertThatThrownBy(() -> AtomicFile.checkWritable(folder))
        .hasMessageContaining("is a folder; give the name of a file");
    AtomicFile.checkWritable(file);
    assertThat(file).hasContent("text");
  }

  @Test
  void namesAreCutByTheirBytes() {
    String name = FileNames.of("\u00fc".repeat(200) + "\uD83D\uDE00", "-grad-cam.png");
    assertThat(name).endsWith("\u00fc-grad-cam.png");
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isBetween(254, 255);
    assertThat(FileNames.cut("a\uD83D\uDE00b", 4)).isEqualTo("a");
    assertThat(FileNames.cut("a\uD83D\uDE00b", 5)).isEqualTo("a\uD83D\uDE00");
    assertThat(FileNames.of("cat", ".png")).isEqualTo("cat.png");
  }

  /** Makes a temporary folder with a file, says so, and waits. */
  public static final class Waiting {
    public static void main(String[] arguments) throws Exception {
      Path made = Temporary.add(Files.createTempDirectory(Path.of(arguments[0]), ".limelight-"));
      Files.writeString(made.resolve("half"), "half");
      System.out.println("ready");
      System.out.flush();
      Thread.sleep(TimeUnit.MINUTES.toMillis(2));
    }
  }

  @Test
  void whatIsTemporaryIsRemovedWhenTheProgramIsEnded() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      assertThat(AtomicFile.files(folder)).hasSize(1);
      // SIGTERM, which runs the same hooks as Ctrl-C.
      process.destroy();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(AtomicFile.files(folder)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }
}
