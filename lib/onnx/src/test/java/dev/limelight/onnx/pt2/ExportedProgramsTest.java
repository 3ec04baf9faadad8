package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operator, as PyTorch of several versions saved it. */
class ExportedProgramsTest {

  private static List<Path> programs() throws IOException {
    return Pt2Fixture.all();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void logitsAndGradientsAreThoseOfPyTorch(Path program) throws IOException {
    String file = program.getFileName().toString();
    String name = file.substring(0, file.indexOf('-'));
    // Numbers of half precision are computed in float32 here, and rounded in PyTorch.
    double tolerance = name.equals("HalfPrecision") ? 1e-2 : 1e-5;
    assertThat(Pt2Fixture.difference(program, name)).isLessThan(tolerance);
  }

  @Test
  void allLayoutsAreThere() throws IOException {
    assertThat(programs())
        .extracting(file -> file.getFileName().toString().split("-")[1])
        .contains("2.6", "2.7", "2.8", "2.9", "2.15");
  }
}
