package dev.limelight.smooth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.SmallNetwork;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Random;

/** The fixture in one of its forms, cut at a layer, and small random pictures. */
final class Scene implements AutoCloseable {

  private final Shape shape;
  private final Model model;
  private final SplitModel split;
  private final WholeNetwork whole;
  private final NDManager scope;

  Scene(String kind, String layer) {
    // The graph of the ONNX file has its size written in.
    int side = kind.equals("onnx") ? 64 : 32;
    shape = new Shape(1, 3, side, side);
    model = TinyResNet.of(kind);
    Network network = Network.of(model);
    split = network.split(LayerPath.of(TinyResNet.path(kind, layer)));
    whole = new WholeNetwork(network);
    scope = network.manager().newSubManager();
  }

  /** Noise, brighter on one side. */
  double[] picture(long seed) {
    Random random = new Random(seed);
    double[] values = new double[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextFloat() * (i % side() < side() / 4 * (seed + 1) ? 1 : 0.4));
    }
    return values;
  }

  static double[] doubles(NDArray array) {
    float[] values = array.toFloatArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Compares to a share of the largest number; one number, as the tool is slow to compare all. */
  static void close(NDArray actual, double[] expected, double share, String name) {
    double[] found = doubles(actual);
    assertThat(found).as(name).hasSameSizeAs(expected);
    double worst = 0;
    double most = 0;
    for (int i = 0; i < found.length; i++) {
      // So that NaN is far away.
      double distance = Double.isFinite(found[i]) ? Math.abs(found[i] - expected[i]) : 1e9;
      worst = Math.max(worst, distance);
      most = Math.max(most, Math.abs(expected[i]));
    }
    assertThat(worst).as(name).isLessThanOrEqualTo(share * most + 1e-6);
  }

  int side() {
    return (int) shape.get(3);
  }

  Pass pass(double[] picture) {
    return new Pass(
        split, whole, NativeArrays.of(scope, SmallNetwork.floats(picture), shape), 1 << 26);
  }

  Evidence evidence(Target score, double[] picture) {
    return pass(picture).evidence(List.of(score)).get(0);
  }

  int top(double[] picture) {
    return (int) pass(picture).logits().argMax().toLongArray()[0];
  }

  @Override
  public void close() {
    scope.close();
    split.close();
    whole.close();
    model.close();
  }
}
