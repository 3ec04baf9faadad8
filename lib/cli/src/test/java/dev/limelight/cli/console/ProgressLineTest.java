package dev.limelight.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private static final long SECOND = 1_000_000_000L;

  private final StringWriter written = new StringWriter();
  private final AtomicLong clock = new AtomicLong();
  private final ProgressLine line =
      new ProgressLine(new PrintWriter(written), false, "score-cam", "passes", clock::get);

  @Test
  void itShowsTheTimeLeftAndIsRemovedAtTheEnd() {
    line.expect(2048);
    clock.set(10 * SECOND);
    line.accept(512);
    assertThat(written).hasToString("\rscore-cam: 512 of 2048 passes, about 30 s left");
    clock.set(11 * SECOND);
    line.accept(1536);
    String last = "score-cam: 2048 passes";
    assertThat(written.toString()).contains("\r" + last + " ");
    line.close();
    assertThat(written.toString()).endsWith("\r" + " ".repeat(last.length()) + "\r");
  }

  @Test
  void aLogHasALineEveryTenSeconds() {
    ProgressLine log =
        new ProgressLine(new PrintWriter(written), true, "score-cam", "passes", clock::get);
    log.expect(40);
    for (int second = 1; second <= 25; second++) {
      clock.set(second * SECOND);
      log.accept(1);
    }
    log.close();
    assertThat(written.toString().lines())
        .containsExactly(
            "progress: score-cam: 10 of 40 passes, about 30 s left",
            "progress: score-cam: 20 of 40 passes, about 20 s left");
  }

  @Test
  void shortWorkIsNotShown() {
    line.expect(32);
    clock.set(SECOND / 100);
    line.accept(32);
    line.close();
    assertThat(written).hasToString("");
  }
}
