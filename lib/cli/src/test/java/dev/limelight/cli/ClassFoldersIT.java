package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders of pictures as classes of a network that tells twelve hues apart. */
class ClassFoldersIT {

  private static final Path RESOURCES = Path.of("src/test/resources/numeric-folders");
  private static final int CLASSES = 12;

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void prepare() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
  }

  /** Puts the picture of each class into a folder. */
  private void copy(int index, String name) throws IOException {
    Path into = Files.createDirectories(images.resolve(name));
    Files.copy(RESOURCES.resolve("d11/" + index + "/0.png"), into.resolve(index + ".png"));
  }

  private Launcher.Result run(String command, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                RESOURCES.resolve("hue12.onnx").toAbsolutePath().toString(),
                "--method",
                "grad-cam",
                "--images",
                images.toString(),
                "--verdicts",
                "0"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", page().toString()));
    }
    return Launcher.run(arguments.toArray(String[]::new));
  }

  private Path page() {
    return folder.resolve("page.html");
  }

  private Path labels(String second) throws IOException {
    StringBuilder text = new StringBuilder("red\n" + second + "\n");
    for (int i = 2; i < CLASSES; i++) {
      text.append("hue ").append(i).append('\n');
    }
    return Files.writeString(folder.resolve("labels.txt"), text);
  }

  @Test
  void namesThatAreIndicesAreTheClasses() throws Exception {
    for (int i = 0; i < CLASSES; i++) {
      copy(i, String.valueOf(i));
    }
    Launcher.Result result = run("audit");
    assertThat(result.errors()).isEmpty();
    assertThat(result.out())
        .contains("12 pictures, 12 predicted classes")
        .doesNotContain("true class", "left out");
    assertThat(Files.readString(page())).contains("100.0 % of them are right");
    Launcher.Result compared = run("compare", "--true-class", "--metrics", "sparseness");
    assertThat(compared.errors()).isEmpty();
    assertThat(compared.exit()).isZero();
  }

  @Test
  void theOrderOfOtherNamesIsNoIndex() throws Exception {
    for (int i = 0; i < CLASSES; i++) {
      copy(i, "hue-" + i);
    }
    Launcher.Result result = run("audit");
    assertThat(result.errors()).isEmpty();
    assertThat(result.notes())
        .anyMatch(note -> note.startsWith("the true classes of the pictures are unknown"));
    assertThat(Files.readString(page()))
        .contains("The true classes of the pictures are unknown: hue-0, hue-1,")
        .doesNotContain("of them are right");
    Files.delete(page());
    Launcher.Result refused = run("compare", "--true-class", "--metrics", "sparseness");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors())
        .startsWith("limelight: the true class can be explained only where it is known")
        .hasLineCount(1);
    assertThat(page()).doesNotExist();
  }

  @Test
  void aFolderIsRightByEitherClassOfItsName() throws Exception {
    String labels = labels("red").toString();
    copy(0, "red");
    copy(1, "red");
    for (int i = 2; i < CLASSES; i++) {
      copy(i, "hue " + i);
    }
    Launcher.Result result = run("audit", "--labels", labels);
    assertThat(result.errors()).isEmpty();
    assertThat(Files.readString(page()))
        .contains("100.0 % of them are right", "red (0)", "red (1)");
    Launcher.Result compared =
        run("compare", "--labels", labels, "--true-class", "--metrics", "sparseness");
    assertThat(compared.errors()).isEmpty();
    assertThat(compared.err())
        .containsPattern("note: \\d+ of 12 pictures could not be measured: red/0.png")
        .contains("its true class is ambiguous");
  }

  @Test
  void whatIsLeftOutIsSaid() throws Exception {
    copy(0, "0");
    copy(1, "1");
    Files.writeString(images.resolve("0/readme.txt"), "text");
    Files.copy(RESOURCES.resolve("d11/2/0.png"), images.resolve("beside.png"));
    Launcher.Result result = run("audit");
    assertThat(result.errors()).isEmpty();
    assertThat(result.notes())
        .anyMatch(note -> note.startsWith("1 picture lies beside the class folders"))
        .anyMatch(note -> note.startsWith("1 file is left out") && note.endsWith("readme.txt"));
  }

  @Test
  void aPageThatCannotBeWrittenIsFoundFirst() throws Exception {
    copy(0, "0");
    Path file = Files.writeString(folder.resolve("file"), "text");
    for (String command : List.of("audit", "compare")) {
      Launcher.Result result = run(command, "--out", file.resolve("page.html").toString());
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.errors())
          .startsWith("limelight: cannot write " + file)
          .endsWith("choose another --out\n")
          .hasLineCount(1);
    }
  }
}
