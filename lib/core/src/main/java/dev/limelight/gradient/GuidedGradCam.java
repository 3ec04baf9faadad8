package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Guided Grad-CAM: {@code G * up(max(L, 0))}, with {@code G} the guided backpropagation, (N, C, H,
 * W), {@code L} the Grad-CAM of the layer, (N, h, w), and {@code up} its enlargement to (H, W):
 * bilinear, half-pixel centres, clamped edges. Fine structure of what the class was seen in.
 *
 * <p>Not as evidence alone, for the same reason as guided backpropagation.
 *
 * @see <a href="https://arxiv.org/abs/1610.02391">Selvaraju et al. 2017, Grad-CAM</a>
 */
@MetaInfServices(Method.class)
public record GuidedGradCam() implements Method {

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray map = new GradCam().map(evidence).maximum(0);
    NDArray guided = evidence.guidedGradients();
    return guided.mul(enlarged(map, guided.getShape()));
  }

  private static NDArray enlarged(NDArray maps, Shape picture) {
    int height = (int) picture.get(2);
    int width = (int) picture.get(3);
    int n = (int) picture.get(0);
    float[] all = new float[Math.multiplyExact(n, height * width)];
    for (int i = 0; i < n; i++) {
      NDArray map = maps.get(i);
      Shape shape = map.getShape();
      float[] one =
          Bilinear.resize(
              map.toFloatArray(), (int) shape.get(1), (int) shape.get(0), width, height);
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return NativeArrays.of(maps.getManager(), all, new Shape(n, 1, height, width));
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("guided-grad-cam")
        .withSummary("Guided backpropagation times Grad-CAM: crisp edges where the class is.")
        .withCost("one head backward, and one backward ReLU by ReLU")
        .withPaper("Selvaraju et al., ICCV 2017")
        .withLink("https://arxiv.org/abs/1610.02391");
  }

  @Override
  public Work work(Conditions at) {
    at.headBackward("Grad-CAM");
    return at.guidedBackward("guided backpropagation times Grad-CAM").withHeadBackwards(1);
  }

  @Override
  public String unit(String score) {
    return score + "^2 per input unit";
  }
}
