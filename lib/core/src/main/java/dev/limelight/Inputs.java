package dev.limelight;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * What a network is given, and what is kept of it beside the arrays.
 *
 * @param preprocessing how pictures become input
 * @param labels the names of the classes, or none
 */
record Inputs(Preprocessing preprocessing, List<String> labels) {

  /** That of one picture, (3, H, W). */
  Shape shape() {
    return new Shape(3, preprocessing.height(), preprocessing.width());
  }

  /** A picture of noise: on one that is even, heads may look simpler than they are. */
  NDArray madeUp(NDManager scope) {
    Shape shape = new Shape(1).addAll(shape());
    Random random = new Random(0);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return NativeArrays.of(scope, values, shape);
  }

  NDArray array(List<Picture> pictures, NDManager scope) {
    return array(pictures.size(), i -> preprocessing.apply(pictures.get(i)), scope);
  }

  /** Ready inputs as a batch, (N, 3, H, W). */
  NDArray array(int count, IntFunction<float[]> inputs, NDManager scope) {
    int w = preprocessing.width();
    int h = preprocessing.height();
    float[] all = new float[count * 3 * h * w];
    for (int i = 0; i < count; i++) {
      float[] one = inputs.apply(i);
      if (one.length != 3 * h * w) {
        throw new IllegalArgumentException(
            "an input is 3 x "
                + h
                + " x "
                + w
                + ", as preprocessing() says, and "
                + one.length
                + " values came");
      }
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return NativeArrays.of(scope, all, new Shape(count, 3, h, w));
  }

  /** Those of ready inputs, of which there is no picture. */
  List<Explanation.Subject> subjects(int count) {
    return Collections.nCopies(
        count,
        new Explanation.Subject(null, null, preprocessing.width(), preprocessing.height(), labels));
  }

  List<Explanation.Subject> subjects(List<Picture> pictures) {
    List<Explanation.Subject> all = new ArrayList<>();
    for (Picture picture : pictures) {
      all.add(
          new Explanation.Subject(
              picture,
              preprocessing.seen(picture.width(), picture.height()),
              preprocessing.width(),
              preprocessing.height(),
              labels));
    }
    return all;
  }

  static Picture picture(Image image) {
    if (image.getWrappedImage() instanceof BufferedImage buffered) {
      return Pictures.of(buffered, "image");
    }
    throw new IllegalArgumentException(
        "a DJL image holds a BufferedImage here, and this one holds "
            + image.getWrappedImage().getClass().getName()
            + "; read it by BufferedImageFactory or as a Picture");
  }

  /**
   * Those of a ready batch, of which there is no picture.
   *
   * @throws IllegalArgumentException if it is not (N, C, H, W) float32
   */
  List<Explanation.Subject> subjects(NDArray batch) {
    Shape shape = batch.getShape();
    if (shape.dimension() != 4 || batch.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "a batch is (N, C, H, W) float32, and "
              + shape
              + " "
              + batch.getDataType()
              + " came; add the missing dimension or convert it");
    }
    if (shape.size() == 0) {
      throw new IllegalArgumentException(
          "a batch holds at least one picture of one pixel, and one of shape " + shape + " came");
    }
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    List<Explanation.Subject> subjects = new ArrayList<>();
    for (int i = 0; i < shape.get(0); i++) {
      subjects.add(new Explanation.Subject(null, null, w, h, labels));
    }
    return subjects;
  }
}
