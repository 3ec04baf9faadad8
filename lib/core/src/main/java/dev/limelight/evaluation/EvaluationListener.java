package dev.limelight.evaluation;

import dev.limelight.Explanation;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Receives the progress of an evaluation, on the thread that evaluates. */
@API(status = Status.INTERNAL)
public interface EvaluationListener {

  /**
   * A picture is done.
   *
   * @param done how many pictures are
   * @param total how many there are
   * @param cells what was measured on this one
   * @param explanations its maps, or none where it was done in an earlier run
   */
  void picture(int done, int total, List<Cell> cells, List<Explanation> explanations);
}
