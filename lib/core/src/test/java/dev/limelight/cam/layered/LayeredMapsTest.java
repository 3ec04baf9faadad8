package dev.limelight.cam.layered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Evidence;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods of several layers against their formulas in doubles, whose activations and gradients come
 * from a cut at each layer, and against the packages of scripts/golden_maps.py.
 */
public class LayeredMapsTest {

  private static final int SIDE = 64;

  /** One layer of one picture, by channel and location. */
  private record Layer(double[][] a, double[][] g, int side) {}

  private static String path(String kind, String layer) {
    boolean blocks = Character.isUpperCase(kind.charAt(0));
    return layer.equals("layer1") && blocks ? "05SequentialBlock" : TinyResNet.path(kind, layer);
  }

  private static String fine(String kind) {
    return path(kind, "layer2") + "+" + path(kind, "layer1");
  }

  private static int[] classes(NDList golden) {
    return Arrays.stream(golden.get("y").toLongArray()).mapToInt(y -> (int) y).toArray();
  }

  /** The maps of the fixture's pictures at layer3 with finer layers 2 and 1. */
  private static List<float[]> maps(String kind, String method, int count, boolean probability) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at(path(kind, "layer3"))) {
      NDList golden = TinyResNet.golden(scope);
      List<Target> targets = new ArrayList<>();
      for (int y : Arrays.copyOf(classes(golden), count)) {
        targets.add(probability ? Target.probability(y) : Target.of(y));
      }
      List<Explanation> all =
          explainer.explain(
              Question.of(golden.get("x").get("0:" + count))
                  .methods(Methods.named(method + "fine=" + fine(kind) + ")"))
                  .targets(Target.each(targets)));
      return all.stream().map(each -> each.map().values()).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "refine-cam, refine-cam(, refine-cam-grad-cam++",
    "refine-cam of layer-cam, refine-cam(base=layer-cam;, refine-cam-layer-cam",
    "layer-cam-fused, layer-cam-fused(deep=0;, layer-cam-fused"
  })
  void mapsAreThoseOfOtherPackages(String name, String method, String key) {
    for (String kind : List.of("symbol", "MXNet", "PyTorch", "traced", "scripted")) {
      assertGolden(maps(kind, method.replace(';', ','), 6, false), key, name + " " + kind);
    }
  }

  @ParameterizedTest
  @CsvSource({"PyTorch, plus", "traced, minus", "symbol, both", "MXNet, both"})
  void polyCamIsThatOfItsAuthors(String kind, String variant) {
    String method = "poly-cam(variant=" + variant + ",";
    assertGolden(maps(kind, method, 2, true), "poly-cam-" + variant, kind);
  }

  private static void assertGolden(List<float[]> found, String key, String name) {
    try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
      NDArray golden = TinyResNet.camGolden(scope).get(key);
      for (int i = 0; i < found.size(); i++) {
        float[] expected = golden.get(i).toFloatArray();
        for (int q = 0; q < expected.length; q++) {
          assertThat(found.get(i)[(q / 16 * 4 + 1) * SIDE + q % 16 * 4 + 1])
              .as("%s, picture %d, place %d", name, i, q)
              .isCloseTo(expected[q], within(5e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  public void mapsAreTheFormulas(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          WholeNetwork whole = new WholeNetwork(network);
          SplitModel split = network.split(LayerPath.of(path(kind, "layer3")))) {
        NDArray x = TinyResNet.golden(scope).get("x").get("0:2");
        List<Target> targets = List.of(Target.of(1), Target.difference(3, 0));
        Pass pass = new Pass(split, whole, x, 1 << 26);
        List<Evidence> evidence = pass.evidence(targets);
        for (int t = 0; t < targets.size(); t++) {
          String fine = ", fine=" + fine(kind) + ")";
          NDArray refined = Methods.named("refine-cam(base=grad-cam" + fine).map(evidence.get(t));
          NDArray fused =
              Methods.named("layer-cam-fused(gamma=3, deep=1" + fine).map(evidence.get(t));
          for (int i = 0; i < 2; i++) {
            List<Layer> layers = new ArrayList<>();
            for (String layer : List.of("layer3", "layer2", "layer1")) {
              layers.add(layer(network, whole, path(kind, layer), x, targets.get(t), i));
            }
            assertSame(refined.get(i), refined(layers));
            assertSame(fused.get(i), fused(layers, 3, 1));
          }
        }
        // One forward and one backward give all.
        Work done = pass.counter().work(Work.of("all"));
        assertThat(done.forwards()).isZero();
        assertThat(done.headBackwards()).isEqualTo(2 * 4);
      }
    }
  }

  private static Layer layer(
      Network network, WholeNetwork whole, String path, NDArray x, Target target, int picture) {
    try (SplitModel split = network.split(LayerPath.of(path))) {
      Evidence evidence = new Pass(split, whole, x, 1 << 26).evidence(List.of(target)).get(0);
      NDArray activations = evidence.activations().get(picture);
      return new Layer(
          channels(activations),
          channels(evidence.gradients().get(picture)),
          (int) activations.getShape().get(1));
    }
  }

  private static double[][] channels(NDArray array) {
    int channels = (int) array.getShape().get(0);
    float[] values = array.toFloatArray();
    double[][] all = new double[channels][values.length / channels];
    for (int i = 0; i < values.length; i++) {
      all[i / all[0].length][i % all[0].length] = values[i];
    }
    return all;
  }

  private static double[] refined(List<Layer> layers) {
    double[] product = new double[SIDE * SIDE];
    Arrays.fill(product, 1);
    for (Layer layer : layers) {
      double[] map = new double[layer.side() * layer.side()];
      for (int k = 0; k < layer.a().length; k++) {
        double weight = Arrays.stream(layer.g()[k]).average().orElseThrow();
        for (int q = 0; q < map.length; q++) {
          map[q] += weight * layer.a()[k][q];
        }
      }
      double[] large = enlarged(each(map, value -> Math.max(0, value)), layer.side(), SIDE);
      product = both(product, stretched(large), (one, other) -> one * other);
    }
    return stretched(product);
  }

  private static double[] fused(List<Layer> layers, double gamma, int deep) {
    double[] fused = new double[SIDE * SIDE];
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      double[] map = new double[layer.side() * layer.side()];
      for (int k = 0; k < layer.a().length; k++) {
        for (int q = 0; q < map.length; q++) {
          map[q] += Math.max(0, layer.g()[k][q]) * layer.a()[k][q];
        }
      }
      double most = Arrays.stream(map).max().orElseThrow();
      boolean shallow = l >= deep;
      double[] scaled =
          each(map, value -> shallow ? Math.tanh(gamma * value / most) : value / most);
      fused = both(fused, enlarged(scaled, layer.side(), SIDE), Math::max);
    }
    return fused;
  }

  /** One forward a channel, each alone. */
  @ParameterizedTest
  @CsvSource({"symbol, plus", "MXNet, minus", "symbol, both"})
  public void polyCamIsItsFormula(String kind, String variant) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          WholeNetwork whole = new WholeNetwork(network);
          SplitModel split = network.split(LayerPath.of(path(kind, "layer3")))) {
        NDArray x = TinyResNet.golden(scope).get("x").get("1:2");
        Target target = Target.of(2);
        Evidence evidence = new Pass(split, whole, x, 1 << 26).evidence(List.of(target)).get(0);
        String method = "poly-cam(variant=" + variant + ", fine=" + fine(kind) + ")";
        float[] found = Methods.named(method).map(evidence).toFloatArray();
        double[] picture = new double[(int) x.size()];
        float[] pixels = x.toFloatArray();
        for (int i = 0; i < picture.length; i++) {
          picture[i] = pixels[i];
        }
        double own = evidence.scores().toFloatArray()[0];
        double[] map = new double[0];
        int side = 0;
        for (String name : List.of("layer3", "layer2", "layer1")) {
          Layer layer = layer(network, whole, path(kind, name), x, target, 0);
          double[] sum = new double[layer.side() * layer.side()];
          for (double[] channel : layer.a()) {
            double[] mask = enlarged(clipped(channel), layer.side(), SIDE);
            double kept = score(evidence, picture, mask, scope);
            double left = score(evidence, picture, each(mask, value -> 1 - value), scope);
            double weight =
                variant.equals("plus")
                    ? kept
                    : Math.max(0, own - left + (variant.equals("both") ? kept : 0));
            for (int q = 0; q < sum.length; q++) {
              sum[q] += weight * channel[q];
            }
          }
          double[] positive = each(sum, value -> Math.max(0, value));
          if (side > 0) {
            double[] mean = enlarged(enlarged(positive, layer.side(), side), side, layer.side());
            double[] share = both(positive, mean, (one, by) -> one / Math.max(by, 1e-12));
            positive = both(share, enlarged(map, side, layer.side()), (one, other) -> one * other);
          }
          map = positive;
          side = layer.side();
        }
        double[] expected = enlarged(clipped(map), side, SIDE);
        for (int q = 0; q < expected.length; q++) {
          assertThat((double) found[q]).as("pixel %d", q).isCloseTo(expected[q], within(1e-3));
        }
      }
    }
  }

  private static double score(Evidence evidence, double[] picture, double[] mask, NDManager scope) {
    float[] masked = new float[picture.length];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = (float) (picture[i] * mask[i % mask.length]);
    }
    NDArray copy = scope.create(masked, evidence.input().getShape());
    return evidence.at(copy).scores().toFloatArray()[0];
  }

  private static double[] clipped(double[] plane) {
    double[] sorted = plane.clone();
    Arrays.sort(sorted);
    double low = quantile(sorted, 0.001);
    double high = Math.max(quantile(sorted, 0.999), 1e-12);
    return each(plane, value -> Math.max(0, Math.min(1, (value - low) / high)));
  }

  private static double quantile(double[] sorted, double at) {
    double position = at * (sorted.length - 1);
    int below = (int) position;
    double share = position - below;
    return sorted[below] * (1 - share) + sorted[Math.min(below + 1, sorted.length - 1)] * share;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "traced", "scripted"})
  public void layersAreFoundAndNamed(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at("layer3")) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      for (String method : List.of("refine-cam", "layer-cam-fused", "poly-cam(variant=+)")) {
        Question question = Question.of(x).methods(Methods.named(method)).targets(Target.top());
        assertThat(explainer.explain(question).get(0).provenance().methodText())
            .contains("fine=layer2+layer1+relu");
      }
    }
  }

  @Test
  public void argumentsAreChecked() {
    assertThatThrownBy(() -> new RefineCam("score-cam", ""))
        .hasMessageContaining("grad-cam++, grad-cam, layer-cam, but got 'score-cam'");
    assertThatThrownBy(() -> new RefineCam("grad-cam", "a+a"))
        .hasMessageContaining("refine-cam reads finer layers, joined by +, each once");
    assertThatThrownBy(() -> new LayerCamFused(0, 1, "")).hasMessageContaining("gamma 0.0");
    assertThatThrownBy(() -> new PolyCam("half", ""))
        .hasMessageContaining("plus, minus or both, but got 'half'");
    assertThat(new PolyCam("±", "")).isEqualTo(new PolyCam("both", ""));
  }

  private static double[] stretched(double[] plane) {
    double least = Arrays.stream(plane).min().orElseThrow();
    double range = Math.max(Arrays.stream(plane).max().orElseThrow() - least, 1e-12);
    return each(plane, value -> (value - least) / range);
  }

  private static double[] enlarged(double[] small, int side, int newSide) {
    double[] large = new double[newSide * newSide];
    for (int p = 0; p < large.length; p++) {
      double y = position(p / newSide, side, newSide);
      double x = position(p % newSide, side, newSide);
      int row = Math.min(side - 2, (int) y);
      int column = Math.min(side - 2, (int) x);
      for (int corner = 0; corner < 4; corner++) {
        int r = row + corner / 2;
        int c = column + corner % 2;
        large[p] += small[r * side + c] * (1 - Math.abs(y - r)) * (1 - Math.abs(x - c));
      }
    }
    return large;
  }

  private static double position(int pixel, int side, int newSide) {
    return Math.max(0, Math.min(side - 1, (pixel + 0.5) * side / newSide - 0.5));
  }

  private static double[] each(double[] plane, DoubleUnaryOperator change) {
    return Arrays.stream(plane).map(change).toArray();
  }

  private static double[] both(double[] one, double[] other, DoubleBinaryOperator join) {
    double[] result = new double[one.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = join.applyAsDouble(one[i], other[i]);
    }
    return result;
  }

  private static void assertSame(NDArray found, double[] expected) {
    float[] values = found.toFloatArray();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).as("pixel %d", i).isCloseTo(expected[i], within(1e-4));
    }
  }
}
