package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.course.data.CatsVsDogs;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.data.Example;
import dev.limelight.model.EngineName;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlayListener;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The cost of overlays after every epoch of notebook 01's small network. Each epoch is compared
 * with itself, without and with the listener's work at its end, because two trainings differ by
 * more than that.
 */
public final class WatchBench {

  private static final int EPOCHS = 9;
  private static final int PROBES = 8;
  private static final double TARGET = 1.05;

  private WatchBench() {}

  /** Draws the overlays, as every sink that stores images does, and counts the bytes. */
  private static final class DrawingSink implements OverlaySink {

    private long bytes;

    @Override
    public void begin(WatchedRun run) {
      bytes = 0;
    }

    @Override
    public void epoch(EpochOverlays overlays) throws IOException {
      bytes += overlays.pngs().stream().mapToLong(png -> png.length).sum();
    }

    @Override
    public void close() throws IOException {
      if (bytes == 0) {
        throw new IOException("nothing was drawn");
      }
    }
  }

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table; the folder of cats and dogs
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    CatsVsDogs test =
        CatsVsDogs.builder()
            .setFolder(folder)
            .optSize(32)
            .optUsage(Dataset.Usage.TEST)
            .setSampling(100, false)
            .build();
    CatsVsDogs train =
        CatsVsDogs.builder()
            .setFolder(folder)
            .optSize(32)
            .optFlip(true)
            .optPerClass(1000)
            .setSampling(50, true)
            .build();
    List<Example> probes =
        IntStream.range(0, PROBES)
            .mapToObj(i -> Example.of(test.picture(i), test.label(i)))
            .toList();
    List<String> rows = new ArrayList<>();
    rows.add("| head | an epoch, s | with 8 probes, s | ratio | target |");
    rows.add("|---|---:|---:|---:|---:|");
    for (ConvNet.Head head : ConvNet.Head.values()) {
      train(train, test, head, watch(probes), 2);
      List<Seconds> epochs = train(train, test, head, watch(probes), EPOCHS);
      rows.add(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %.3f | %.3f | %.2f |",
              head.name().toLowerCase(Locale.ROOT),
              median(epochs, Seconds::alone),
              median(epochs, Seconds::watched),
              median(epochs, epoch -> epoch.watched() / epoch.alone()),
              TARGET));
    }
    new Report(Path.of(args[0])).write("watch", rows);
  }

  private static OverlayListener watch(List<Example> probes) {
    return OverlayListener.builder()
        .setProbes(probes)
        .setSinks(new DrawingSink())
        .optLabels("cat", "dog")
        .build();
  }

  private static double median(List<Seconds> epochs, ToDoubleFunction<Seconds> duration) {
    return epochs.stream().mapToDouble(duration).sorted().toArray()[epochs.size() / 2];
  }

  /** The duration of an epoch without and with the listener. */
  private record Seconds(double alone, double watched) {}

  /** Measures before and after the listener. */
  private static final class Clock {

    private final List<Seconds> epochs = new ArrayList<>();
    private long start;
    private double alone;

    private final TrainingListener before =
        new TrainingListenerAdapter() {
          @Override
          public void onEpoch(Trainer trainer) {
            alone = (System.nanoTime() - start) / 1e9;
          }
        };

    private final TrainingListener after =
        new TrainingListenerAdapter() {
          @Override
          public void onTrainingBegin(Trainer trainer) {
            start = System.nanoTime();
          }

          @Override
          public void onEpoch(Trainer trainer) {
            long now = System.nanoTime();
            epochs.add(new Seconds(alone, (now - start) / 1e9));
            start = now;
          }
        };
  }

  /** The seconds of each epoch. */
  private static List<Seconds> train(
      CatsVsDogs train, CatsVsDogs test, ConvNet.Head head, OverlayListener listener, int epochs) {
    Clock clock = new Clock();
    try (Model model = ConvNet.binary(32, head).newModel("cats-vs-dogs", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(train, test)
          .optEpochs(epochs)
          .optLearningRate(3e-3f)
          .optListeners(clock.before, listener, clock.after)
          .build()
          .fit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!listener.failures().isEmpty()) {
      throw new IllegalStateException(String.join("; ", listener.failures()));
    }
    return clock.epochs;
  }
}
