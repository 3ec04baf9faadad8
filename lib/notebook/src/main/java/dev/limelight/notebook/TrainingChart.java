package dev.limelight.notebook;

import ai.djl.training.Trainer;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.watch.Epoch;
import dev.limelight.watch.EpochHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Loss and accuracy by epoch and a progress bar with the time left, in one output that changes in
 * place; at the end only the two charts remain. Listens to any DJL training.
 */
public final class TrainingChart extends EpochHistory {

  private final int epochs;
  private final TrainingPage page;

  /**
   * Creates the display.
   *
   * @param epochs the number of epochs
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
      return StatusLine.doing("the first epoch is running");
    }
    return Notebook.row(
        chart("Loss", "cross entropy", Epoch::loss, Epoch::validationLoss),
        chart("Accuracy", "accuracy", Epoch::accuracy, Epoch::validationAccuracy));
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
