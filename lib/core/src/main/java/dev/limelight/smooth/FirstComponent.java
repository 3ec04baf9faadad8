package dev.limelight.smooth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PrincipalComponent;
import dev.limelight.method.Work;
import java.util.List;

/**
 * The first principal component of what another method's channels say: {@code b v}, where v
 * projects the locations, as points in channel space with their mean removed, on the direction in
 * which they vary most, and {@code b = <v, L> / <v, v>} brings it as near as a factor can to L, the
 * method's own map less its mean. So it keeps the map's unit, its sign agrees with the map, and its
 * mean is 0. What only a few channels say is left out. A method of one channel gives its own map
 * less the mean.
 *
 * <p>The peer leaves sign and size to its linear algebra library.
 *
 * <p>What the method notes is about its own map, and noted with the method's name before it.
 *
 * @param inner any method
 * @see <a href="https://github.com/jacobgil/pytorch-grad-cam">grad-cam, eigen_smooth</a>
 */
public record FirstComponent(Method inner) implements Method {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException without a method
   */
  public FirstComponent {
    Smoothed.check(inner);
  }

  /** One (N, 1, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    Evidence separate = evidence.withoutNotes();
    NDArray parts = inner.parts(separate);
    separate
        .notes()
        .forEach((name, values) -> evidence.note(inner.info().name() + ": " + name, values));
    float[] values;
    Shape shape;
    try (NDManager scope = parts.getManager().newSubManager()) {
      NDArray map = inner.together(parts);
      map.attach(scope);
      NDArray component = PrincipalComponent.project(parts, map);
      component.attach(scope);
      shape = component.getShape();
      values = component.toFloatArray();
      float[] maps = map.toFloatArray();
      int locations = (int) (shape.get(1) * shape.get(2));
      for (int i = 0; i < shape.get(0); i++) {
        fit(values, maps, i * locations, (i + 1) * locations);
      }
    }
    Shape one = new Shape(shape.get(0), 1, shape.get(1), shape.get(2));
    return NativeArrays.of(parts.getManager(), values, one);
  }

  /** Least squares; the component has no mean, so that of the map makes no difference. */
  private static void fit(float[] component, float[] map, int from, int to) {
    double both = 0;
    double square = 0;
    for (int i = from; i < to; i++) {
      both += (double) component[i] * map[i];
      square += (double) component[i] * component[i];
    }
    // Where nothing varies, the component is 0 and stays so.
    double factor = square == 0 ? 0 : both / square;
    for (int i = from; i < to; i++) {
      component[i] *= (float) factor;
    }
  }

  @Override
  public void prepare(Evidence evidence) {
    inner.prepare(evidence);
  }

  @Override
  public Method resolved(Evidence evidence) {
    return new FirstComponent(inner.resolved(evidence));
  }

  @Override
  public Work work(Conditions at) {
    Work one = inner.work(at);
    return one.withHow("first component of: " + one.how());
  }

  @Override
  public String unit(String score) {
    return inner.unit(score);
  }

  @Override
  public List<String> notes() {
    return inner.notes();
  }

  @Override
  public MethodInfo info() {
    return Smoothed.info(inner, "eigen-smooth", "");
  }
}
