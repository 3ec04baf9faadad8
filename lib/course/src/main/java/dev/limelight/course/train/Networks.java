package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.XavierInitializer;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What all networks of this package do with DJL's models. */
final class Networks {

  private Networks() {}

  /**
   * A model of a block with new weights.
   *
   * @param input the shape of one picture or feature
   */
  static Model initialised(String name, EngineName engine, Block block, Shape input) {
    Model model = engine.newModel(name, null);
    block.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
    EngineName.initialise(block, model.getNDManager(), new Shape(1).addAll(input));
    model.setBlock(block);
    return model;
  }

  /** A convolution of 3 by 3 with BatchNorm and ReLU. */
  static SequentialBlock rectified(int filters, int stride, int dilation) {
    return new SequentialBlock()
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optStride(new Shape(stride, stride))
                .optDilation(new Shape(dilation, dilation))
                .optPadding(new Shape(dilation, dilation))
                .setFilters(filters)
                .optBias(false)
                .build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock());
  }

  /** Pooling that halves the sides. */
  static Block halved() {
    return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
  }

  /** Copies the weights of a block into one of the same shape. */
  static void copy(Block from, Block to) {
    ParameterList source = from.getParameters();
    ParameterList target = to.getParameters();
    for (int i = 0; i < target.size(); i++) {
      NativeArrays.set(target.valueAt(i).getArray(), source.valueAt(i).getArray().toFloatArray());
    }
  }

  /**
   * Saves a model as DJL does, and in the same folder how its block is created again.
   *
   * @param arguments of the factory
   */
  static void save(
      Model model, Path folder, Class<? extends BlockFactory> factory, FactoryArguments arguments)
      throws IOException {
    Files.createDirectories(folder);
    model.setProperty("Epoch", "0");
    model.save(folder, model.getName());
    String text = "blockFactory=" + factory.getName() + "\n" + arguments.lines();
    Files.writeString(folder.resolve("serving.properties"), text);
  }
}
