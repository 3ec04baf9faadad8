package dev.limelight.cli;

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
      new ProgressLine(new PrintWriter(written), "score-cam", "passes", clock::get);

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
  void shortWorkIsNotShown() {
    line.expect(32);
    clock.set(SECOND / 100);
    line.accept(32);
    line.close();
    assertThat(written).hasToString("");
  }
}
