package dev.limelight.model.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.limelight.model.Gradients;
import dev.limelight.model.GuidedBackprop;
import dev.limelight.model.Stage;
import dev.limelight.model.pytorch.PtRelus;
import java.util.function.Function;
import java.util.function.Supplier;

/** Guided backpropagation through a TorchScript model that shows its ReLUs. */
final class TorchScriptGuidedBackprop implements GuidedBackprop {

  private final Stage stage;
  private final Rectifiers rectifiers;

  /**
   * @param stage gives the output of each ReLU twice, the second time as a leaf, and then the
   *     logits
   * @param rectifiers its activations
   */
  TorchScriptGuidedBackprop(Stage stage, Rectifiers rectifiers) {
    this.stage = stage;
    this.rectifiers = rectifiers;
  }

  @Override
  public Rectifiers rectifiers() {
    return rectifiers;
  }

  @Override
  public Gradients gradients(NDArray input, Function<NDArray, NDArray> score) {
    return PtRelus.guided(
        input,
        score,
        (picture, relus) -> {
          NDList found = plainly(() -> stage.run(new NDList(picture)));
          for (int i = 0; i + 1 < found.size(); i += 2) {
            relus.add(found.get(i), found.get(i + 1));
          }
          return found.get(found.size() - 1);
        });
  }

  /** Runs it without the optimiser, which does not expect a recording to begin inside. */
  private static NDList plainly(Supplier<NDList> work) {
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return work.get();
    } finally {
      // As DJL sets it when it starts.
      JniUtils.setGraphExecutorOptimize(
          Boolean.parseBoolean(System.getProperty("ai.djl.pytorch.graph_optimizer", "true")));
    }
  }

  @Override
  public void close() {
    stage.close();
  }
}
