package dev.limelight.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LooksTest {

  @TempDir private Path folder;

  @Test
  void looksAreCountedASetEach() throws IOException {
    assertThat(Looks.in(folder).count("report, seed 1")).isZero();
    Looks.in(folder).add("report, seed 1", "grad-cam");
    Looks.in(folder).add("report, seed 1", "layer-cam,\tgrad-cam\n");
    Looks.in(folder).add("report, seed 2", "grad-cam");
    assertThat(Looks.in(folder).count("report, seed 1")).isEqualTo(2);
    assertThat(Looks.in(folder).count("report, seed 2")).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve(Looks.NAME))).hasSize(4);
  }

  @Test
  void anotherFileOfThatNameIsKept() throws IOException {
    Files.writeString(folder.resolve(Looks.NAME), "mine\n");
    assertThatThrownBy(() -> Looks.in(folder)).hasMessageContaining("move it away");
  }
}
