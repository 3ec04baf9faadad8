package dev.limelight.onnx.blocks;

import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV1;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.Prelu;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.zoo.ConvNext;
import dev.limelight.zoo.EfficientNetLite;
import dev.limelight.zoo.MobileNetV3;
import dev.limelight.zoo.ResNet;
import dev.limelight.zoo.VisionTransformer;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Networks of DJL's blocks with random weights, for pictures of 64 x 64. */
final class BlockModels {

  static final int SIDE = 64;

  static final Shape PICTURE = new Shape(3, SIDE, SIDE);

  private BlockModels() {}

  static Model of(String name, String engine) {
    return name.equals("tiny-resnet") ? TinyResNet.blocks(engine) : of(network(name), engine);
  }

  static Model of(Block network, String engine) {
    Model model = Model.newInstance("network", engine);
    network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(PICTURE));
    model.setBlock(network);
    Random random = new Random(7);
    for (Pair<String, Parameter> each : network.getParameters()) {
      fill(each.getValue(), random);
    }
    return model;
  }

  private static void fill(Parameter parameter, Random random) {
    NDArray array = parameter.getArray();
    int size = (int) array.size();
    double spread =
        array.getShape().dimension() == 0 ? 1 : Math.sqrt(2.0 * array.getShape().get(0) / size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          (float)
              switch (parameter.getType()) {
                case WEIGHT -> spread * random.nextGaussian();
                case GAMMA -> 1 + 0.1 * random.nextGaussian();
                case RUNNING_VAR -> 0.5 + random.nextDouble();
                default -> 0.1 * random.nextGaussian();
              };
    }
    NativeArrays.set(array, values);
  }

  private static Block network(String name) {
    return switch (name) {
      case "resnet-18" ->
          ResNetV1.builder().setImageShape(PICTURE).setNumLayers(18).setOutSize(10).build();
      case "resnet-50" ->
          ResNetV1.builder().setImageShape(PICTURE).setNumLayers(50).setOutSize(10).build();
      case "mobilenet-1" -> MobileNetV1.builder().setOutSize(10).build();
      case "mobilenet-2" -> MobileNetV2.builder().setOutSize(10).build();
      case "mobilenet-3" -> new MobileNetV3(false, 0.5, 1e-3).newBlock(10);
      case "torchvision-resnet-18" -> ResNet.of(18).newBlock(10);
      case "efficientnet-lite0" -> EfficientNetLite.lite0().newBlock(10);
      case "convnext" ->
          new ConvNext(List.of(1, 1), List.of(8, 16), true, ConvNext.EPSILON).newBlock(10);
      case "vit" ->
          new VisionTransformer(SIDE, 16, 24, 2, 3, 48, VisionTransformer.Options.USUAL)
              .newBlock(10);
      case "layers" -> layers();
      case "prelu" -> prelu();
      case "arrays" -> arrays();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Conv2d convolution(int filters, int stride, int groups) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(filters)
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(1, 1))
        .optGroups(groups)
        .build();
  }

  /** Layers of DJL that the published networks lack. */
  private static Block layers() {
    return new SequentialBlock()
        .add(convolution(8, 2, 1))
        .add(convolution(8, 1, 4))
        .add(Activation.leakyReluBlock(0.2f))
        .add(Pool.avgPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false, false))
        .add(convolution(8, 1, 1))
        .add(Activation.eluBlock(0.7f))
        .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)))
        .add(convolution(8, 1, 1))
        .add(Activation.swishBlock(1.5f))
        .add(convolution(8, 1, 1))
        .add(Activation.mishBlock())
        .add(BatchNorm.builder().optCenter(false).optScale(false).build())
        .add(Blocks.batchFlattenBlock())
        .add(Dropout.builder().build())
        .add(Linear.builder().setUnits(12).build())
        .add(LayerNorm.builder().build())
        .add(Activation.tanhBlock())
        .add(Linear.builder().setUnits(5).optBias(false).build())
        .addSingleton(Activation::softPlus, "last");
  }

  /** What DJL has on MXNet alone. */
  private static Block prelu() {
    Block prelu = new Prelu();
    prelu.setInitializer(Initializer.ONES, parameter -> true);
    return new SequentialBlock()
        .add(convolution(8, 2, 1))
        .add(prelu)
        .add(Pool.globalMaxPool2dBlock())
        .add(Linear.builder().setUnits(5).build());
  }

  /** Blocks made of array operators. */
  private static Block arrays() {
    return new SequentialBlock()
        .add(convolution(8, 2, 1))
        .addSingleton(x -> x.clip(-1, 1).add(x.mul(0.5f)).sub(0.1f).div(2), "arithmetic")
        .addSingleton(x -> x.mul(x.mean(new int[] {3}, true).mean(new int[] {2}, true)), "gate")
        .addSingleton(BlockModels::swapped, "swapped")
        .add(convolution(8, 2, 1))
        .addSingleton(BlockModels::attended, "attended")
        .addSingleton(x -> x.max(new int[] {3}).min(new int[] {2}).square().add(1).sqrt(), "pooled")
        .addSingleton(x -> x.expandDims(1).squeeze(1).flatten().reshape(x.getShape()), "views")
        .add(Linear.builder().setUnits(5).build())
        .addSingleton(x -> x.getNDArrayInternal().rsub(1), "turned");
  }

  private static NDArray swapped(NDArray x) {
    NDList halves = x.split(2, 1);
    NDArray first = x.get(":, 2, ::2, 1:").expandDims(1);
    NDArray shrunk =
        first
            .mean(new int[] {3}, true)
            .mean(new int[] {2}, true)
            .broadcast(halves.get(0).getShape());
    NDArray stacked = NDArrays.stack(new NDList(halves.get(1), halves.get(0).add(shrunk)), 1);
    return stacked.reshape(x.getShape()).transpose(0, 1, 3, 2).swapAxes(2, 3);
  }

  private static NDArray attended(NDArray x) {
    long n = x.getShape().get(0);
    NDArray tokens = x.reshape(n, 8, -1).transpose(0, 2, 1);
    NDArray weights = tokens.matMul(tokens.transpose(0, 2, 1)).mul(0.1f).softmax(-1);
    return NDArrays.concat(new NDList(weights.matMul(tokens), tokens), 2)
        .transpose(0, 2, 1)
        .reshape(n, 16, x.getShape().get(2), -1);
  }

  /** A network with a function of an array in its middle. */
  static Block with(String name, UnaryOperator<NDArray> function) {
    return new SequentialBlock()
        .add(convolution(4, 2, 1))
        .addSingleton(function::apply, name)
        .add(Pool.globalAvgPool2dBlock())
        .add(Linear.builder().setUnits(3).build());
  }
}
