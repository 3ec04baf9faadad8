package dev.limelight.notebook;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
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
 * A training as it goes, with where the network looks: loss and accuracy by epoch, the first eight
 * of the current overlays and a bar with the time left, in one output that changes in place and
 * ends without the bar.
 *
 * <p>It is a sink of the listener that makes the overlays. Where it is also given to the training
 * as a listener of its own, the bar moves with the batches instead of the epochs.
 */
public final class LiveOverlays extends TrainingListenerAdapter implements OverlaySink {

  private static final int PICTURES = 8;

  /** Eight of them stand side by side on a page. */
  private static final int TILE = 84;

  private final int epochs;
  private final TrainingPage page;
  private final EpochFilm film = new EpochFilm();
  private Rendering content = Told.doing("the first epoch is running");

  /** The last epoch that was told, and how many the training itself has ended. */
  private int told;

  private int ended;

  /**
   * Opens the display.
   *
   * @param epochs how many there will be
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
    told = overlays.epoch();
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

  /** What was seen last stays. */
  @Override
  public void close() {
    int done = done();
    page.finish(
        done >= epochs
            ? content
            : below(content, Told.doing("stopped after epoch " + done + " of " + epochs)));
  }

  private int done() {
    return Math.max(told, ended);
  }

  /** Drawn once an epoch; the bar moves more often. */
  private Rendering figure(EpochOverlays last) {
    EpochCourse course = film.course();
    List<Object> charts = new ArrayList<>();
    chart("Loss", "cross entropy", "/loss", course).ifPresent(charts::add);
    chart("Accuracy", "share right", "/accuracy", course).ifPresent(charts::add);
    List<Rendering> parts = new ArrayList<>();
    if (!charts.isEmpty()) {
      parts.add(Renderings.of(Notebook.row(charts.toArray())));
    }
    if (!last.overlays().isEmpty()) {
      parts.add(Renderings.of(film.first(PICTURES).strip(PICTURES).tileHeight(TILE)));
    }
    return parts.isEmpty()
        ? Told.doing("nothing was measured after epoch " + last.epoch())
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
