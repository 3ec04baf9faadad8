package dev.limelight.watch;

import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.evaluator.AbstractAccuracy;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Keeps what a DJL training reports after each epoch, and ends the training within one batch of an
 * interrupt, which DJL itself does not.
 */
public class EpochHistory extends TrainingListenerAdapter {

  private final int first;
  private final List<Epoch> epochs = new ArrayList<>();
  private Map<String, Double> metrics = Map.of();

  /** Of a training from its beginning. */
  public EpochHistory() {
    this(1);
  }

  /**
   * Of a training that was resumed.
   *
   * @param first the number of its next epoch
   */
  public EpochHistory(int first) {
    this.first = first;
  }

  /** The epochs that are done. */
  public List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /**
   * All that DJL reported of the last epoch and that is finite: {@code train/loss}, {@code
   * train/accuracy}, other evaluators by DJL's names for them, and the same of {@code validation}.
   * Nothing where DJL's own listeners do not stand in front of this one.
   */
  public Map<String, Double> metrics() {
    return metrics;
  }

  @Override
  public void onEpoch(Trainer trainer) {
    TrainingResult result = trainer.getTrainingResult();
    metrics = metrics(trainer, result);
    String accuracy = accuracy(trainer);
    epochs.add(
        new Epoch(
            first + epochs.size(),
            value(result.getTrainLoss()),
            value(result.getTrainEvaluation(accuracy)),
            value(result.getValidateLoss()),
            value(result.getValidateEvaluation(accuracy))));
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    stopIfInterrupted();
  }

  @Override
  public void onValidationBatch(Trainer trainer, BatchData batchData) {
    stopIfInterrupted();
  }

  /**
   * Ends the training if its thread was interrupted.
   *
   * @throws CancellationException if it was
   */
  protected final void stopIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "the training was interrupted in epoch "
              + (first + epochs.size())
              + "; the model keeps what it has learnt");
    }
  }

  /** The first evaluator that is no loss. */
  private static String accuracy(Trainer trainer) {
    return trainer.getEvaluators().stream()
        .filter(evaluator -> !(evaluator instanceof Loss))
        .findFirst()
        .map(Evaluator::getName)
        .orElse("");
  }

  private static Map<String, Double> metrics(Trainer trainer, TrainingResult result) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(trainer.getLoss().getName(), "loss");
    for (Evaluator evaluator : trainer.getEvaluators()) {
      boolean accuracy = evaluator instanceof AbstractAccuracy && !names.containsValue("accuracy");
      names.putIfAbsent(evaluator.getName(), accuracy ? "accuracy" : evaluator.getName());
    }
    Map<String, Double> all = new LinkedHashMap<>();
    names.forEach((djl, name) -> all.put("train/" + name, value(result.getTrainEvaluation(djl))));
    names.forEach(
        (djl, name) -> all.put("validation/" + name, value(result.getValidateEvaluation(djl))));
    all.values().removeIf(measured -> !Double.isFinite(measured));
    return Collections.unmodifiableMap(all);
  }

  private static double value(Float measured) {
    return measured == null ? Double.NaN : measured;
  }
}
