package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explainers in several threads: who waits for whom, and who never has to. */
class ExplainersTogetherTest {

  /** Only a deadlock takes so long. */
  private static final long SECONDS = 120;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** What a method does while its explainer holds the lock. */
  private interface Inside {
    void run() throws Exception;
  }

  private record Doing(Inside inside) implements Method {

    @Override
    public NDArray parts(Evidence evidence) {
      try {
        inside.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return evidence.activations();
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam("doing").withoutClasses();
    }
  }

  private static ExplainerBuilder builder(Model model) {
    return Explainer.builder().setModel(model).optPreprocessing(Preprocessing.of(64, 64));
  }

  private static Picture picture(int grey) {
    int[] pixels = new int[64 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (grey + i) % 256 << 8;
    }
    return Picture.of(64, 64, pixels, "picture " + grey);
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.get(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void explainersOnTwoEnginesWorkAtTheSameTime() throws Exception {
    try (Model one = TinyResNet.of("symbol");
        Model other = TinyResNet.of("PyTorch");
        Explainer first = builder(one).build();
        Explainer second = builder(other).build()) {
      CyclicBarrier both = new CyclicBarrier(2);
      Method meeting = new Doing(() -> both.await(SECONDS, TimeUnit.SECONDS));
      Future<Explanation> here =
          threads.submit(() -> first.explain(picture(0), meeting, Target.top()));
      Future<Explanation> there =
          threads.submit(() -> second.explain(picture(0), meeting, Target.top()));
      assertThat(done(here).predicted()).isEqualTo(done(there).predicted());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch"})
  void explainersOnOneEngineTakeTurns(String kind) throws Exception {
    try (Model model = TinyResNet.of(kind);
        Explainer first = builder(model).build();
        Explainer second = builder(model).build()) {
      AtomicInteger inside = new AtomicInteger();
      Method alone =
          new Doing(
              () -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                Thread.yield();
                inside.decrementAndGet();
              });
      List<Future<Explanation>> all =
          IntStream.range(0, 40)
              .mapToObj(i -> i % 2 == 0 ? first : second)
              .map(by -> threads.submit(() -> by.explain(picture(1), alone, Target.top())))
              .toList();
      for (Future<Explanation> one : all) {
        done(one);
      }
    }
  }

  /** Every callback waits for another thread that explains on the same engine. */
  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch", "traced"})
  void noCallbackIsCalledWhileTheLockIsHeld(String kind) throws Exception {
    try (Model model = TinyResNet.of(kind);
        Explainer other = builder(model).build()) {
      AtomicInteger calls = new AtomicInteger();
      Runnable callback =
          () -> {
            calls.incrementAndGet();
            Method cheap = Methods.named("eigen-cam");
            try {
              done(threads.submit(() -> other.explain(picture(2), cheap, Target.top())));
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          };
      try (Explainer explainer = builder(model).optProgress(passes -> callback.run()).build()) {
        float[] input = explainer.model().preprocessing().apply(picture(3));
        Method many = Methods.named("score-cam");
        explainer.explain(Question.of(picture(3), picture(4)).methods(many));
        assertThat(calls.getAndSet(0)).as("progress of a method").isPositive();
        explainer.logits(3, i -> input);
        assertThat(calls.getAndSet(0)).as("progress of logits").isPositive();
      }
      try (Explainer explainer = builder(model).build()) {
        float[] input = explainer.model().preprocessing().apply(picture(3));
        Method cheap = Methods.named("eigen-cam");
        Question question =
            Question.of(
                2,
                i -> {
                  callback.run();
                  return input;
                });
        explainer.explain(question.methods(cheap));
        assertThat(calls.getAndSet(0)).as("inputs of a question").isEqualTo(2);
        explainer.logits(
            2,
            i -> {
              callback.run();
              return input;
            });
        assertThat(calls.getAndSet(0)).as("inputs of logits").isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "PyTorch"})
  void anExplainerClosedDuringACallEndsTheCallFirst(String kind) throws Exception {
    try (Model model = TinyResNet.of(kind)) {
      Explainer[] self = new Explainer[1];
      CountDownLatch closed = new CountDownLatch(1);
      Explainer explainer =
          builder(model)
              .optProgress(
                  passes -> {
                    self[0].close();
                    closed.countDown();
                  })
              .build();
      self[0] = explainer;
      Method many = Methods.named("score-cam");
      Explanation seen = explainer.explain(picture(5), many, Target.of(1));
      assertThat(closed.getCount()).isZero();
      try (Explainer again = builder(model).build()) {
        assertThat(again.explain(picture(5), many, Target.of(1)).map().values())
            .containsExactly(seen.map().values());
      }
      assertThatThrownBy(() -> explainer.explain(picture(5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(() -> explainer.logits(1, i -> new float[3 * 64 * 64]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anInterruptEndsTheWaitForAnotherThread() throws Exception {
    try (Model model = TinyResNet.of("symbol");
        Explainer explainer = builder(model).build()) {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch enough = new CountDownLatch(1);
      Method slow =
          new Doing(
              () -> {
                inside.countDown();
                enough.await(SECONDS, TimeUnit.SECONDS);
              });
      Future<Explanation> first =
          threads.submit(() -> explainer.explain(picture(6), slow, Target.top()));
      inside.await(SECONDS, TimeUnit.SECONDS);
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      Thread[] waiting = new Thread[1];
      Future<Explanation> second =
          threads.submit(
              () -> {
                waiting[0] = Thread.currentThread();
                asked.countDown();
                try {
                  return explainer.explain(picture(6));
                } finally {
                  ended.countDown();
                }
              });
      asked.await(SECONDS, TimeUnit.SECONDS);
      waiting[0].interrupt();
      assertThat(ended.await(SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(first.isDone()).isFalse();
      assertThatThrownBy(() -> done(second))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CancellationException.class);
      enough.countDown();
      done(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void closingAViewFreesItsCutAlone(String kind) {
    String second = TinyResNet.path(kind, "layer2");
    String third = TinyResNet.path(kind, "layer3");
    try (Model model = TinyResNet.of(kind);
        Explainer explainer = builder(model).optLayer(LayerPath.of(third)).build()) {
      for (int i = 0; i < 100; i++) {
        explainer.at(second);
        explainer.at(second, third).with(Preprocessing.of(48, 48)).at(third);
      }
      assertThat(((LocalRunner) explainer.runner()).network().cutLayers()).isEqualTo(2);
      Explanation before = explainer.at(second).explain(picture(7), eigen(), Target.of(1));
      Explainer view = explainer.at(second, third);
      view.close();
      view.close();
      // The layer of the explainer itself stays.
      assertThat(((LocalRunner) explainer.runner()).network().cutLayers()).isEqualTo(1);
      assertThatThrownBy(() -> view.explain(picture(7), eigen(), Target.of(1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(explainer.at(second).explain(picture(7), eigen(), Target.of(1)).map().values())
          .containsExactly(before.map().values());
    }
  }

  private static Method eigen() {
    return Methods.named("eigen-cam");
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch"})
  void copiesThatAreClosedAreForgottenAndFreed(String kind) {
    try (Model model = TinyResNet.of(kind);
        Explainer explainer = builder(model).build()) {
      explainer.explain(picture(8));
      int arrays = 0;
      for (int i = 0; i < 5; i++) {
        try (Explainer random = explainer.shuffled(2, i);
            Explainer view = random.at(TinyResNet.path(kind, "layer2"))) {
          view.explain(picture(8), new GradCam(), Target.of(0));
          random.explain(picture(8));
          assertThat(((LocalRunner) explainer.runner()).network().openCopies()).isEqualTo(1);
        }
        assertThat(((LocalRunner) explainer.runner()).network().openCopies()).isZero();
        int now = model.getNDManager().getManagedArrays().size();
        assertThat(now).isEqualTo(i == 0 ? now : arrays);
        arrays = now;
      }
    }
  }
}
