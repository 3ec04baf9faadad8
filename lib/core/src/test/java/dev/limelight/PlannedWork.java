package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.method.Work;

/** What was planned and what was done. */
public final class PlannedWork {

  private PlannedWork() {}

  /** They are equal; a plan that says so may be the most that is done. */
  public static void assertDone(Work done, Work planned, String name) {
    if (planned.how().contains("fewer where there are no more")) {
      assertThat(done.forwards()).as(name).isBetween(1L, planned.forwards());
      assertThat(done)
          .as(name)
          .isEqualTo(planned.withForwards(done.forwards() - planned.forwards()));
    } else {
      assertThat(done).as(name).isEqualTo(planned);
    }
  }
}
