package dev.limelight;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Pass;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import java.util.Random;

/**
 * A convolution of 3 by 3, a hyperbolic tangent unless it is linear, and one linear layer over all
 * places; with seeded weights, as blocks and by hand in doubles.
 */
public final class SmallNetwork implements AutoCloseable {

  public static final int CHANNELS = 3;
  public static final int SIDE = 8;
  public static final int PICTURE = CHANNELS * SIDE * SIDE;

  private static final int FILTERS = 4;
  private static final int INNER = SIDE - 2;
  private static final int CLASSES = 3;

  private final boolean linear;
  private final Model model;
  private final SplitModel split;
  private final WholeNetwork whole;
  private final double[] kernel;
  private final double[] kernelBias;
  private final double[] weights;
  private final double[] bias;

  public SmallNetwork(String engine, long seed, boolean linear) {
    this.linear = linear;
    Random random = new Random(seed);
    kernel = random(random, FILTERS * CHANNELS * 9);
    kernelBias = random(random, FILTERS);
    weights = random(random, CLASSES * FILTERS * INNER * INNER);
    bias = random(random, CLASSES);
    SequentialBlock net = new SequentialBlock();
    net.add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(FILTERS).build());
    if (!linear) {
      net.add(Activation.tanhBlock());
    }
    net.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(CLASSES).build());
    model = Model.newInstance("small", engine);
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, CHANNELS, SIDE, SIDE));
    set(net.getChildren().get(0).getValue().getDirectParameters().values(), kernel, kernelBias);
    set(
        net.getChildren().get(linear ? 2 : 3).getValue().getDirectParameters().values(),
        weights,
        bias);
    Network network = Network.of(model);
    split = network.split(Layer.last(network.layers(new Shape(CHANNELS, SIDE, SIDE))).path());
    whole = new WholeNetwork(network);
  }

  private static void set(Iterable<Parameter> parameters, double[] weight, double[] bias) {
    for (Parameter parameter : parameters) {
      boolean isBias = parameter.getType() == Parameter.Type.BIAS;
      NativeArrays.set(parameter.getArray(), floats(isBias ? bias : weight));
    }
  }

  /** Pictures of that seed, (N, C, H, W) row by row. */
  public static double[] pictures(long seed, int count) {
    return random(new Random(seed), count * PICTURE);
  }

  private static double[] random(Random random, int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  public static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  public NDManager manager() {
    return model.getNDManager();
  }

  public static NDArray array(NDManager scope, double[] pictures) {
    long count = pictures.length / PICTURE;
    return NativeArrays.of(scope, floats(pictures), new Shape(count, CHANNELS, SIDE, SIDE));
  }

  public Pass pass(NDArray pictures) {
    return pass(pictures, 1 << 16);
  }

  /** With a limit of the memory for changed copies, in bytes. */
  public Pass pass(NDArray pictures, long memory) {
    return new Pass(split, whole, pictures, memory);
  }

  /** The logit of a class, by hand. */
  public double score(double[] picture, int target) {
    double sum = bias[target];
    for (int f = 0; f < FILTERS; f++) {
      for (int y = 0; y < INNER; y++) {
        for (int x = 0; x < INNER; x++) {
          double value = convolved(picture, f, y, x);
          int place = (target * FILTERS + f) * INNER * INNER + y * INNER + x;
          sum += weights[place] * (linear ? value : Math.tanh(value));
        }
      }
    }
    return sum;
  }

  private double convolved(double[] picture, int filter, int y, int x) {
    double sum = kernelBias[filter];
    for (int c = 0; c < CHANNELS; c++) {
      for (int k = 0; k < 9; k++) {
        int pixel = (c * SIDE + y + k / 3) * SIDE + x + k % 3;
        sum += kernel[(filter * CHANNELS + c) * 9 + k] * picture[pixel];
      }
    }
    return sum;
  }

  /** The gradient of the logit of a class, by central differences. */
  public double[] gradient(double[] picture, int target) {
    double[] gradient = new double[PICTURE];
    double[] moved = picture.clone();
    double step = 1e-5;
    for (int i = 0; i < PICTURE; i++) {
      moved[i] = picture[i] + step;
      double above = score(moved, target);
      moved[i] = picture[i] - step;
      gradient[i] = (above - score(moved, target)) / (2 * step);
      moved[i] = picture[i];
    }
    return gradient;
  }

  @Override
  public void close() {
    split.close();
    whole.close();
    model.close();
  }
}
