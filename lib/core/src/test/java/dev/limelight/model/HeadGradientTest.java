package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.XavierInitializer;
import dev.limelight.model.mxnet.SymbolText;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient of a head against finite differences, with the three things in it whose gradients go
 * wrong silently on MXNet: BatchNorm, Dropout and max pooling.
 */
class HeadGradientTest {

  private static final Shape INPUT = new Shape(3, 12, 12);
  private static final float STEP = 0.01f;

  @ParameterizedTest
  @CsvSource({"symbol, 1", "symbol, 2", "MXNet, 1", "MXNet, 2", "PyTorch, 1", "PyTorch, 2"})
  void gradientsAgreeWithFiniteDifferences(String kind, int seed) {
    try (Model model = kind.equals("symbol") ? symbol(seed) : blocks(kind, seed);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split =
            SplitModel.of(model, LayerPath.of(kind.equals("symbol") ? "first" : "01Conv2d"))) {
      Random random = new Random(seed);
      Cut cut = split.features(gaussian(scope, new Shape(2, 3, 12, 12), random));
      NDArray activations = cut.activations();
      NDArray gradient =
          split.gradients(cut, logits -> new NDList(logits.get(":, 1"))).perScore().get(0);
      float[] slope = gradient.toFloatArray();
      float tolerance = 0.01f * gradient.abs().max().toFloatArray()[0];
      int smooth = 0;
      for (int i = 0; i < 60; i++) {
        int place = random.nextInt(slope.length);
        double middle = score(split, cut, place, 0);
        double right = (score(split, cut, place, STEP) - middle) / STEP;
        double left = (middle - score(split, cut, place, -STEP)) / STEP;
        // Where the two sides disagree, a ReLU or a maximum switches between them.
        if (Math.abs(right - left) < tolerance) {
          smooth++;
          assertThat((double) slope[place])
              .isCloseTo((left + right) / 2, within((double) tolerance));
        }
      }
      assertThat(smooth).isGreaterThan(40);
      // A second time: nothing may have been left behind by the first.
      NDArray again =
          split.gradients(cut, logits -> new NDList(logits.get(":, 1"))).perScore().get(0);
      assertThat(again.toFloatArray()).containsExactly(gradient.toFloatArray());
    }
  }

  private static double score(SplitModel split, Cut cut, int place, float step) {
    NDArray activations = cut.activations();
    float[] one = new float[(int) activations.size()];
    one[place] = step;
    NDArray change = activations.getManager().create(one, activations.getShape());
    return sum(split.head(cut.with(activations.add(change))));
  }

  private static double sum(NDArray logits) {
    float[] values = logits.get(":, 1").toFloatArray();
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static NDArray gaussian(NDManager manager, Shape shape, Random random) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  private static Model blocks(String engine, int seed) {
    Model model = Model.newInstance("head", engine);
    Engine.getEngine(engine).setRandomSeed(seed);
    SequentialBlock net =
        new SequentialBlock()
            .add(convolution(8))
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Dropout.builder().optRate(0.5f).build())
            .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
            .add(
                new ParallelBlock(
                    out -> new NDList(out.get(0).head().add(out.get(1).head())),
                    List.of(
                        Pool.maxPool2dBlock(new Shape(3, 3), new Shape(1, 1), new Shape(1, 1)),
                        convolution(8))))
            .add(convolution(6))
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(3).build());
    net.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(2).addAll(INPUT));
    Random random = new Random(seed);
    for (var pair : net.getParameters()) {
      Parameter parameter = pair.getValue();
      float[] values = parameter.getArray().toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] = value(parameter.getName(), values[i], random);
      }
      parameter.getArray().set(values);
    }
    model.setBlock(net);
    return model;
  }

  /** Statistics that are not those of any batch, so that taking the batch's is seen. */
  private static float value(String name, float initial, Random random) {
    return switch (name) {
      case "runningMean", "beta", "moving_mean" -> (float) random.nextGaussian() * 0.3f;
      case "runningVar", "gamma", "moving_var" -> 0.5f + random.nextFloat();
      default -> initial;
    };
  }

  private static Conv2d convolution(int channels) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .optPadding(new Shape(1, 1))
        .setFilters(channels)
        .build();
  }

  private static Model symbol(int seed) {
    Model model = Model.newInstance("head", "MXNet");
    NDManager manager = model.getNDManager();
    SymbolText text = new SymbolText();
    int x = text.variable("data");
    x =
        text.node(
            "Convolution",
            "first",
            "{\"kernel\":\"(3,3)\",\"pad\":\"(1,1)\",\"num_filter\":\"8\"}",
            x,
            text.variable("first_weight"),
            text.variable("first_bias"));
    x = text.batchNorm("bn", x);
    x = text.node("Activation", "relu", "{\"act_type\":\"relu\"}", x);
    x = text.node("Dropout", "drop", "{\"p\":\"0.5\"}", x);
    x =
        text.node(
            "Pooling",
            "pool",
            "{\"kernel\":\"(2,2)\",\"stride\":\"(2,2)\",\"pool_type\":\"max\"}",
            x);
    x = text.batchNorm("bn2", x);
    x = text.node("Flatten", "flat", "{}", x);
    x =
        text.node(
            "FullyConnected",
            "fc",
            "{\"num_hidden\":\"3\"}",
            x,
            text.variable("fc_weight"),
            text.variable("fc_bias"));
    x = text.node("SoftmaxOutput", "softmax", "{}", x, text.variable("softmax_label"));
    MxSymbolBlock block =
        new MxSymbolBlock(manager, Symbol.loadJson((MxNDManager) manager, text.json(x)));
    Random random = new Random(seed);
    for (Parameter parameter : block.getAllParameters()) {
      String name = parameter.getName();
      Shape shape =
          switch (name) {
            case "first_weight" -> new Shape(8, 3, 3, 3);
            case "fc_weight" -> new Shape(3, 8 * 36);
            case "fc_bias" -> new Shape(3);
            case "data", "softmax_label" -> null;
            default -> new Shape(8);
          };
      if (shape != null) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
          String kind = name.substring(name.indexOf('_') + 1);
          values[i] = value(kind, (float) random.nextGaussian() * 0.2f, random);
        }
        parameter.setArray(manager.create(values, shape));
      }
    }
    block.setInputNames(List.of("data", "softmax_label"));
    model.setBlock(block);
    return model;
  }
}
