package dev.limelight.smooth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.PlannedWork;
import dev.limelight.cam.perturbed.IntegratedScoreCam;
import dev.limelight.cam.perturbed.OptiCam;
import dev.limelight.cam.perturbed.SmoothedScoreCam;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.gradient.SmoothGrad;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.perturb.Rise;
import dev.limelight.perturb.segment.KernelShap;
import dev.limelight.perturb.segment.Lime;
import dev.limelight.perturb.segment.PartitionShap;
import dev.limelight.perturb.segment.Xrai;
import dev.limelight.target.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What smoothed methods plan is what they take, whichever method is smoothed. */
class SmoothPlanTest {

  private static Stream<Method> methods() {
    Stream<Method> nested =
        Stream.of(
            new SmoothGrad(new IntegratedGradients(0, 2), 3, 0.1, 0),
            new SmoothGrad(new GuidedBackpropagation(), 3, 0.1, 0),
            new SmoothGrad(new SmoothGrad(), 2, 0.1, 0));
    // Of their passes there need not be so many.
    List<Method> brief =
        List.of(
            new Rise(40, 5, 0.5, 0, null, 0),
            new SmoothedScoreCam("input", 2, 2, 0, 6),
            new IntegratedScoreCam(2, false, 6),
            new OptiCam(3, 0.1),
            new KernelShap("grid:3", 30, "blur", 0),
            new Lime("grid:3", 30, "mean", 0.25, 1, 0),
            new PartitionShap("grid:4", 30, "blur"),
            new Xrai("felzenszwalb", 3));
    return Stream.concat(Methods.all().stream(), nested)
        .map(
            inner ->
                brief.stream()
                    .filter(each -> each.getClass() == inner.getClass())
                    .findFirst()
                    .orElse(inner))
        .flatMap(
            inner ->
                Stream.of(
                    inner,
                    new FlipsAndScales(inner),
                    new FirstComponent(inner),
                    new FlipsAndScales(new FirstComponent(inner))));
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "MXNet, layer3", "PyTorch, layer2", "traced, layer3"})
  void passesAreThoseOfThePlan(String kind, String layer) {
    try (Scene scene = new Scene(kind, layer)) {
      double[] picture = scene.picture(0);
      Conditions here = scene.pass(picture).conditions(Target.of(1));
      methods()
          .forEach(
              method -> {
                Pass pass = scene.pass(picture);
                Evidence evidence = pass.evidence(List.of(Target.of(1))).get(0);
                Work planned;
                try {
                  planned = method.work(here);
                } catch (IllegalArgumentException e) {
                  assertThatThrownBy(() -> method.map(evidence))
                      .as("%s", method)
                      .hasMessage(e.getMessage());
                  return;
                }
                method.map(evidence);
                PlannedWork.assertDone(pass.counter().work(planned), planned, method.toString());
              });
    }
  }
}
