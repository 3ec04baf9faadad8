package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Maps of the fixture against those that grad-cam 1.5.7 gave, and against the papers' formulas on
 * the fixture's own activations and gradients; every method, one picture at a time and as one
 * batch.
 */
class GoldenMapsTest {

  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void mapsAreThoseOfTheFixture(String kind) {
    List<String> layers = List.of("layer2", "layer3");
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDList golden = TinyResNet.golden(scope);
      long[] classes = golden.get("y").toLongArray();
      int checked = 0;
      for (String layer : layers) {
        Explainer at = explainer.at(TinyResNet.path(kind, layer));
        for (Method method : Methods.all()) {
          String name = method.info().name();
          boolean known = name.equals("cam") || golden.get(layer + "/" + name) != null;
          if (known && runs(method, layer)) {
            List<Explanation> batch = batch(at, method, golden.get("x"), classes);
            List<Explanation> singles = singles(at, method, golden.get("x"), classes);
            for (List<Explanation> all : List.of(batch, singles)) {
              if (SlowMaps.knows(name)) {
                checkRaw(all, golden, layer, name);
              }
              checkFinal(all, golden, layer + "/" + name);
            }
            checked++;
          }
        }
      }
      assertThat(checked).isEqualTo(21);
    }
  }

  /** CAM needs a linear head, which follows layer3. */
  private static boolean runs(Method method, String layer) {
    return layer.equals("layer3") || !method.info().name().equals("cam");
  }

  private static List<Explanation> batch(
      Explainer explainer, Method method, NDArray x, long[] classes) {
    int[] targets = new int[classes.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (int) classes[i];
    }
    return explainer.explain(Question.of(x).methods(method).targets(Target.each(targets)));
  }

  private static List<Explanation> singles(
      Explainer explainer, Method method, NDArray x, long[] classes) {
    List<Explanation> all = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      NDArray one = x.get(i + ":" + (i + 1));
      all.addAll(
          explainer.explain(Question.of(one).methods(method).targets(Target.of((int) classes[i]))));
    }
    return all;
  }

  private static void checkRaw(List<Explanation> all, NDList golden, String layer, String method) {
    for (int i = 0; i < all.size(); i++) {
      double[] expected =
          SlowMaps.map(
              method,
              new SlowMaps.Layer(
                  channels(golden.get(layer + "/activations").get(i)),
                  channels(golden.get(layer + "/gradients").get(i))));
      float[] actual = all.get(i).map().values();
      for (int place = 0; place < expected.length; place++) {
        assertThat((double) actual[place])
            .as("raw %s at %s, picture %d, place %d", method, layer, i, place)
            .isCloseTo(expected[place], within(TOLERANCE));
      }
    }
  }

  private static void checkFinal(List<Explanation> all, NDList golden, String key) {
    NDArray expected = golden.get(key);
    if (expected == null) {
      // The golden file has the original CAM as a raw map only, which checkRaw has seen.
      expected = golden.get(key.replace("/cam", "/grad-cam"));
    }
    for (int i = 0; i < all.size(); i++) {
      float[] wanted = expected.get(i).toFloatArray();
      Heatmap seen = all.get(i).heatmap();
      Heatmap reference = new Heatmap(seen.width(), seen.height(), wanted, seen.unit());
      if (key.contains("/eigen-") && seen.maxDifference(reference) > TOLERANCE) {
        // There the sign of a component is left to the linear algebra library.
        seen = all.get(i).map().scaled(-1).processed(seen.width(), seen.height());
      }
      float[] actual = seen.values();
      for (int place = 0; place < wanted.length; place++) {
        assertThat(actual[place])
            .as("final %s, picture %d, pixel %d", key, i, place)
            .isCloseTo(wanted[place], within((float) TOLERANCE));
      }
    }
  }

  private static double[][] channels(NDArray array) {
    int channels = (int) array.getShape().get(0);
    int places = (int) (array.size() / channels);
    float[] values = array.toFloatArray();
    double[][] result = new double[channels][places];
    for (int i = 0; i < values.length; i++) {
      result[i / places][i % places] = values[i];
    }
    return result;
  }
}
