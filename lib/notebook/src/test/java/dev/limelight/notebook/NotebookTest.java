package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NotebookTest {

  @Test
  void aLiveDisplayLeavesOneOutput() {
    try (RecordingScreen screen = new RecordingScreen()) {
      Live live = Notebook.live();
      assertThat(screen.outputs()).isEmpty();
      for (int i = 1; i <= 5; i++) {
        live.update("epoch " + i);
      }

      assertThat(screen.outputs()).hasSize(1);
      assertThat(screen.updates).isEqualTo(4);
      assertThat(screen.last().text()).isEqualTo("epoch 5");
    }
  }

  @Test
  void progressShowsTheTimeLeftUntilItEnds() {
    AtomicLong nanos = new AtomicLong();
    try (RecordingScreen screen = new RecordingScreen()) {
      try (Progress bar = new Progress("training", 10, nanos::get)) {
        for (int i = 0; i < 9; i++) {
          nanos.addAndGet(1_000_000_000L);
          bar.step("loss 0.3");
        }
        assertThat(screen.last().text()).isEqualTo("training: 9 of 10, about 1 s left, loss 0.3");
        bar.step();
      }

      assertThat(screen.outputs()).hasSize(1);
      assertThat(screen.last().text()).isEqualTo("✓ training: 10 of 10");
    }
  }

  @Test
  void progressIsShownAtAReadablePace() {
    AtomicLong nanos = new AtomicLong();
    try (RecordingScreen screen = new RecordingScreen();
        Progress bar = new Progress("scoring", 100_000, nanos::get)) {
      for (int i = 0; i < 99_999; i++) {
        nanos.addAndGet(10_000L);
        bar.step();
      }

      assertThat(screen.updates).isBetween(3, 6);
    }
  }

  @Test
  void progressThatEndsEarlyShowsHowManyStepsWereDone() {
    try (RecordingScreen screen = new RecordingScreen()) {
      try (Progress bar = Notebook.progress("training", 10)) {
        bar.step();
      }

      assertThat(screen.last().text()).isEqualTo("… training: stopped after 1 of 10");
    }
  }

  @Test
  void anInterruptEndsALoopThatShowsSomething() {
    try (RecordingScreen screen = new RecordingScreen()) {
      Live live = Notebook.live("begin");
      Progress bar = Notebook.progress("work", 2);
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> live.update("more")).isInstanceOf(CancellationException.class);
        assertThatThrownBy(bar::step).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> Notebook.show("x")).isInstanceOf(CancellationException.class);
      } finally {
        Thread.interrupted();
      }
      assertThat(screen.outputs()).hasSize(2);
    }
  }

  @Test
  void aCheckPrintsItsMessageOrStops() {
    try (RecordingScreen screen = new RecordingScreen()) {
      Notebook.check(true, "accuracy 0.93 is at least 0.90");
      assertThat(screen.last().text()).isEqualTo("✓ accuracy 0.93 is at least 0.90");

      Notebook.check(true, "%.1f %% of %d", 12.5, 8);
      assertThat(screen.last().text()).isEqualTo("✓ 12.5 % of 8");
      assertThatThrownBy(() -> Notebook.check(false, "accuracy 0.5 is at least 0.90"))
          .isInstanceOf(CheckFailedError.class)
          .hasMessage("check failed: accuracy 0.5 is at least 0.90");
      assertThatThrownBy(() -> Notebook.checkClose("logit", Double.NaN, 1, 0.1))
          .isInstanceOf(CheckFailedError.class);
      assertThatThrownBy(() -> Notebook.checkClose("logit", 1.2, 1, 0.1))
          .hasMessage("check failed: logit: 1.2 is within 0.1 of 1");
    }
  }

  @Test
  void timedReturnsTheValueAndTheTimeWithOneOutput() throws Exception {
    try (RecordingScreen screen = new RecordingScreen()) {
      Timing<Integer> timing = Notebook.timed("counting", () -> 42);

      assertThat(timing.value()).isEqualTo(42);
      assertThat(timing.took()).isPositive();
      assertThat(screen.outputs()).hasSize(1);
      assertThat(screen.last().text()).startsWith("✓ counting");
    }
  }

  @Test
  void timingsCompare() {
    Timing<String> fast = new Timing<>("fast", "", Duration.ofMillis(20));
    Timing<String> slow = new Timing<>("slow", "", Duration.ofMillis(50));

    assertThat(fast.timesFasterThan(slow)).isEqualTo(2.5);
    assertThat(fast).hasToString("fast: 20 ms");
  }

  @Test
  void aRowIsOneOutput() {
    try (RecordingScreen screen = new RecordingScreen()) {
      Notebook.show(Notebook.row("left", "right"));

      assertThat(screen.outputs()).hasSize(1);
      assertThat(screen.last().text()).isEqualTo("left\nright");
    }
  }

  @Test
  void theProfileIsQuickUnlessNamed() {
    assertThat(Profile.named(null).isQuick()).isTrue();
    assertThat(Profile.named(" ").pick(1, 2)).isEqualTo(1);
    assertThat(Profile.named("full").pick(1, 2)).isEqualTo(2);
    assertThatThrownBy(() -> Profile.named("fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no profile \"fast\"; LIMELIGHT_PROFILE can be quick or full");
  }

  @Test
  void outsideANotebookNothingIsInstalled() {
    Screen before = Notebook.screen();
    Notebook.install();
    assertThat(Notebook.screen()).isSameAs(before);
  }
}
