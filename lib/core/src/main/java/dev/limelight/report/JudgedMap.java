package dev.limelight.report;

import dev.limelight.Explanation;
import java.util.List;
import java.util.Objects;

/**
 * A map with its findings.
 *
 * @param explanation the map with its prediction
 * @param findings such as verdicts; may be empty
 */
record JudgedMap(Explanation explanation, List<Finding> findings) {

  /** Checks and copies. */
  JudgedMap {
    Objects.requireNonNull(explanation, "explanation");
    findings = List.copyOf(findings);
  }
}
