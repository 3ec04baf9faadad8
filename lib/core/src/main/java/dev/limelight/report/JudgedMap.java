package dev.limelight.report;

import dev.limelight.Explanation;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A map and what was found of it.
 *
 * @param explanation the map with its prediction
 * @param findings such as verdicts; may be empty
 */
@API(status = Status.INTERNAL)
public record JudgedMap(Explanation explanation, List<Finding> findings) {

  /** Checks and copies. */
  public JudgedMap {
    Objects.requireNonNull(explanation, "explanation");
    findings = List.copyOf(findings);
  }
}
