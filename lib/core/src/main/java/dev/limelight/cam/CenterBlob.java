package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * A control: a Gaussian in the middle of the layer, 1 at its highest, the same for every picture
 * and class. Many data sets have their objects there, so it does well without looking.
 *
 * @param width the standard deviation, as a part of the height and of the width
 */
@MetaInfServices(Method.class)
public record CenterBlob(double width) implements Method {

  /** With a standard deviation of a quarter of each side. */
  public CenterBlob() {
    this(0.25);
  }

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if it is not above zero
   */
  public CenterBlob {
    if (!(width > 0 && Double.isFinite(width))) {
      throw new IllegalArgumentException(
          "the width of a blob is a part of the side above 0, but got "
              + width
              + "; choose one such as 0.25");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    Shape shape = activations.getShape();
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    float[] blob = new float[evidence.size() * h * w];
    for (int i = 0; i < blob.length; i++) {
      int location = i % (h * w);
      blob[i] = (float) (bell(location / w, h) * bell(location % w, w));
    }
    return NativeArrays.of(activations.getManager(), blob, new Shape(evidence.size(), 1, h, w));
  }

  private double bell(int location, int size) {
    double distance = (location - (size - 1) / 2.0) / (width * size);
    return Math.exp(-distance * distance / 2);
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("the middle of the layer");
  }

  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("center-blob")
        .withSummary("A bright middle, whatever the picture.")
        .asControl()
        .withCost("nothing")
        .withPaper("a control");
  }
}
