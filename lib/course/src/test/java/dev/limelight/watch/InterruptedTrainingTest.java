package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.ProcessMemory;
import dev.limelight.course.train.ConvNet.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is stopped keeps what was logged, and nothing else stays. */
class InterruptedTrainingTest {

  /** Interrupts once so many batches are learnt, behind the listener that is tested. */
  private static final class Interrupting extends TrainingListenerAdapter {

    private final int after;
    private int batches;

    Interrupting(int after) {
      this.after = after;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      if (++batches == after) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @AfterEach
  void noInterruptIsLeft() {
    Thread.interrupted();
  }

  /** Writes through a channel, which an interrupted thread cannot. */
  private static final class FileSink extends RecordingSink {

    private final Path file;

    FileSink(Path file) {
      this.file = file;
    }

    @Override
    public void epoch(EpochOverlays overlays) throws IOException {
      super.epoch(overlays);
      write("epoch " + overlays.epoch() + "\n");
    }

    @Override
    public void close() throws IOException {
      super.close();
      write("end\n");
    }

    private void write(String text) throws IOException {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        channel.write(ByteBuffer.wrap(text.getBytes()));
      }
    }
  }

  /** By DJL's own loop, which knows no interrupts: the listener alone has to see it. */
  @Test
  void itStopsWithinABatchAndKeepsWhatWasLogged(@TempDir Path folder) throws Exception {
    FileSink sink = new FileSink(folder.resolve("log"));
    OverlayListener listener = Lessons.watch(sink).build();
    // Four batches an epoch.
    Interrupting interrupting = new Interrupting(6);
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      assertThatThrownBy(
              () ->
                  Lessons.easyFit(
                      model,
                      5,
                      1e-3f,
                      Lessons.behind(TrainingListener.Defaults.basic(), listener, interrupting)))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("epoch 2");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(interrupting.batches).isEqualTo(6);
    assertThat(sink.numbers()).containsExactly(0, 1);
    assertThat(sink.closed).isEqualTo(1);
    assertThat(sink.interruptedAtClose).isFalse();
    assertThat(Files.readAllLines(folder.resolve("log")))
        .containsExactly("epoch 0", "epoch 1", "end");
    assertThat(listener.failures()).isEmpty();
  }

  @Test
  void anInterruptBeforeTheTrainingLeavesNoSinkOpen() {
    RecordingSink sink = new RecordingSink();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      int arrays = model.getNDManager().getManagedArrays().size();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Lessons.fit(model, 2, Lessons.watch(sink).build()))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(model.getNDManager().getManagedArrays()).hasSize(arrays);
    }
    assertThat(sink.runs).hasSize(sink.closed);
    assertThat(sink.epochs).isEmpty();
  }

  /** What an interrupt does to a file that a sink is writing is not the sink's fault. */
  @Test
  void anInterruptWhileASinkWritesStopsTheTraining() {
    RecordingSink sink =
        new RecordingSink() {
          @Override
          public void epoch(EpochOverlays overlays) throws IOException {
            super.epoch(overlays);
            if (overlays.epoch() == 1) {
              Thread.currentThread().interrupt();
              throw new IOException("the channel was closed by an interrupt");
            }
          }
        };
    OverlayListener listener = Lessons.watch(sink).build();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      assertThatThrownBy(() -> Lessons.fit(model, 3, listener))
          .isInstanceOf(CancellationException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(sink.numbers()).containsExactly(0, 1);
    assertThat(sink.closed).isEqualTo(1);
    assertThat(listener.failures()).isEmpty();
  }

  /** The last epoch is told at the end of the training where it was not its turn. */
  @Test
  void anInterruptAtTheVeryEndIsPassedOnAndDoesNotKeepTheTrainerOpen() throws Exception {
    RecordingSink sink = new RecordingSink();
    try (Model model = Lessons.model(Lessons.net(Head.POOLED), "MXNet")) {
      Lessons.fit(
          model,
          1,
          Lessons.watch(sink).optEvery(2).build(),
          new TrainingListenerAdapter() {
            @Override
            public void onEpoch(Trainer trainer) {
              Thread.currentThread().interrupt();
            }
          });
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(sink.numbers()).containsExactly(0);
    assertThat(sink.closed).isEqualTo(1);
    assertThat(sink.interruptedAtClose).isFalse();
  }

  /** DJL's optimiser leaves its state with the model, watched or not. */
  @Test
  void twentyRunsOfACellLeaveNeitherMemoryNorThreads() throws Exception {
    try (Model model = Lessons.model(Lessons.net(Head.CONNECTED), "MXNet")) {
      ProcessMemory.growHeap();
      int alone = arraysLeft(model, () -> interruptedRun(model));
      assertThat(arraysLeft(model, () -> watchedRun(model))).isEqualTo(alone);
      Set<Thread> threads = Thread.getAllStackTraces().keySet();
      long resident = ProcessMemory.resident();
      for (int i = 0; i < 20; i++) {
        assertThat(arraysLeft(model, () -> watchedRun(model))).isEqualTo(alone);
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !thread.isDaemon())
          .isSubsetOf(threads);
      assertThat(ProcessMemory.resident() - resident)
          .as("resident bytes more")
          .isLessThan(96L << 20);
    }
  }

  private static int arraysLeft(Model model, Runnable run) {
    int before = model.getNDManager().getManagedArrays().size();
    run.run();
    return model.getNDManager().getManagedArrays().size() - before;
  }

  private static void watchedRun(Model model) {
    RecordingSink sink = new RecordingSink();
    OverlayListener listener = Lessons.watch(sink).build();
    interruptedRun(model, listener);
    assertThat(listener.failures()).isEmpty();
    assertThat(sink.numbers()).containsExactly(0, 1);
    assertThat(sink.closed).isEqualTo(1);
  }

  private static void interruptedRun(Model model, TrainingListener... listeners) {
    TrainingListener[] all = Lessons.behind(listeners, new Interrupting(6));
    assertThatThrownBy(() -> Lessons.fit(model, 3, all)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
