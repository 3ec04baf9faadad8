package dev.limelight;

import ai.djl.ndarray.NDArray;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;

/** Explanations of given maps, for what reads them and needs no network. */
public final class Explained {

  private Explained() {}

  /** A method that makes no maps. */
  private record ByHand(String name) implements Method {

    @Override
    public NDArray parts(Evidence evidence) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam(name).withoutClasses();
    }

    @Override
    public Map<String, Object> parameters() {
      return Map.of();
    }
  }

  /** A ready tensor of that size; the map speaks for the first of two classes. */
  public static Explanation of(Heatmap map, int width, int height, double probability) {
    return of(map, width, height, probability, new ByHand("made"), Target.of(0), Map.of());
  }

  public static Explanation of(
      Heatmap map,
      int width,
      int height,
      double probability,
      Method method,
      Target target,
      Map<String, Double> notes) {
    float[] logits = {(float) Math.log(probability / (1 - probability)), 0};
    return new Explanation(
        new Subject(null, null, width, height),
        new Prediction(logits, List.of(), false, OutputKind.LOGITS),
        new Explanation.Spoken(0, target.toString()),
        map,
        method.info().name(),
        notes,
        provenance(method, target));
  }

  /** A picture of which the network saw a part as an input of the map's size. */
  public static Explanation over(
      Picture picture, Rectangle2D seen, Heatmap map, int target, List<String> labels) {
    return new Explanation(
        new Subject(picture, seen, map.width(), map.height()),
        new Prediction(new float[labels.size()], labels, false, OutputKind.LOGITS),
        new Explanation.Spoken(target, String.valueOf(target)),
        map,
        "made",
        Map.of(),
        provenance(new ByHand("made, by hand"), Target.of(0)));
  }

  private static Provenance provenance(Method method, Target target) {
    ModelInfo model =
        new ModelInfo(
            "model",
            null,
            "none",
            null,
            List.of(),
            Preprocessing.of(224, 224),
            null,
            false,
            null,
            List.of());
    return new Provenance(method, List.of(LayerPath.of("layer")), target, model, "test");
  }
}
