package dev.limelight.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaseTest {

  private static final Path ROOT = Path.of("../..");
  private static final int CASES = 100;

  /** All but those whose samples an engine makes, which need its native library. */
  static Stream<String> formats() {
    return FuzzFormats.all().stream()
        .map(FuzzFormat::name)
        .filter(name -> !name.equals("djl") && !name.equals("trouble"));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void followsFromTheSeedAndChangesTheFiles(String name) throws IOException {
    FuzzFormat format = FuzzFormats.named(name);
    List<Sample> samples = format.samples(ROOT);
    int changed = 0;
    for (int number = 0; number < CASES; number++) {
      Case one = Case.of(format, samples, 5, number);
      var files = one.files();
      var again = Case.of(format, format.samples(ROOT), 5, number).files();
      assertThat(again.keySet()).isEqualTo(files.keySet());
      files.forEach(
          (file, bytes) ->
              assertThat(Arrays.equals(again.get(file), bytes)).as(one.toString()).isTrue());
      assertThat(one.masked(0).files()).isEqualTo(one.sample().files());
      changed += files.keySet().stream().anyMatch(f -> differs(one, f)) ? 1 : 0;
    }
    assertThat(changed).isGreaterThan(CASES * 3 / 4);
  }

  private static boolean differs(Case one, String file) {
    return !Arrays.equals(one.files().get(file), one.sample().files().get(file));
  }
}
