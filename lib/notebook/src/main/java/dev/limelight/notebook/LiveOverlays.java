package dev.limelight.notebook;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.sink.EpochFilm;
import dev.limelight.watch.EpochCourse;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loss and accuracy by epoch, the first eight of the current overlays and a progress bar with the
 * time left, in one output that changes in place; the bar is removed at the end.
 *
 * <p>It is a sink of the listener that computes the overlays. If it is also a listener of the
 * training itself, the bar moves with the batches instead of the epochs.
 */
public final class LiveOverlays extends TrainingListenerAdapter implements OverlaySink {

  private static final int PICTURES = 8;

  /** Eight tiles fit side by side on a page. */
  private static final int TILE = 84;

  private final int epochs;
  private final TrainingPage page;
  private final EpochFilm film = new EpochFilm();
  private Rendering content = StatusLine.doing("the first epoch is running");

  /** The last epoch received as a sink. */
  private int received;

  /** The number of epochs that ended, counted as a listener. */
  private int ended;

  /**
   * Creates the display.
   *
   * @param epochs the number of epochs
   */
  public LiveOverlays(int epochs) {
    this.epochs = epochs;
    page = new TrainingPage(epochs);
  }

  @Override
  public void begin(WatchedRun run) {
    film.begin(run);
    page.update(content, 0);
  }

  @Override
  public void epoch(EpochOverlays overlays) {
    film.epoch(overlays);
    received = overlays.epoch();
    content = figure(overlays);
    page.update(content, done());
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    if (page.isDue()) {
      page.update(content, done() + TrainingPage.part(batchData.getBatch()));
    }
  }

  @Override
  public void onEpoch(Trainer trainer) {
    ended++;
  }

  /** Leaves the last content. */
  @Override
  public void close() {
    int done = done();
    page.finish(
        done >= epochs
            ? content
            : below(content, StatusLine.doing("stopped after epoch " + done + " of " + epochs)));
  }

  private int done() {
    return Math.max(received, ended);
  }

  /** Drawn once per epoch; the bar moves more often. */
  private Rendering figure(EpochOverlays last) {
    EpochCourse course = film.course();
    List<Object> charts = new ArrayList<>();
    chart("Loss", "cross entropy", "/loss", course).ifPresent(charts::add);
    chart("Accuracy", "accuracy", "/accuracy", course).ifPresent(charts::add);
    List<Rendering> parts = new ArrayList<>();
    if (!charts.isEmpty()) {
      parts.add(Renderings.of(Notebook.row(charts.toArray())));
    }
    if (!last.overlays().isEmpty()) {
      parts.add(Renderings.of(film.first(PICTURES).strip(PICTURES).tileHeight(TILE)));
    }
    return parts.isEmpty()
        ? StatusLine.doing("nothing was measured after epoch " + last.epoch())
        : below(parts.toArray(Rendering[]::new));
  }

  private static Optional<Chart> chart(
      String title, String unit, String measured, EpochCourse course) {
    Map<String, double[]> lines = new LinkedHashMap<>();
    for (String part : List.of("train", "validation")) {
      if (course.names().contains(part + measured)) {
        lines.put(part.equals("train") ? "training" : part, course.values(part + measured));
      }
    }
    double[] epochs = course.epochs().stream().mapToDouble(Integer::doubleValue).toArray();
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(TrainingPage.chart(title, unit, epochs, lines));
  }

  private static Rendering below(Rendering... parts) {
    return new Rendering(
        Stream.of(parts).map(Rendering::html).collect(Collectors.joining("", "<div>", "</div>")),
        Stream.of(parts).map(Rendering::text).collect(Collectors.joining("\n")));
  }
}
