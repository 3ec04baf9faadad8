package dev.limelight.zoo;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;

/** A program that is run where MXNet's native library is missing. */
final class WithoutNatives {

  private WithoutNatives() {}

  /**
   * Prints what works and what is refused, a line each.
   *
   * @param args a folder and a symbol
   */
  public static void main(String[] args) throws IOException {
    ModelFile folder = ModelFile.of(Path.of(args[0]));
    print(folder.engine() + " " + folder.notes());
    print(EngineName.ofBlocks() + " " + Engine.getDefaultEngineName());
    print(Devices.of(EngineName.MXNET) + " " + Devices.of(EngineName.PYTORCH));
    for (Block block :
        new Block[] {ResNet.of(18).newBlock(4), EfficientNetLite.lite0().newBlock(4)}) {
      try (Model model = EngineName.PYTORCH.newModel("net", null)) {
        Shape input = new Shape(1, 3, 64, 64);
        block.initialize(model.getNDManager(), DataType.FLOAT32, input);
        model.setBlock(block);
        String layer = block.getChildren().keys().get(0).equals("stem") ? "head" : "layer4";
        try (SplitModel split = SplitModel.of(model, LayerPath.of(layer));
            NDManager scope = model.getNDManager().newSubManager()) {
          print(split.head(split.features(scope.zeros(input))).getShape().toString());
        }
      }
    }
    try {
      ModelFile.of(Path.of(args[1])).load();
    } catch (IllegalArgumentException e) {
      print(e.getMessage());
    }
  }

  private static void print(String line) {
    System.out.println("> " + line);
  }
}
