package dev.limelight.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void eachStepIsDoneOnce(int threads) {
    AtomicInteger next = new AtomicInteger();
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    Workers.run(
        threads,
        () -> {
          int step = next.getAndIncrement();
          return step < 100 && done.add(step);
        });
    assertThat(done).hasSize(100);
  }

  @Test
  void oneThreadIsTheCallers() {
    Workers.run(
        1,
        () -> {
          assertThat(Thread.currentThread().getName()).doesNotContain("limelight-worker");
          return false;
        });
  }

  @Test
  void severalWorkAtOnce() {
    CountDownLatch both = new CountDownLatch(2);
    Workers.run(
        2,
        () -> {
          both.countDown();
          await(both);
          return false;
        });
    assertThat(both.getCount()).isZero();
  }

  @Test
  void aFailureEndsTheWorkAndIsThrown() throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Workers.run(
                    2,
                    () -> {
                      if (steps.incrementAndGet() == 5) {
                        throw new UnsupportedException("the fifth");
                      }
                      return true;
                    }))
        .isInstanceOf(UnsupportedException.class)
        .hasMessage("the fifth");
    int then = steps.get();
    // Nothing of the work goes on.
    Thread.sleep(20);
    assertThat(steps).hasValue(then);
  }

  @Test
  void anInterruptEndsTheThreads() {
    Thread caller = Thread.currentThread();
    AtomicInteger interrupted = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    Thread other =
        new Thread(
            () -> {
              await(both);
              caller.interrupt();
            });
    other.start();
    assertThatThrownBy(
            () ->
                Workers.run(
                    2,
                    () -> {
                      both.countDown();
                      try {
                        Thread.sleep(60_000);
                      } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                      }
                      return false;
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted).hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
