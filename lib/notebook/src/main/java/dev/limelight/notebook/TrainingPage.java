package dev.limelight.notebook;

import ai.djl.training.dataset.Batch;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import java.util.Map;

/**
 * The display of a training: its results so far, and below them a progress bar with the time left,
 * which is removed at the end.
 */
final class TrainingPage {

  private static final long NANOS_BETWEEN_UPDATES = 500_000_000L;

  private final int epochs;
  private final Live live = new Live();
  private final long start = System.nanoTime();
  private long shown;

  /**
   * Creates the display; it appears with the first update.
   *
   * @param epochs the number of epochs
   */
  TrainingPage(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("a training needs at least one epoch, not " + epochs);
    }
    this.epochs = epochs;
  }

  /** Whether enough time has passed for the next update; the training waits for the drawing. */
  boolean isDue() {
    return System.nanoTime() - shown > NANOS_BETWEEN_UPDATES;
  }

  /**
   * Shows the results so far.
   *
   * @param content the results so far
   * @param done the number of finished epochs, plus the finished part of the current one
   */
  void update(Object content, double done) {
    shown = System.nanoTime();
    double share = Math.min(1, done / epochs);
    String left = share == 0 ? "" : Progress.left((shown - start) / 1e9 * (1 - share) / share);
    int running = Math.min(epochs, (int) Math.floor(done) + 1);
    Rendering bar = Progress.bar("training", share, "epoch " + running + " of " + epochs + left);
    live.put(Renderings.of(Notebook.row(content, bar)));
  }

  /** The part of the epoch that is finished after a batch. */
  static double part(Batch batch) {
    return (double) batch.getProgress() / batch.getProgressTotal();
  }

  /** Shows the final content. */
  void finish(Object content) {
    live.put(Renderings.of(content));
  }

  /**
   * A chart over the epochs; two of them fit side by side on a page.
   *
   * @param epochs the numbers of the epochs
   * @param lines the name of each line and its value for each epoch, NaN if there is none
   */
  static Chart chart(String title, String unit, double[] epochs, Map<String, double[]> lines) {
    return new Chart(Charts.epochs(title, unit, epochs, lines).chart(), 340, 240);
  }
}
