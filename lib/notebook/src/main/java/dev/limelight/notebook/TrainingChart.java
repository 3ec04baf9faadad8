package dev.limelight.notebook;

import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import dev.limelight.train.Epoch;
import dev.limelight.train.EpochHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A training as it goes: loss and accuracy by epoch and a bar with the time left, in one output
 * that changes in place and ends as the two charts alone. Listens to any DJL training.
 */
public final class TrainingChart extends EpochHistory {

  private static final long NANOS_BETWEEN_UPDATES = 500_000_000L;

  private final int epochs;
  private final Live live = new Live();
  private final long start = System.nanoTime();
  private long shown;

  /**
   * Opens the display.
   *
   * @param epochs how many there will be
   */
  public TrainingChart(int epochs) {
    this.epochs = epochs;
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    super.onTrainingBatch(trainer, batchData);
    long now = System.nanoTime();
    if (now - shown > NANOS_BETWEEN_UPDATES) {
      shown = now;
      Batch batch = batchData.getBatch();
      double share = (epochs().size() + (double) batch.getProgress() / batch.getProgressTotal());
      live.put(Renderings.of(Notebook.row(charts(), bar(share / epochs, now))));
    }
  }

  @Override
  public void onEpoch(Trainer trainer) {
    super.onEpoch(trainer);
    if (epochs().size() == epochs) {
      live.put(Renderings.of(charts()));
    }
  }

  @Override
  public void onTrainingEnd(Trainer trainer) {
    live.put(Renderings.of(charts()));
  }

  private Object charts() {
    if (epochs().isEmpty()) {
      return Told.doing("the first epoch is running");
    }
    return Notebook.row(
        chart("Loss", "cross entropy", Epoch::loss, Epoch::validationLoss),
        chart("Accuracy", "share right", Epoch::accuracy, Epoch::validationAccuracy));
  }

  private Chart chart(
      String title,
      String unit,
      ToDoubleFunction<Epoch> training,
      ToDoubleFunction<Epoch> validation) {
    List<Epoch> done = epochs();
    Map<String, double[]> lines = new LinkedHashMap<>();
    lines.put("training", done.stream().mapToDouble(training).toArray());
    lines.put("test", done.stream().mapToDouble(validation).toArray());
    // Two of them fit side by side on a page.
    return new Chart(Charts.lines(title, "epoch", unit, lines).chart(), 340, 240);
  }

  private Rendering bar(double share, long now) {
    double seconds = (now - start) / 1e9 * (1 - share) / share;
    return Progress.bar(
        "training",
        share,
        "epoch " + (epochs().size() + 1) + " of " + epochs + Progress.left(seconds));
  }
}
