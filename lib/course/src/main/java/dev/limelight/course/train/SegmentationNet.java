package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import dev.limelight.array.NativeArrays;
import dev.limelight.course.data.Scene;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A small segmentation network: convolutions to a grid of cells of 4 pixels, and a head that gives
 * a logit for each class and pixel. Input (N, 3, side, side) in [0, 1]; output (N, 1 + K, side,
 * side), the ground first. Its first child is the base, whose output is the last convolution's; the
 * rest is the head.
 *
 * @param side of the square input in pixels, a multiple of 4
 * @param classes K, without the ground
 */
public record SegmentationNet(int side, int classes) {

  private static final int CELL = 4;
  private static final int FEATURES = 32;

  /** Checks the sizes. */
  public SegmentationNet {
    if (side < 4 * CELL || side % CELL != 0 || classes < 1) {
      throw new IllegalArgumentException(
          "a SegmentationNet has a side of 16 or more that is a multiple of 4, and a class or more,"
              + " but got a side of "
              + side
              + " and "
              + classes
              + " classes");
    }
  }

  /** A model with new weights on the engine of DJL's blocks; the caller closes it. */
  public Model newModel(String name) {
    return newModel(name, EngineName.ofBlocks());
  }

  /** A model with new weights; the caller closes it. */
  public Model newModel(String name, EngineName engine) {
    return Networks.initialised(name, engine, block(), new Shape(3, side, side));
  }

  /** The whole network, without weights. */
  public SequentialBlock block() {
    SequentialBlock base =
        new SequentialBlock()
            .add(Networks.rectified(16, 2, 1))
            .add(Networks.rectified(16, 1, 1))
            .add(Networks.halved())
            .add(Networks.rectified(FEATURES, 1, 1))
            .add(Networks.rectified(FEATURES, 1, 2))
            .add(Networks.rectified(FEATURES, 1, 2));
    return new SequentialBlock().add(base).add(new SegmentationHead(1 + classes, FEATURES, CELL));
  }

  /** What it is trained by, with {@link #label} as the label. */
  public Loss loss() {
    return new SoftmaxCrossEntropyLoss("segmentation", 1, 1, false, true);
  }

  /**
   * What it should give for a scene, (1 + K, side, side): 1 at the class of each pixel.
   *
   * @param manager of the array
   * @param scene of the network's side
   */
  public NDArray label(NDManager manager, Scene scene) {
    int pixels = side * side;
    float[] label = new float[(1 + classes) * pixels];
    Arrays.fill(label, 0, pixels, 1);
    for (Scene.Shape shape : scene.shapes()) {
      boolean[] cells = shape.mask().cells();
      for (int i = 0; i < pixels; i++) {
        if (cells[i]) {
          label[i] = 0;
          label[(1 + shape.label()) * pixels + i] = 1;
        }
      }
    }
    return NativeArrays.of(manager, label, new Shape(1L + classes, side, side));
  }

  /**
   * Saves a model of this network as DJL does, with what is needed to open the folder again, as
   * {@link ConvNet#save} does.
   */
  public void save(Model model, Path folder) throws IOException {
    FactoryArguments arguments = new FactoryArguments().with("side", side).with("classes", classes);
    Networks.save(model, folder, Factory.class, arguments);
  }

  /** Makes the network again from the properties that {@link SegmentationNet#save} wrote. */
  public static final class Factory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Made by name. */
    public Factory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
      FactoryArguments saved = new FactoryArguments(arguments);
      return new SegmentationNet(saved.number("side"), saved.number("classes")).block();
    }
  }
}
