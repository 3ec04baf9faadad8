package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFolderTest {

  @TempDir private Path folder;

  private void run(String overlay) throws IOException {
    try (OutputFolder out = new OutputFolder(folder.resolve("out"))) {
      Files.writeString(out.file(overlay), "overlay");
      Files.writeString(
          out.file("manifest.json"),
          "{\"provenance\": {\"limelight\": \"0\"}, \"explanations\": [{\"overlay\": \""
              + overlay
              + "\"}, {\"overlay\": null}]}");
      out.finish();
    }
  }

  @Test
  void theResultsOfAnEarlierRunAreReplacedAsAWhole() throws IOException {
    run("first.png");
    Path own = Files.writeString(folder.resolve("out/mine.png"), "mine");
    run("second.png");
    Path out = folder.resolve("out");
    assertThat(AtomicFile.files(out))
        .containsExactly(out.resolve("manifest.json"), own, out.resolve("second.png"));
    run("second.png");
    assertThat(AtomicFile.files(out)).hasSize(3);
  }

  @Test
  void resultsStayWhereNewOnesAreNotFinished() throws IOException {
    run("first.png");
    try (OutputFolder out = new OutputFolder(folder.resolve("out"))) {
      Files.writeString(out.file("second.png"), "overlay");
    }
    assertThat(AtomicFile.files(folder.resolve("out")))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("first.png", "manifest.json");
  }

  @Test
  void aManifestRemovesNothingElsewhere() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere.png"), "mine");
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(
        out.resolve("manifest.json"),
        "{\"provenance\": {\"limelight\": \"0\"}, \"explanations\":"
            + " [{\"overlay\": \"../elsewhere.png\"}]}");
    run("first.png");
    assertThat(elsewhere).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"old", "{}", "[]", "{\"name\": \"an app\"}", ""})
  void theManifestOfSomethingElseIsNotReplaced(String text) throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path manifest = Files.writeString(out.resolve("manifest.json"), text);
    assertThatThrownBy(() -> new OutputFolder(out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not a manifest of explanations");
    assertThat(AtomicFile.files(out)).containsExactly(manifest);
  }
}
