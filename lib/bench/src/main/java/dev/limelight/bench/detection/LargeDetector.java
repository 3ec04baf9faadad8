package dev.limelight.bench.detection;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.initializer.XavierInitializer;
import dev.limelight.model.EngineName;

/**
 * Ten convolutions of 2.8 billion products in all and one more as the head, with random weights:
 * seven candidates at each of 7 by 7 cells, which are 343, each with a box in shares of the
 * picture, an objectness and four classes.
 */
final class LargeDetector {

  static final int SIDE = 224;
  static final int CANDIDATES = 343;
  static final int VALUES = 9;

  /** The base's last layer. */
  static final String LAYER = "01SequentialBlock";

  private static final int[] CHANNELS = {64, 128, 256, 512, 512};

  private LargeDetector() {}

  static Model on(EngineName engine) {
    SequentialBlock base = new SequentialBlock();
    for (int channels : CHANNELS) {
      base.add(convolution(3, channels, 2)).add(Activation.reluBlock());
      base.add(convolution(3, channels, 1)).add(Activation.reluBlock());
    }
    SequentialBlock block =
        new SequentialBlock()
            .add(base)
            .add(convolution(1, VALUES * CANDIDATES / 49, 1))
            .add(LambdaBlock.singleton(LargeDetector::candidates, "candidates"));
    Model model = engine.newModel("large-detector", null);
    block.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
    block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIDE, SIDE));
    model.setBlock(block);
    return model;
  }

  private static Conv2d convolution(int kernel, int channels, int stride) {
    return Conv2d.builder()
        .setKernelShape(new Shape(kernel, kernel))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optStride(new Shape(stride, stride))
        .setFilters(channels)
        .build();
  }

  /** From (N, 9 * 7, 7, 7) to (N, 343, 9). */
  private static NDArray candidates(NDArray raw) {
    long n = raw.getShape().get(0);
    return Activation.sigmoid(raw).reshape(n, VALUES, CANDIDATES).transpose(0, 2, 1);
  }
}
