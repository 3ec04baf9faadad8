package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.data.CatsVsDogs;
import dev.limelight.train.ConvNet;
import dev.limelight.train.Training;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlayListener;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.Probe;
import dev.limelight.watch.ProbeOverlay;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What it costs to see where a network looks after every epoch: short trainings of notebook 01's
 * small network, with and without eight probes, turn by turn, and the median of their epochs.
 */
public final class WatchBench {

  private static final int EPOCHS = 3;
  private static final int PROBES = 8;
  private static final int ROUNDS = 9;
  private static final double WANTED = 1.05;

  private WatchBench() {}

  /** Draws what it gets, as every sink that keeps pictures does, and counts the bytes. */
  private static final class DrawingSink implements OverlaySink {

    private long bytes;

    @Override
    public void begin(WatchedRun run) {
      bytes = 0;
    }

    @Override
    public void epoch(EpochOverlays overlays) throws IOException {
      for (ProbeOverlay overlay : overlays.overlays()) {
        bytes += overlay.explanation().overlay().toPng().length;
      }
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
    List<Probe> probes =
        IntStream.range(0, PROBES).mapToObj(i -> Probe.of(test.picture(i), test.label(i))).toList();
    List<String> rows = new ArrayList<>();
    rows.add("| head | an epoch, s | with 8 probes, s | ratio | wanted |");
    rows.add("|---|---:|---:|---:|---:|");
    for (ConvNet.Head head : ConvNet.Head.values()) {
      // The first trainings warm up.
      train(train, test, head);
      train(train, test, head, watch(probes));
      List<Double> alone = new ArrayList<>();
      List<Double> watched = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        alone.addAll(train(train, test, head));
        watched.addAll(train(train, test, head, watch(probes)));
      }
      rows.add(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %.3f | %.3f | %.2f |",
              head.name().toLowerCase(Locale.ROOT),
              median(alone),
              median(watched),
              median(watched) / median(alone),
              WANTED));
    }
    new Report(Path.of(args[0])).write("watch", rows);
  }

  private static OverlayListener watch(List<Probe> probes) {
    return OverlayListener.builder()
        .setProbes(probes)
        .setSinks(new DrawingSink())
        .optLabels("cat", "dog")
        .build();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Times epochs from the first one's batches to what the last listener did after it. */
  private static final class Clock extends TrainingListenerAdapter {

    private final List<Double> seconds = new ArrayList<>();
    private long start;

    @Override
    public void onTrainingBegin(Trainer trainer) {
      start = System.nanoTime();
    }

    @Override
    public void onEpoch(Trainer trainer) {
      long now = System.nanoTime();
      seconds.add((now - start) / 1e9);
      start = now;
    }
  }

  /** The seconds of each epoch. */
  private static List<Double> train(
      CatsVsDogs train, CatsVsDogs test, ConvNet.Head head, OverlayListener... listeners) {
    Clock clock = new Clock();
    try (Model model = ConvNet.binary(32, head).newModel("cats-vs-dogs", "MXNet")) {
      Training.builder()
          .setModel(model)
          .setData(train, test)
          .optEpochs(EPOCHS)
          .optLearningRate(3e-3f)
          .optListeners(listeners)
          .optListeners(clock)
          .build()
          .fit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (OverlayListener listener : listeners) {
      if (!listener.failures().isEmpty()) {
        throw new IllegalStateException(String.join("; ", listener.failures()));
      }
    }
    return clock.seconds;
  }
}
