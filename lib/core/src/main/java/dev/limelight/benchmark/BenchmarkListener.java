package dev.limelight.benchmark;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Receives the progress of a benchmark, on its thread. */
@API(status = Status.INTERNAL)
public interface BenchmarkListener {

  /** What is being done. */
  enum Step {
    /** Scenes are made, and the network looks at them. */
    SCENES,
    /** Maps are compared with masks. */
    MAPS,
    /** Randomisation, insertion and deletion. */
    COSTLY
  }

  /** So many of all pictures of a step are done. */
  void reached(Step step, int done, int total);
}
