package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.array.PlainArray;
import dev.limelight.image.Framing;
import dev.limelight.image.Mask;
import dev.limelight.output.Reading;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class within a region of a segmentation network's output.
 *
 * @param target the class
 * @param mask the region, at the size of the output; of a picture if it is of a file
 * @param odds whether it is weighed against all other classes, place by place
 * @param file that the mask was read from, whose pixels are those of the picture, or null
 * @param reading what the outputs mean, or null until the network is known
 */
record ClassInside(
    ClassTarget target, Mask mask, boolean odds, @Nullable String file, @Nullable Reading reading)
    implements Target {

  /** Farther than any logit is from another: its exponential is 0. */
  private static final float FAR = 1e30f;

  static ClassInside of(Target target, Mask mask) {
    if (target instanceof TopClass || !(target instanceof ClassTarget one)) {
      throw new IllegalArgumentException(
          "inside() takes a class by its index or label, but got " + target);
    }
    return new ClassInside(one, mask, false, null, null);
  }

  /** A class within a region of the picture. */
  static ClassInside ofPicture(Target target, Mask mask, String file) {
    ClassInside plain = of(target, mask);
    return new ClassInside(plain.target, mask, false, file, null);
  }

  @Override
  public NDArray score(NDArray output) {
    NDArray maps = maps(output);
    NDArray region = region(maps);
    NDArray sums = maps.mul(region).sum(new int[] {2, 3});
    if (!odds || maps.getShape().get(1) == 1) {
      return target.score(sums);
    }
    NDArray weights = target.weights(sums).expandDims(2).expandDims(3);
    NDArray others = maps.sub(weights.mul(FAR));
    NDArray largest = others.stopGradient().max(new int[] {1}, true);
    NDArray rest = others.sub(largest).exp().sum(new int[] {1}, true).log().add(largest);
    NDArray own = maps.mul(weights).sum(new int[] {1}, true);
    return own.sub(rest).mul(region).sum(new int[] {1, 2, 3});
  }

  @Override
  public Target againstOthers() {
    return new ClassInside(target, mask, true, file, reading);
  }

  @Override
  public boolean ofPlace() {
    return true;
  }

  @Override
  public String unit() {
    return odds ? "log-odds" : "logit";
  }

  @Override
  public PlainArray prediction(NDArray output) {
    return PlainArray.of(sums(output.stopGradient()));
  }

  @Override
  public Target reading(Reading known) {
    return new ClassInside(target, mask, odds, file, known);
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    if (file == null) {
      return this;
    }
    List<Target> each = new ArrayList<>();
    for (Framing one : pictures) {
      if (mask.width() != one.width() || mask.height() != one.height()) {
        throw new IllegalArgumentException(
            "the mask of "
                + file
                + " is "
                + mask.width()
                + "x"
                + mask.height()
                + " pixels, and the picture "
                + one.width()
                + "x"
                + one.height()
                + "; give a mask of the picture's size");
      }
      each.add(new ClassInside(target, mask.within(one.visible()), odds, file, reading));
    }
    return each.size() == 1 ? each.get(0) : Target.each(each);
  }

  private NDArray maps(NDArray output) {
    return reading == null ? output : reading.maps(output);
  }

  /** The sum of each class over the region, (N, K). */
  private NDArray sums(NDArray output) {
    NDArray maps = maps(output);
    return maps.mul(region(maps)).sum(new int[] {2, 3});
  }

  /** 1 inside of the region and 0 elsewhere, (1, 1, H, W). */
  private NDArray region(NDArray output) {
    Shape shape = output.getShape();
    if (shape.dimension() != 4) {
      throw new UnsupportedException(
          "inside() is for a segmentation output (N, K, H, W), and this network gives "
              + shape
              + "; choose the class itself");
    }
    if (file == null && (shape.get(2) != mask.height() || shape.get(3) != mask.width())) {
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
    Mask own = file == null ? mask : mask.resized((int) shape.get(3), (int) shape.get(2));
    if (file != null && own.area() == 0) {
      throw new IllegalArgumentException(
          "the mask of "
              + file
              + " covers none of the "
              + shape.get(3)
              + "x"
              + shape.get(2)
              + " places of the network's output; mark a larger region");
    }
    boolean[] cells = own.cells();
    float[] inside = new float[cells.length];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = cells[i] ? 1 : 0;
    }
    return NativeArrays.of(output.getManager(), inside, new Shape(1, 1, own.height(), own.width()));
  }

  @Override
  public int[] classes(NDArray output) {
    return target.classes(sums(output));
  }

  @Override
  public boolean linear() {
    return !odds;
  }

  @Override
  public boolean binary() {
    return target.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new ClassInside(target.resolve(labels), mask, odds, file, reading);
  }

  @Override
  public Target slice(int from, int count) {
    return new ClassInside(target.slice(from, count), mask, odds, file, reading);
  }

  @Override
  public Target of(int picture, NDArray output) {
    return new ClassInside(target.of(picture, maps(output)), mask, odds, file, reading);
  }

  @Override
  public String caption(List<String> labels) {
    String inside = "inside(" + target.caption(labels) + ", " + mask.area() + " pixels)";
    return odds ? "log-odds(" + inside + ")" : inside;
  }

  @Override
  public String toString() {
    String where = file == null ? mask.toString() : TargetParser.written(file);
    String inside = "inside(" + target + "," + where + ")";
    return odds ? "log-odds(" + inside + ")" : inside;
  }
}
