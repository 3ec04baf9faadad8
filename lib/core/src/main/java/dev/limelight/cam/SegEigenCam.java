package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PrincipalComponent;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Seg-Eigen-CAM: as Eigen-CAM, of {@code |g| A}, the absolute gradient of the score at each
 * location and channel times the activation there. With P the projection of the locations on the
 * first principal component, their mean removed, the map is P if {@code |max P| >= |min P|}, and -P
 * otherwise. So what stands out most is positive, whatever it says of the class.
 *
 * <p>Not to tell evidence for a class from evidence against it, as the absolute value mixes both;
 * eigen-grad-cam keeps the sign.
 *
 * @see <a href="https://doi.org/10.3390/app15137562">Chung and Ying 2025, Seg-Eigen-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record SegEigenCam() implements Method {

  /** One (N, 1, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray weighted = evidence.gradients().abs().mul(evidence.activations());
    NDArray projected = PrincipalComponent.project(weighted, weighted.sum(new int[] {1}));
    Shape shape = projected.getShape();
    float[] values = projected.toFloatArray();
    int locations = (int) shape.slice(1).size();
    for (int from = 0; from < values.length; from += locations) {
      correctSign(values, from, from + locations);
    }
    return NativeArrays.of(
        projected.getManager(), values, new Shape(shape.get(0), 1).addAll(shape.slice(1)));
  }

  private static void correctSign(float[] values, int from, int to) {
    float least = 0;
    float most = 0;
    for (int i = from; i < to; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    for (int i = from; -least > most && i < to; i++) {
      values[i] = -values[i];
    }
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("seg-eigen-cam")
        .withSummary(
            "Eigen-CAM of activations weighted by the size of their gradients, with its sign put right.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Chung and Ying, Applied Sciences 2025")
        .withLink("https://doi.org/10.3390/app15137562");
  }
}
