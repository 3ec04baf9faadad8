package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.evaluator.BinaryAccuracy;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import dev.limelight.watch.Epoch;
import dev.limelight.watch.EpochHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network by Adam (Kingma and Ba 2015), with a learning rate that falls from epoch to
 * epoch along half a cosine. A network of one output is trained as a sigmoid unit on labels (N, 1)
 * of 0 and 1, any other on class indices (N), unless another loss is chosen.
 */
public final class Training {

  private final Model model;
  private final Dataset train;
  private final Dataset validation;
  private final int epochs;
  private final float learningRate;
  private final int seed;
  private final @Nullable Loss chosen;
  private final List<TrainingListener> listeners;

  private Training(Model model, Dataset train, Dataset validation, Builder builder) {
    this.model = model;
    this.train = train;
    this.validation = validation;
    epochs = builder.epochs;
    learningRate = builder.learningRate;
    seed = builder.seed;
    chosen = builder.loss;
    listeners = List.copyOf(builder.listeners);
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains.
   *
   * @return how it stood after each epoch
   * @throws CancellationException within one batch of an interrupt; the model keeps what it has
   *     learnt
   * @throws IOException if the data cannot be read
   */
  public List<Epoch> fit() throws IOException {
    Shape input = model.getBlock().describeInput().valueAt(0);
    EpochHistory history = new EpochHistory();
    Tracker rate =
        update ->
            learningRate * (float) (1 + Math.cos(Math.PI * history.epochs().size() / epochs)) / 2;
    DefaultTrainingConfig config =
        losses(input)
            .optOptimizer(Optimizer.adam().optLearningRateTracker(rate).build())
            .addTrainingListeners(TrainingListener.Defaults.basic())
            .addTrainingListeners(history)
            .addTrainingListeners(listeners.toArray(new TrainingListener[0]));
    Engine.getEngine(model.getNDManager().getEngine().getEngineName()).setRandomSeed(seed);
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(input);
      EasyTrain.fit(trainer, epochs, train, validation);
    } catch (TranslateException e) {
      throw new IOException(
          "the training data cannot be turned into batches: " + e.getMessage(), e);
    }
    return history.epochs();
  }

  /** The loss, and the accuracy of a classifier. */
  private DefaultTrainingConfig losses(Shape input) {
    if (chosen != null) {
      return new DefaultTrainingConfig(chosen);
    }
    boolean binary = model.getBlock().getOutputShapes(new Shape[] {input})[0].get(1) == 1;
    Loss loss = binary ? Loss.sigmoidBinaryCrossEntropyLoss() : Loss.softmaxCrossEntropyLoss();
    Evaluator accuracy = binary ? new BinaryAccuracy() : new Accuracy();
    return new DefaultTrainingConfig(loss).addEvaluator(accuracy);
  }

  /** The settings of a training. */
  public static final class Builder {

    private @Nullable Model model;
    private @Nullable Dataset train;
    private @Nullable Dataset validation;
    private int epochs = 10;
    private float learningRate = 2e-3f;
    private int seed = 20260101;
    private @Nullable Loss loss;
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /** The model, whose block has been initialised. */
    public Builder setModel(Model newModel) {
      model = newModel;
      return this;
    }

    /** What to learn from, and what to test on after every epoch. */
    public Builder setData(Dataset newTrain, Dataset newValidation) {
      train = newTrain;
      validation = newValidation;
      return this;
    }

    /** The number of passes over all pictures; 10 by default. */
    public Builder optEpochs(int number) {
      epochs = number;
      return this;
    }

    /** The first and highest learning rate; 0.002 by default. */
    public Builder optLearningRate(float rate) {
      learningRate = rate;
      return this;
    }

    /** The seed of the engine's random numbers; 20260101 by default. */
    public Builder optSeed(int number) {
      seed = number;
      return this;
    }

    /**
     * The loss of a network that is no classifier, on the labels that it takes; the accuracy of an
     * epoch is then NaN.
     */
    public Builder optLoss(Loss newLoss) {
      loss = newLoss;
      return this;
    }

    /** Listeners of the training. */
    public Builder optListeners(TrainingListener... newListeners) {
      listeners.addAll(List.of(newListeners));
      return this;
    }

    /** The training, ready to start. */
    public Training build() {
      if (model == null || train == null || validation == null) {
        throw new IllegalArgumentException(
            "a training needs a model and data: call setModel and setData");
      }
      if (epochs < 1) {
        throw new IllegalArgumentException("a training has an epoch or more, not " + epochs);
      }
      return new Training(model, train, validation, this);
    }
  }
}
