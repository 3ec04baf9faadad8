package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import dev.limelight.Fixtures;
import dev.limelight.model.Network;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.input.NetworkInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of a TorchScript archive is read once for a model. */
class HeldScriptsTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void setUp() throws IOException {
    Path fixture = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");
    file = Files.copy(fixture, folder.resolve("tiny.pt"));
  }

  private Model load() throws IOException {
    return new TorchScriptFile(file).load(null, KeptFacts.NONE);
  }

  @Test
  void theFirstNetworkTakesIt() throws IOException {
    try (Model model = load();
        Network first = new TorchScriptFormat().network(model)) {
      assertThat(HeldScripts.take(model)).isNull();
      try (Network second = new TorchScriptFormat().network(model)) {
        assertThat(second.signature()).isEqualTo(first.signature());
      }
    }
  }

  @Test
  void ofAFileThatWasChangedItIsReadAgain() throws IOException {
    try (Model model = load()) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
      assertThat(HeldScripts.take(model)).isNull();
    }
  }

  @Test
  void itGoesWithItsModel() throws IOException {
    Model model = load();
    model.close();
    assertThat(HeldScripts.take(model)).isNull();
  }

  @Test
  void theInputIsThatOfTheCode() throws IOException {
    try (Model model = load();
        TorchScriptNetwork network = TorchScriptNetwork.ofFirstOutput(model)) {
      NetworkInput input = new TorchScriptFormat().input(model);
      assertThat(input.channels()).isEqualTo(network.channels()).isEqualTo(3);
    }
  }
}
