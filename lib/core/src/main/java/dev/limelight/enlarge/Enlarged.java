package dev.limelight.enlarge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A method that enlarges the map of another along the edges of the picture. */
interface Enlarged extends Method {

  /** Whose map it is. */
  Method inner();

  /**
   * Enlarges one map.
   *
   * @param map row by row
   * @param width its columns
   * @param height its rows
   * @param guide the picture
   * @return row by row, of the guide's size
   */
  float[] enlarge(float[] map, int width, int height, Guide guide);

  static void check(String name, Method inner) {
    if (inner == null) {
      throw new IllegalArgumentException(
          name + " enlarges the map of another method, but got none; give such as new GradCam()");
    }
  }

  /** The enlarged maps, (N, 1, H, W), each divided by its largest absolute value. */
  @Override
  default NDArray parts(Evidence evidence) {
    Evidence separate = evidence.withoutNotes();
    NDArray maps = inner().map(separate);
    separate
        .notes()
        .forEach((name, values) -> evidence.note(inner().info().name() + ": " + name, values));
    int height = (int) maps.getShape().get(1);
    int width = (int) maps.getShape().get(2);
    float[] values = maps.toFloatArray();
    Shape input = evidence.input().getShape();
    int pixels = (int) (input.get(2) * input.get(3));
    float[] all = new float[evidence.size() * pixels];
    for (int i = 0; i < evidence.size(); i++) {
      float[] own = Arrays.copyOfRange(values, i * width * height, (i + 1) * width * height);
      float[] enlarged = enlarge(own, width, height, Guide.of(evidence.input(), i));
      within(enlarged, own);
      System.arraycopy(relative(enlarged), 0, all, i * pixels, pixels);
    }
    Shape shape = new Shape(evidence.size(), 1, input.get(2), input.get(3));
    return NativeArrays.of(evidence.input().getManager(), all, shape);
  }

  /** Keeps to the range of the map: what overshoots at an edge is no evidence. */
  private static void within(float[] enlarged, float[] map) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : map) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    for (int i = 0; i < enlarged.length; i++) {
      enlarged[i] = Math.min(most, Math.max(least, enlarged[i]));
    }
  }

  private static float[] relative(float[] map) {
    float most = 0;
    for (float value : map) {
      most = Math.max(most, Math.abs(value));
    }
    if (most > 0) {
      for (int i = 0; i < map.length; i++) {
        map[i] /= most;
      }
    }
    return map;
  }

  @Override
  default void prepare(Evidence evidence) {
    inner().prepare(evidence);
  }

  /** Values that are divided by the largest absolute one. */
  @Override
  default String unit(String score) {
    return "relative";
  }

  @Override
  default List<String> notes() {
    String own =
        info().name()
            + " follows edges of the picture, which the network need not have used; the map's values"
            + " are relative";
    return Stream.concat(inner().notes().stream(), Stream.of(own)).toList();
  }

  static Work work(String name, Method inner, Conditions at) {
    Work work = inner.work(at);
    return work.withHow(name + " of: " + work.how());
  }

  static MethodInfo info(String name, Method inner, String summary) {
    return inner.info().withName(name).withSummary(summary);
  }
}
