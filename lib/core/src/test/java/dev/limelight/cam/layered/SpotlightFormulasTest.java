package dev.limelight.cam.layered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The spotlights of the fixture against their formulas in doubles, whose activations and gradients
 * come from a cut at each layer by itself.
 */
public class SpotlightFormulasTest {

  private static final int SIDE = 64;

  private static final List<Target> TARGETS =
      List.of(Target.of(1), Target.top(), Target.difference(3, 0));

  /** What one layer of one picture gives, by channel and location. */
  private record Layer(double[][] activations, double[][] gradients, int side) {}

  /**
   * The finer layers are earlier ones, of 16 x 16 and 32 x 32 where the explained one has 8 x 8.
   */
  private static String path(String kind, String layer) {
    boolean blocks = Character.isUpperCase(kind.charAt(0));
    return layer.equals("layer1") && blocks ? "05SequentialBlock" : TinyResNet.path(kind, layer);
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
        List<List<List<Layer>>> layers =
            List.of("layer3", "layer2", "layer1").stream()
                .map(layer -> layers(network, whole, path(kind, layer), x))
                .toList();
        for (double[] focus : new double[][] {{1.5, 1}, {0.75, 0.75}, {0.5, 1}, {2.25, 0}}) {
          String text = "focus=" + focus[0] + ":" + focus[1];
          Pass pass = new Pass(split, whole, x, 1 << 26);
          List<Evidence> evidence = pass.evidence(TARGETS);
          for (int t = 0; t < TARGETS.size(); t++) {
            NDArray sharp = map("grad-spotlight(" + text + ")", evidence.get(t));
            NDArray plain = map("spotlight(" + text + ")", evidence.get(t));
            for (int i = 0; i < 2; i++) {
              Layer last = layers.get(0).get(t).get(i);
              Layer near = layers.get(1).get(t).get(i);
              Layer far = layers.get(2).get(t).get(i);
              double[] cam = raised(cam(last), 8, focus[1]);
              double[] seen = raised(seen(near), 16, focus[0]);
              assertSame(sharp.get(i), top(times(seen, cam)));
              double[] both =
                  times(
                      raised(spread(near), 16, 2 * focus[0]),
                      raised(spread(far), 32, 2 * focus[0] / 3));
              assertSame(plain.get(i), top(times(both, cam)));
            }
          }
          // The first ends at the nearest finer layer, so the second runs the picture once more.
          assertThat(pass.counter().work(Work.of("all")).forwards()).isEqualTo(2);
          assertThat(pass.counter().work(Work.of("all")).headBackwards()).isEqualTo(2 * 6);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  public void oneForwardIsEnoughWhereAllIsAskedForAtOnce(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          WholeNetwork whole = new WholeNetwork(network);
          SplitModel split = network.split(LayerPath.of(path(kind, "layer3")))) {
        NDArray x = TinyResNet.golden(scope).get("x").get("0:2");
        Pass pass = new Pass(split, whole, x, 1 << 26);
        Evidence evidence = pass.evidence(List.of(Target.top())).get(0);
        List<Method> methods =
            List.of(new GradSpotlight(), new Spotlight(), new GradCam(), new EigenCam());
        methods.forEach(method -> method.prepare(evidence));
        methods.forEach(method -> method.map(evidence));
        evidence.logits();
        assertThat(pass.counter().work(Work.of("all")).forwards()).isZero();
      }
    }
  }

