package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as the Hugging Face hub has them. */
class HubFolderIT {

  private static final Path STORED =
      Path.of(Launcher.fixture("")).resolveSibling("hub").toAbsolutePath();

  @TempDir private Path folder;

  private Path copy() throws Exception {
    Path copy = Files.createDirectory(folder.resolve("tiny-vit"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(STORED.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  private static Launcher.Result explain(Path model, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                model.toString(),
                "--image",
                Launcher.fixture("picture-0.png"),
                "--out",
                model.resolveSibling("out").toString()));
    arguments.addAll(Arrays.asList(more));
    return Launcher.run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mxnet", "pytorch"})
  void aFolderIsExplainedWithTheNamesOfItsClasses(String engine) throws Exception {
    Launcher.Result result = explain(copy(), "--engine", engine);
    // PyTorch warns of its own calls.
    assertThat(result.exit()).as("%s", result.err()).isZero();
    assertThat(result.out()).containsAnyOf("tabby", "Siamese", "beagle", "collie", "hare");
  }

  @Test
  void anotherArchitectureIsRefusedInASentence() throws Exception {
    Path copy = copy();
    Files.writeString(copy.resolve("config.json"), "{\"architecture\":\"resnext50_32x4d\"}");
    Launcher.Result result = explain(copy);
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.errors())
        .startsWith("limelight: ")
        .contains("resnext50_32x4d, which is not supported", "resnet50")
        .hasLineCount(1);
  }
}
