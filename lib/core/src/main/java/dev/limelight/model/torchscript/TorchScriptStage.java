package dev.limelight.model.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import dev.limelight.model.Stage;
import dev.limelight.torch.script.TorchScript;

/** One method of a TorchScript module, which two stages may share. */
final class TorchScriptStage implements Stage {

  private final NDManager manager;
  private final PtSymbolBlock block;
  private final NDArray method;
  private final boolean takesList;
  private final boolean turns;

  /**
   * A method of a module.
   *
   * @param channelsLast whether the module takes pictures (N, H, W, C); this takes (N, C, H, W)
   */
  TorchScriptStage(NDManager parent, PtSymbolBlock block, String method, boolean channelsLast) {
    this.manager = parent.newSubManager();
    this.block = block;
    this.method = manager.create(0);
    // DJL chooses the method, and gathers arguments into a list, by the names of its arrays.
    this.method.setName("module_method:" + method);
    this.takesList = method.equals(TorchScript.HEAD) || method.equals(TorchScript.BETWEEN);
    this.turns = channelsLast && !takesList;
  }

  @Override
  public NDList run(NDList values) {
    NDList inputs = turns ? new NDList(values.head().transpose(0, 2, 3, 1)) : values;
    String[] names = inputs.stream().map(NDArray::getName).toArray(String[]::new);
    inputs.forEach(array -> array.setName(takesList ? "cut[]" : null));
    try {
      NDList all = new NDList(inputs);
      all.add(method);
      // "Training" only keeps DJL from forbidding gradients; the module is in inference mode.
      return IValueUtils.forward(block, all, true);
    } finally {
      for (int i = 0; i < names.length; i++) {
        inputs.get(i).setName(names[i]);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
    block.close();
  }
}
