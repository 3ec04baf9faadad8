package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {

  static Plan plan(Model model, String layer, Target target) {
    try (Explainer explainer =
        Explainer.builder()
            .setModel(model)
            .optLayer(LayerPath.of(layer))
            .optPreprocessing(Preprocessing.of(64, 64))
            .build()) {
      return explainer.plan(Methods.all(), target);
    }
  }

  /** What runs as planned, runs with the passes that were planned; the rest refuses. */
  @ParameterizedTest
  @CsvSource({
    "symbol, layer2",
    "symbol, layer3",
    "MXNet, layer2",
    "PyTorch, layer3",
    "traced, layer2",
    "scripted, layer3"
  })
  void passesAreThoseOfThePlan(String kind, String layer) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      String path = TinyResNet.path(kind, layer);
      Plan plan = plan(model, path, Target.of(1));
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(path));
          WholeNetwork whole = new WholeNetwork(network)) {
        NDArray golden = TinyResNet.golden(scope).get("x").get("0:1");
        NDArray x = scope.create(golden.toFloatArray(), golden.getShape());
        for (Method method : Methods.all()) {
          Pass pass = new Pass(split, whole, x, 1 << 26);
          Evidence evidence = pass.evidence(List.of(Target.of(1))).get(0);
          Plan.Row row = plan.row(method.info().name()).orElseThrow();
          if (row.runs()) {
            method.parts(evidence).toFloatArray();
            Work done = pass.counter().work(row.work());
            PlannedWork.assertDone(done, row.work(), row.toString());
            assertThat(row.bytes()).isPositive();
            if (row.work().same() != null) {
              Method same = Methods.named(row.work().same());
              assertProportional(method.map(evidence), same.map(evidence), row.toString());
            }
          } else {
            assertThat(refused(method, evidence)).as(row.toString()).isTrue();
          }
        }
      }
    }
  }

  private static void assertProportional(NDArray map, NDArray other, String name) {
    float[] one = map.toFloatArray();
    float[] two = other.toFloatArray();
    double product = 0;
    double square = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * two[i];
      square += (double) two[i] * two[i];
    }
    double factor = product / square;
    assertThat(factor).as(name).isPositive();
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i] / factor).as(name).isCloseTo(two[i], within(1e-4));
    }
  }

  private static boolean refused(Method method, Evidence evidence) {
    try {
      method.parts(evidence);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  @Test
  void refusesAHeadThatIsNotLinearAndNamesAlternatives() {
    try (Model model = TinyResNet.symbol()) {
      Plan.Row cam = plan(model, "layer2", Target.top()).row("cam").orElseThrow();
      assertThat(cam.runs()).isFalse();
      assertThat(cam.how()).startsWith("cannot run: cam needs").contains("use grad-cam");
      assertThat(plan(model, "layer3", Target.top()).row("cam").orElseThrow().runs()).isTrue();
    }
  }

  @Test
  void itReadsAsATable() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = Explainer.of(model)) {
      String[] lines = explainer.plan(Methods.all(), Target.top()).toString().split("\n");
      assertThat(lines).hasSize(Methods.all().size());
      assertThat(explainer.plan(List.of(new GradCam()), Target.top()).toString())
          .matches("grad-cam  1 head backward  \\d+\\.\\d MB  gradients at the layer");
    }
  }
}
