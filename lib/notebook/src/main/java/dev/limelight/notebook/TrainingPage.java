package dev.limelight.notebook;

import ai.djl.training.dataset.Batch;
import java.util.Map;

/**
 * The display of a training: what it has come to, and below it a bar with the time left, which goes
 * when it is over.
 */
final class TrainingPage {

  private static final long NANOS_BETWEEN_UPDATES = 500_000_000L;

  private final int epochs;
  private final Live live = new Live();
  private final long start = System.nanoTime();
  private long shown;

  /**
   * Opens the page; it appears with the first update.
   *
   * @param epochs how many there will be
   */
  TrainingPage(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("a training has an epoch or more, not " + epochs);
    }
    this.epochs = epochs;
  }

  /** Whether a new page can be read already; drawing takes time that the training waits for. */
  boolean isDue() {
    return System.nanoTime() - shown > NANOS_BETWEEN_UPDATES;
  }

  /**
   * Shows what there is while the training goes on.
   *
   * @param content what it has come to
   * @param done how many epochs are done, with the part of the one that runs
   */
  void update(Object content, double done) {
    shown = System.nanoTime();
    double share = Math.min(1, done / epochs);
    String left = share == 0 ? "" : Progress.left((shown - start) / 1e9 * (1 - share) / share);
    int running = Math.min(epochs, (int) Math.floor(done) + 1);
    Rendering bar = Progress.bar("training", share, "epoch " + running + " of " + epochs + left);
    live.put(Renderings.of(Notebook.row(content, bar)));
  }

  /** How much of an epoch a batch and those before it are. */
  static double part(Batch batch) {
    return (double) batch.getProgress() / batch.getProgressTotal();
  }

  /** Shows what stays. */
  void finish(Object content) {
    live.put(Renderings.of(content));
  }

  /**
   * A chart over the epochs; two of them fit side by side on a page.
   *
   * @param epochs the numbers of the epochs
   * @param lines one value for each epoch by the name of the line, NaN where there is none
   */
  static Chart chart(String title, String unit, double[] epochs, Map<String, double[]> lines) {
    return new Chart(Charts.epochs(title, unit, epochs, lines).chart(), 340, 240);
  }
}
