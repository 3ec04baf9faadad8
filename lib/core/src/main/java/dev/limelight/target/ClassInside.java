package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Mask;
import dev.limelight.output.Reading;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A class within a region of a segmentation network's output. */
record ClassInside(ClassTarget target, Mask mask, @Nullable Reading reading) implements Target {

  static ClassInside of(Target target, Mask mask) {
    if (target instanceof TopClass || !(target instanceof ClassTarget one)) {
      throw new IllegalArgumentException(
          "inside() takes a class by its index or label, but got " + target);
    }
    return new ClassInside(one, mask, null);
  }

  @Override
  public NDArray score(NDArray output) {
    return target.score(sums(output));
  }

  @Override
  public NDArray prediction(NDArray output) {
    return sums(output.stopGradient());
  }

  @Override
  public Target reading(Reading known) {
    return new ClassInside(target, mask, known);
  }

  private NDArray maps(NDArray output) {
    return reading == null ? output : reading.maps(output);
  }

  /** The sum of each class over the region, (N, K). */
  private NDArray sums(NDArray given) {
    NDArray output = maps(given);
    Shape shape = output.getShape();
    if (shape.dimension() != 4) {
      throw new UnsupportedException(
          "inside() is for a segmentation output (N, K, H, W), and this network gives "
              + shape
              + "; choose the class itself");
    }
    if (shape.get(2) != mask.height() || shape.get(3) != mask.width()) {
      throw new IllegalArgumentException(
          "the mask is "
              + mask.width()
              + "x"
              + mask.height()
              + " pixels, and the network's output "
              + shape.get(3)
              + "x"
              + shape.get(2)
              + "; give a mask of the output's size");
    }
    boolean[] cells = mask.cells();
    float[] inside = new float[cells.length];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = cells[i] ? 1 : 0;
    }
    NDArray region =
        NativeArrays.of(output.getManager(), inside, new Shape(1, 1, mask.height(), mask.width()));
    return output.mul(region).sum(new int[] {2, 3});
  }

  @Override
  public int[] classes(NDArray output) {
    return target.classes(sums(output));
  }

  @Override
  public boolean linear() {
    return true;
  }

  @Override
  public boolean binary() {
    return target.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new ClassInside(target.resolve(labels), mask, reading);
  }

  @Override
  public Target slice(int from, int count) {
    return new ClassInside(target.slice(from, count), mask, reading);
  }

  @Override
  public Target of(int picture, NDArray output) {
    return new ClassInside(target.of(picture, maps(output)), mask, reading);
  }

  @Override
  public String caption(List<String> labels) {
    return "inside(" + target.caption(labels) + ", " + mask.area() + " pixels)";
  }

  @Override
  public String toString() {
    return "inside(" + target + "," + mask + ")";
  }
}
