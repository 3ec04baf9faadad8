package dev.limelight.model.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that once ended this process in native code, took its memory or never came back: each is
 * refused in a sentence before an engine sees it.
 */
class HostileModelsTest {

  private static final Path FILES = Path.of("src/test/resources/hostile");

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "01/tiny-symbol.json, output 1 of the node",
    "02/parentheses-600.pt, more than 100 brackets in one another",
    "02/deep-parentheses-or-minus.pt, which PyTorch might not survive",
    "03/folder, which is no ai.djl.nn.BlockFactory",
    "05/seed5, holds parameters and no network",
    "05/seed44, holds parameters and no network",
    "05/seed64, holds parameters and no network",
    "06/constants.pt, a text is longer than the file",
    "06/constants-nested.pt, lie too deep in one another",
    "09/while.pt, 'a loop without a bound (while)'",
    "two-inputs/tiny-resnet-symbol.json, has 2 inputs where MXNet takes 3",
    "15/tiny.pt, a parameter without a type",
    "long-array, has the shape [1073741826] and 8 bytes",
  })
  void isRefusedInASentence(String name, String reason) {
    Path file = FILES.resolve(name);
    assertThatThrownBy(() -> Explainer.of(file).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(600));
  }
}