  /** The gradient of log-odds is a multiple of that of the log-probability, as are the maps. */
  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  public void theFocusClassIsThatOfTheLogProbability(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(scope).get("x");
      for (String method : List.of("spotlight", "grad-spotlight")) {
        for (Target target : List.of(Target.of(1), Target.top(), Target.each(3, 1, 0, 2, 3, 0))) {
          List<Explanation> apart = ask(explainer, x, method + "(focus=class)", target);
          List<Explanation> own = ask(explainer, x, method + "(focus=1.5:1)", target);
          double changed = 0;
          for (int i = 0; i < 6; i++) {
            Target log = Target.logProbability(apart.get(i).target());
            Explanation same = ask(explainer, x, method + "(focus=1.5:1)", log).get(i);
            // The gradient of log p is a multiple of 1 - p, which is rounded as the logits are.
            double rounding = ulp(apart.get(i)) / (1 - apart.get(i).probability());
            assertThat(apart.get(i).map().maxDifference(same.map()))
                .isLessThan((float) (1e-3 + rounding));
            changed = Math.max(changed, apart.get(i).map().maxDifference(own.get(i).map()));
          }
          assertThat(changed).isGreaterThan(0.01);
        }
      }
      assertThatThrownBy(() -> ask(explainer, x, "spotlight(focus=class)", Target.difference(3, 0)))
          .hasMessageContaining("the target difference(3,0) is not one class");
    }
  }

  private static float ulp(Explanation explanation) {
    float largest = 0;
    for (float logit : explanation.logits()) {
      largest = Math.max(largest, Math.abs(logit));
    }
    return Math.ulp(largest);
  }

  private static List<Explanation> ask(
      Explainer explainer, NDArray x, String method, Target target) {
    return List.copyOf(
        explainer.explain(Question.of(x).methods(Methods.named(method)).targets(target)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  public void withoutEvidenceTheMapIsBlank(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      Target nothing = Target.function(z -> z.get(":, 0").mul(0), "nothing");
      for (String method : List.of("spotlight", "grad-spotlight")) {
        Question question = Question.of(x).methods(Methods.named(method)).targets(nothing);
        Explanation blank = explainer.explain(question).get(0);
        assertThat(blank.map().max()).as(method).isZero();
        assertThat(blank.map().isBlank()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "traced", "scripted"})
  public void layersAreSaidAndCanBeGiven(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model).at("layer3")) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      Map.of(
              "spotlight", "spotlight (focus=object, fine=layer2+layer1)",
              "grad-spotlight(focus=whole)", "grad-spotlight (focus=whole, fine=layer2)",
              "spotlight(fine=layer1+layer2)", "spotlight (focus=object, fine=layer2+layer1)",
              "grad-spotlight(fine=layer1)", "grad-spotlight (focus=object, fine=layer1)")
          .forEach(
              (method, said) -> {
                Question question =
                    Question.of(x).methods(Methods.named(method)).targets(Target.top());
                assertThat(explainer.explain(question).get(0).provenance().methodText())
                    .isEqualTo(said);
              });
    }
  }

  private static NDArray map(String method, Evidence evidence) {
    return Methods.named(method).map(evidence);
  }

  /** For each target one a picture. */
  private static List<List<Layer>> layers(
      Network network, WholeNetwork whole, String path, NDArray x) {
    try (SplitModel split = network.split(LayerPath.of(path))) {
      return new Pass(split, whole, x, 1 << 26)
          .evidence(TARGETS).stream()
              .map(
                  evidence ->
                      List.of(
                          layer(evidence.activations().get(0), evidence.gradients().get(0)),
                          layer(evidence.activations().get(1), evidence.gradients().get(1))))
              .toList();
    }
  }

  private static Layer layer(NDArray activations, NDArray gradients) {
    return new Layer(
        channels(activations), channels(gradients), (int) activations.getShape().get(1));
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

  private static double[] cam(Layer layer) {
    double[] sum = new double[layer.side() * layer.side()];
    for (int k = 0; k < layer.activations().length; k++) {
      double weight = 0;
      for (double slope : layer.gradients()[k]) {
        weight += slope / sum.length;
      }
      for (int q = 0; q < sum.length; q++) {
        sum[q] += weight * layer.activations()[k][q];
      }
    }
    for (int q = 0; q < sum.length; q++) {
      sum[q] = Math.max(0, sum[q]);
    }
    return sum;
  }

  private static double[] spread(Layer layer) {
    double[] squares = new double[layer.side() * layer.side()];
    for (double[] channel : layer.activations()) {
      double mean = 0;
      for (double value : channel) {
        mean += value / channel.length;
      }
      for (int q = 0; q < squares.length; q++) {
        squares[q] += (channel[q] - mean) * (channel[q] - mean);
      }
    }
    for (int q = 0; q < squares.length; q++) {
      squares[q] = Math.sqrt(squares[q]);
    }
    return squares;
  }

  private static double[] seen(Layer layer) {
    int side = layer.side();
    double[] squares = new double[side * side];
    double[] cells = new double[4];
    double sum = 0;
    for (double[] channel : layer.gradients()) {
      for (int q = 0; q < squares.length; q++) {
        squares[q] += channel[q] * channel[q];
        cells[(q / side) % 2 + 2 * (q % 2)] += channel[q] * channel[q];
        sum += channel[q] * channel[q];
      }
    }
    boolean uneven = Arrays.stream(cells).max().orElseThrow() > sum / 2;
    double[] seen = spread(layer);
    for (int q = 0; q < squares.length; q++) {
      double square = uneven ? 0 : squares[q];
      for (int d = 0; uneven && d < 9; d++) {
        int y = Math.min(side - 1, Math.max(0, q / side + d / 3 - 1));
        int x = Math.min(side - 1, Math.max(0, q % side + d % 3 - 1));
        square += (d / 3 == 1 ? 2 : 1) * (d % 3 == 1 ? 2 : 1) * squares[y * side + x] / 16;
      }
      seen[q] *= Math.sqrt(square);
    }
    return seen;
  }

  /** Divided by the maximum, enlarged, raised. */
  private static double[] raised(double[] plane, int side, double exponent) {
    double[] small = top(plane);
    double[] large = new double[SIDE * SIDE];
    for (int p = 0; p < large.length; p++) {
      double y = position(p / SIDE, side);
      double x = position(p % SIDE, side);
      int row = Math.min(side - 2, (int) y);
      int column = Math.min(side - 2, (int) x);
      double value = 0;
      for (int corner = 0; corner < 4; corner++) {
        int r = row + corner / 2;
        int c = column + corner % 2;
        value += small[r * side + c] * (1 - Math.abs(y - r)) * (1 - Math.abs(x - c));
      }
      large[p] = Math.pow(value, exponent);
    }
    return large;
  }

  private static double position(int pixel, int side) {
    return Math.max(0, Math.min(side - 1, (pixel + 0.5) * side / SIDE - 0.5));
  }

  private static double[] times(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  private static double[] top(double[] plane) {
    double most = Math.max(1e-12, Arrays.stream(plane).max().orElseThrow());
    return Arrays.stream(plane).map(value -> value / most).toArray();
  }

  private static void assertSame(NDArray found, double[] expected) {
    float[] values = found.toFloatArray();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).as("pixel %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }
}
