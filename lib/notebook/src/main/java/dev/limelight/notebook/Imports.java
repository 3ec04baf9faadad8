package dev.limelight.notebook;

import java.util.List;
import java.util.function.Consumer;

/** The imports that every notebook has. */
final class Imports {

  /**
   * Separate statements, so that a package missing from the class path affects only its own import.
   */
  static final List<String> STATEMENTS =
      List.of(
          "import static dev.limelight.notebook.Notebook.*;",
          "import dev.limelight.notebook.*;",
          "import dev.limelight.notebook.chart.*;",
          "import dev.limelight.*;",
          "import dev.limelight.target.*;",
          "import dev.limelight.image.*;",
          "import dev.limelight.codec.*;",
          "import dev.limelight.drawing.*;",
          "import dev.limelight.cam.*;",
          "import dev.limelight.cam.layered.*;",
          "import dev.limelight.cam.perturbed.*;",
          "import dev.limelight.enlarge.*;",
          "import dev.limelight.gradient.*;",
          "import dev.limelight.method.*;",
          "import dev.limelight.perturb.*;",
          "import dev.limelight.smooth.*;",
          "import dev.limelight.metric.*;",
          "import dev.limelight.metric.localisation.*;",
          "import dev.limelight.metric.detection.*;",
          "import dev.limelight.detection.*;",
          "import dev.limelight.evaluation.*;",
          "import dev.limelight.evaluation.Evaluation.*;",
          "import dev.limelight.verdict.*;",
          "import dev.limelight.verdict.Verdict.*;",
          "import dev.limelight.randomisation.*;",
          "import dev.limelight.audit.*;",
          "import dev.limelight.concept.*;",
          "import dev.limelight.course.speed.*;",
          "import dev.limelight.model.*;",
          "import dev.limelight.model.loading.*;",
          "import dev.limelight.data.*;",
          "import dev.limelight.course.data.*;",
          "import dev.limelight.course.train.*;",
          "import dev.limelight.watch.*;",
          "import dev.limelight.sink.*;",
          "import dev.limelight.report.*;",
          "import ai.djl.*;",
          "import ai.djl.ndarray.*;",
          "import ai.djl.ndarray.types.*;",
          "import ai.djl.modality.*;",
          "import ai.djl.modality.cv.*;",
          "import ai.djl.training.dataset.Dataset;",
          "import tech.tablesaw.api.*;",
          "import java.nio.file.*;",
          "import java.util.function.*;",
          "import java.util.stream.*;");

  private Imports() {}

  /** Passes each statement to a kernel. */
  static void into(Consumer<String> kernel) {
    for (String statement : STATEMENTS) {
      try {
        kernel.accept(statement);
      } catch (RuntimeException packageIsAbsent) {
        // Nothing to import from it.
      }
    }
  }
}
