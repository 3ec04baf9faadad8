package dev.limelight;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Small networks that give (N, tokens, C), as ViT does, and (N, h, w, C), as Swin does. */
public final class TinyTransformer {

  public static final int CHANNELS = 6;
  public static final int CLASSES = 4;
  private static final int PATCH = 8;

  private TinyTransformer() {}

  /**
   * Patches, prefix tokens, two blocks of attention, and a head.
   *
   * @param prefix how many tokens stand before those of the patches
   * @param mean whether the head takes the mean of all tokens, and else the first
   */
  public static Model vit(String engine, int height, int width, int prefix, boolean mean) {
    int places = (height / PATCH) * (width / PATCH);
    Shape token = new Shape(1, 1, CHANNELS);
    Shape position = new Shape(1, places + prefix, CHANNELS);
    List<Shape> shapes = new ArrayList<>(List.of(position));
    for (int i = 0; i < prefix; i++) {
      shapes.add(token);
    }
    Step tokens =
        new Step(
            shapes,
            in -> new Shape(in.get(0), places + prefix, CHANNELS),
            (x, w) -> tokens(x, w).add(w.get(0)));
    SequentialBlock net = new SequentialBlock().add(patches()).add(tokens);
    net.add(attention()).add(attention());
    net.addSingleton(
        x -> mean ? x.sum(new int[] {1}).div(places + prefix) : x.get(":, 0"), "reading");
    return model(engine, net, height, width);
  }

  /**
   * Patches with their channels last, two blocks that work on each place, and a head that takes the
   * mean over the places: through a logistic function in front of it if it is not to be linear.
   */
  public static Model swin(String engine, int height, int width, boolean linear) {
    int places = (height / PATCH) * (width / PATCH);
    SequentialBlock net = new SequentialBlock().add(patches());
    net.addSingleton(x -> x.transpose(0, 2, 3, 1), "channelsLast");
    net.add(perPlace()).add(perPlace());
    net.addSingleton(x -> (linear ? x : x.tanh()).sum(new int[] {1, 2}).div(places), "pooling");
    return model(engine, net, height, width);
  }

  private static Model model(String engine, SequentialBlock net, int height, int width) {
    net.add(Linear.builder().setUnits(CLASSES).build());
    Model model = Model.newInstance("tiny-transformer", engine);
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, height, width));
    Random random = new Random(7);
    for (Parameter parameter : net.getParameters().values()) {
      float[] values = new float[(int) parameter.getArray().getShape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.5f * (float) random.nextGaussian();
      }
      parameter.getArray().set(values);
    }
    return model;
  }

  private static Block patches() {
    Shape patch = new Shape(PATCH, PATCH);
    return Conv2d.builder().setKernelShape(patch).optStride(patch).setFilters(CHANNELS).build();
  }

  private static NDArray tokens(NDArray maps, NDList weights) {
    long n = maps.getShape().get(0);
    NDList all = new NDList();
    for (NDArray token : weights.subList(1, weights.size())) {
      all.add(token.broadcast(n, 1, CHANNELS));
    }
    all.add(maps.reshape(n, CHANNELS, -1).transpose(0, 2, 1));
    return all.size() == 1 ? all.head() : NDArrays.concat(all, 1);
  }

  private static Block attention() {
    Shape square = new Shape(CHANNELS, CHANNELS);
    return new Step(
        List.of(square, square, square),
        UnaryOperator.identity(),
        (x, w) -> {
          NDArray keys = x.matMul(w.get(1)).transpose(0, 2, 1);
          NDArray weights = x.matMul(w.get(0)).matMul(keys).softmax(-1);
          return x.add(weights.matMul(x.matMul(w.get(2)))).tanh();
        });
  }

  private static Block perPlace() {
    return new Step(
        List.of(new Shape(CHANNELS, CHANNELS)),
        UnaryOperator.identity(),
        (x, w) -> x.add(x.matMul(w.get(0)).tanh()));
  }

  /** One attention block of one picture in plain doubles: tokens as [token][channel]. */
  public static double[][] slowAttention(Model model, int step, double[][] x) {
    Block block = model.getBlock().getChildren().get(step).getValue();
    List<double[][]> w =
        block.getDirectParameters().values().stream().map(p -> square(p.getArray())).toList();
    double[][] queries = product(x, w.get(0));
    double[][] keys = product(x, w.get(1));
    double[][] values = product(x, w.get(2));
    double[][] out = new double[x.length][CHANNELS];
    for (int i = 0; i < x.length; i++) {
      double[] weights = new double[x.length];
      double sum = 0;
      for (int j = 0; j < x.length; j++) {
        double dot = 0;
        for (int c = 0; c < CHANNELS; c++) {
          dot += queries[i][c] * keys[j][c];
        }
        weights[j] = Math.exp(dot);
        sum += weights[j];
      }
      for (int c = 0; c < CHANNELS; c++) {
        double mixed = 0;
        for (int j = 0; j < x.length; j++) {
          mixed += weights[j] / sum * values[j][c];
        }
        out[i][c] = Math.tanh(x[i][c] + mixed);
      }
    }
    return out;
  }

  /** The last linear layer in plain doubles. */
  public static double slowLogit(Model model, int logit, double[] features) {
    List<Block> steps = model.getBlock().getChildren().values();
    List<Parameter> parameters = steps.get(steps.size() - 1).getDirectParameters().values();
    float[] weight = parameters.get(0).getArray().toFloatArray();
    double sum = parameters.get(1).getArray().toFloatArray()[logit];
    for (int c = 0; c < CHANNELS; c++) {
      sum += weight[logit * CHANNELS + c] * features[c];
    }
    return sum;
  }

  private static double[][] square(NDArray matrix) {
    float[] values = matrix.toFloatArray();
    double[][] rows = new double[CHANNELS][CHANNELS];
    for (int i = 0; i < values.length; i++) {
      rows[i / CHANNELS][i % CHANNELS] = values[i];
    }
    return rows;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < out[i].length; j++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  /** A block of the user's own, with parameters. */
  private static final class Step extends AbstractBlock {

    private final List<Parameter> parameters = new ArrayList<>();
    private final UnaryOperator<Shape> shape;
    private final BiFunction<NDArray, NDList, NDArray> work;

    Step(
        List<Shape> shapes, UnaryOperator<Shape> shape, BiFunction<NDArray, NDList, NDArray> work) {
      this.shape = shape;
      this.work = work;
      for (Shape one : shapes) {
        parameters.add(
            addParameter(
                Parameter.builder()
                    .setName("w" + parameters.size())
                    .setType(Parameter.Type.WEIGHT)
                    .optShape(one)
                    .build()));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
      NDArray x = inputs.singletonOrThrow();
      NDList weights = new NDList();
      parameters.forEach(p -> weights.add(store.getValue(p, x.getDevice(), training)));
      return new NDList(work.apply(x, weights));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return new Shape[] {shape.apply(inputs[0])};
    }
  }
}
