package dev.limelight.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadAheadTest {

  @Test
  void itemsComeInOrder() throws IOException {
    List<Integer> taken = new ArrayList<>();
    try (ReadAhead<Integer> ahead = new ReadAhead<>(100, 7, index -> index * index)) {
      for (int i = 0; i < 100; i++) {
        taken.add(ahead.next());
      }
    }
    assertThat(taken).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(taken.get(i)).isEqualTo(i * i);
    }
  }

  @Test
  void noMoreAreReadThanMayBeInMemory() throws Exception {
    AtomicInteger read = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(4);
    try (ReadAhead<Integer> ahead =
        new ReadAhead<>(
            100,
            4,
            index -> {
              full.countDown();
              return read.incrementAndGet();
            })) {
      full.await();
      for (int taken = 0; taken < 20; taken++) {
        assertThat(read.get()).isLessThanOrEqualTo(taken + 4);
        ahead.next();
      }
    }
  }

  @Test
  void theyAreReadWhileTheCallerDoesSomethingElse() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (ReadAhead<Integer> ahead =
        new ReadAhead<>(
            2,
            1,
            index -> {
              if (index == 1) {
                second.countDown();
              }
              return index;
            })) {
      assertThat(ahead.next()).isZero();
      // Nobody has asked for it yet.
      second.await();
      assertThat(ahead.next()).isEqualTo(1);
    }
  }

  @Test
  void anItemThatFailsDoesNotEndTheOthers() throws IOException {
    try (ReadAhead<Integer> ahead =
        new ReadAhead<>(
            3,
            2,
            index -> {
              if (index == 0) {
                throw new IOException("no such file: a.jpg");
              }
              if (index == 1) {
                throw new IllegalArgumentException("not a picture: b.jpg");
              }
              return index;
            })) {
      assertThatIOException().isThrownBy(ahead::next).withMessage("no such file: a.jpg");
      assertThatIllegalArgumentException()
          .isThrownBy(ahead::next)
          .withMessage("not a picture: b.jpg");
      assertThat(ahead.next()).isEqualTo(2);
    }
  }

  @Test
  void anInterruptEndsTheWait() {
    CountDownLatch never = new CountDownLatch(1);
    try (ReadAhead<Integer> ahead =
        new ReadAhead<>(
            1,
            1,
            index -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return index;
            })) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(ahead::next).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
