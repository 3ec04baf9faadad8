package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with several outputs, and files whose names do not tell what they are. */
class OutputsIT {

  private static final Path OUTPUTS =
      Path.of("../core/src/test/resources/outputs").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private Launcher.Result explain(Path model, String... more) throws Exception {
    String[] first = {
      "explain",
      "--model",
      model.toString(),
      "--image",
      Launcher.fixture("picture-1.png"),
      "--size",
      "16",
      "--out",
      folder.resolve("out").toString()
    };
    String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return Launcher.run(all);
  }

  @Test
  void whatIsChosenIsSaidAndWritten() throws Exception {
    Path model = Files.copy(OUTPUTS.resolve("named.pt"), folder.resolve("net.pth"));
    Launcher.Result result = explain(model);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("note: of the outputs features and logits (N, 3) logits is explained");
    assertThat(Files.readString(folder.resolve("out/manifest.json")))
        .contains("\"output\": \"logits\"")
        .contains("\"modelNotes\": \"of the outputs features and logits");
  }

  @Test
  void anOutputIsAskedForByItsName() throws Exception {
    Launcher.Result chosen = explain(OUTPUTS.resolve("undecided.pt"), "--output", "1");
    assertThat(chosen.exit()).as(chosen.err()).isZero();
    assertThat(chosen.notes()).noneMatch(note -> note.contains("outputs"));
    Launcher.Result open = explain(OUTPUTS.resolve("undecided.pt"));
    assertThat(open.exit()).isEqualTo(1);
    assertThat(open.err()).contains("outputs 0 (N, 3) and 1, and nothing says which");
    Launcher.Result wrong = explain(OUTPUTS.resolve("named.pt"), "--output", "logit");
    assertThat(wrong.err()).contains("no output 'logit'; there are logits (N, 3), features");
    Launcher.Result constant = explain(OUTPUTS.resolve("named.pt"), "--constant", "a=b");
    assertThat(constant.exit()).isEqualTo(2);
    assertThat(constant.err()).contains("but got 'a=b'");
  }

  @Test
  void layersListsTheOutputsAfterTheTable() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "layers", "--model", OUTPUTS.resolve("named.pt").toString(), "--input", "3,16,16");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.rows()).contains("outputs: features, logits (N, 3)");
    assertThat(result.notes()).singleElement().asString().startsWith("of the outputs");
  }
}
