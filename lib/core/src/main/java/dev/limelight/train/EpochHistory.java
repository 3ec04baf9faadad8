package dev.limelight.train;

import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Keeps what a DJL training reports after each epoch, and ends the training within one batch of an
 * interrupt, which DJL itself does not.
 */
public class EpochHistory extends TrainingListenerAdapter {

  private final List<Epoch> epochs = new ArrayList<>();

  /** The epochs that are done. */
  public List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  @Override
  public void onEpoch(Trainer trainer) {
    TrainingResult result = trainer.getTrainingResult();
    String accuracy = accuracy(trainer);
    epochs.add(
        new Epoch(
            epochs.size() + 1,
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

  private void stopIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "the training was interrupted in epoch "
              + (epochs.size() + 1)
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

  private static double value(Float measured) {
    return measured == null ? Double.NaN : measured;
  }
}
