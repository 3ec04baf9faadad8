package dev.limelight.notebook;

import ai.djl.training.Trainer;
import dev.limelight.watch.Epoch;
import dev.limelight.watch.EpochHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A training as it goes: loss and accuracy by epoch and a bar with the time left, in one output
 * that changes in place and ends as the two charts alone. Listens to any DJL training.
 */
public final class TrainingChart extends EpochHistory {

  private final int epochs;
  private final TrainingPage page;

  /**
   * Opens the display.
   *
   * @param epochs how many there will be
   */
  public TrainingChart(int epochs) {
    this.epochs = epochs;
    page = new TrainingPage(epochs);
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    super.onTrainingBatch(trainer, batchData);
    if (page.isDue()) {
      page.update(charts(), epochs().size() + TrainingPage.part(batchData.getBatch()));
    }
  }

  @Override
  public void onEpoch(Trainer trainer) {
    super.onEpoch(trainer);
    if (epochs().size() == epochs) {
      page.finish(charts());
    }
  }

  @Override
  public void onTrainingEnd(Trainer trainer) {
    page.finish(charts());
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
    lines.put("validation", done.stream().mapToDouble(validation).toArray());
    return TrainingPage.chart(
        title, unit, done.stream().mapToDouble(Epoch::number).toArray(), lines);
  }
}
