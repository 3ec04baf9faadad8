package dev.limelight.fuzz;

import dev.limelight.fuzz.WorkerProcess.Report;
import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of the findings: {@code FORMAT/SEED-NUMBER/} has the damaged files, and in {@code
 * outcome.txt} how reading them ends.
 *
 * @param folder where they are written
 */
record Findings(Path folder) {

  /**
   * Writes one; what an earlier run has left there is replaced.
   *
   * @param input the folder with the input after the fewest steps
   * @param report what all steps came to
   * @param last what the fewest came to
   */
  void write(String format, long seed, long number, Path input, Report report, Report last)
      throws IOException {
    Path finding = folder.resolve(format).resolve(seed + "-" + number);
    AtomicFile.delete(finding);
    Files.createDirectories(finding);
    try (Stream<Path> files = Files.list(input)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, finding.resolve(file.getFileName()));
      }
    }
    boolean again = last.outcome().signature().equals(report.outcome().signature());
    Outcome outcome = report.outcome();
    Files.write(
        finding.resolve("outcome.txt"),
        List.of(
            "outcome: " + outcome.kind(),
            "error: " + outcome.error(),
            "where: " + outcome.where(),
            "message: " + outcome.message(),
            "sample and steps: " + (again ? last : report).description(),
            again ? "it ends so again" : "a second time it ends otherwise: " + last.outcome()));
  }
}
