package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where explain writes if no folder is named. */
class DefaultFolderIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet.onnx");

  @TempDir private Path folder;

  private Launcher.Result explain(String... pictures) throws Exception {
    List<String> all = new ArrayList<>(List.of("explain", "--model", MODEL, "--image"));
    for (String picture : pictures) {
      all.add(Launcher.fixture(picture));
    }
    return Launcher.runIn(folder, all.toArray(String[]::new));
  }

  private static String note(String name) {
    return "the results are in the folder " + name + "; --out names another";
  }

  @Test
  void itIsNamedAfterThePictureAndTheMethod() throws Exception {
    String name = "picture-0-grad-cam";
    Launcher.Result first = explain("picture-0.png");
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.notes()).contains(note(name));
    assertThat(first.out()).contains(name + "/picture-0-grad-cam.png");
    Path written = folder.resolve(name);
    assertThat(written.resolve("explanations.npz")).exists();
    assertThat(Files.readString(written.resolve("manifest.json"))).doesNotContain("--out names");
    Launcher.Result again = explain("picture-0.png");
    assertThat(again.exit()).isZero();
    assertThat(again.notes()).contains("replaced the results of an earlier run in " + name);
    assertThat(explain("picture-0.png", "picture-1.png").notes())
        .contains(note("picture-0-and-1-more-grad-cam"));
    assertThat(folder).isDirectoryContaining(path -> path.endsWith(name));
    assertThat(folder.toFile().list()).hasSize(2);
  }

  @Test
  void whatIsThereAlreadyIsLeftAlone() throws Exception {
    Path own = Files.createDirectory(folder.resolve("picture-0-grad-cam"));
    Path text = Files.writeString(own.resolve("manifest.json"), "{}");
    Files.writeString(folder.resolve("picture-0-grad-cam-2"), "a file");
    Launcher.Result result = explain("picture-0.png");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.notes()).contains(note("picture-0-grad-cam-3"));
    assertThat(text).hasContent("{}");
    assertThat(own.toFile().list()).hasSize(1);
    assertThat(folder.resolve("picture-0-grad-cam-2")).hasContent("a file");
  }
}
