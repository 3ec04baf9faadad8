package dev.limelight;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.event.PictureEvent;
import dev.limelight.event.Span;
import dev.limelight.image.Picture;
import dev.limelight.model.EngineLock;
import dev.limelight.model.Preprocessing;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** Where the network's inputs are taken from. */
sealed interface Source {

  /** How many there are. */
  int count();

  /** The shape of one input, (C, H, W). */
  Shape shape(Preprocessing preprocessing);

  /**
   * Prepares inputs. It calls the caller's code, so that no lock may be held.
   *
   * @param from the first
   * @param to the one after the last
   */
  Part part(int from, int to, Preprocessing preprocessing);

  /** Inputs that are ready to become an array. */
  interface Part {

    /** As a batch, (N, C, H, W), that belongs to the scope. */
    NDArray in(NDManager scope);

    /** Their shape, (N, C, H, W). */
    Shape shape();

    /** Their numbers, row by row. */
    float[] values();

    /** The description of each of them. */
    List<Subject> subjects();
  }

  /** Inputs as plain numbers. */
  record Values(float[] values, Shape shape, List<Subject> subjects) implements Part {

    /** Checks that all are numbers. */
    public Values {
      checkFinite(values, subjects);
    }

    @Override
    public NDArray in(NDManager scope) {
      return NativeArrays.of(scope, values, shape);
    }

    static Values of(int from, int to, Preprocessing by, IntFunction<float[]> inputs) {
      int size = by.channels() * by.height() * by.width();
      float[] all = new float[(to - from) * size];
      for (int i = from; i < to; i++) {
        float[] one = inputs.apply(i);
        if (one.length != size) {
          throw new IllegalArgumentException(
              "an input is "
                  + by.channels()
                  + " x "
                  + by.height()
                  + " x "
                  + by.width()
                  + ", as preprocessing() says, but got "
                  + one.length
                  + " values");
        }
        System.arraycopy(one, 0, all, (i - from) * size, size);
      }
      Shape shape = new Shape(to - from).addAll(Source.inputShape(by));
      return new Values(all, shape, Subject.unseen(to - from, by.width(), by.height()));
    }

    Values of(List<Subject> others) {
      return new Values(values, shape, others);
    }
  }

  /** Pictures, which are preprocessed. */
  record Pictures(List<Picture> pictures) implements Source {

    /** Keeps its own list. */
    public Pictures {
      pictures = List.copyOf(pictures);
    }

    @Override
    public int count() {
      return pictures.size();
    }

    @Override
    public Shape shape(Preprocessing preprocessing) {
      return Source.inputShape(preprocessing);
    }

    @Override
    public Part part(int from, int to, Preprocessing preprocessing) {
      List<Subject> subjects =
          pictures.subList(from, to).stream().map(one -> Subject.of(one, preprocessing)).toList();
      return Values.of(from, to, preprocessing, i -> input(pictures.get(i), preprocessing))
          .of(subjects);
    }

    private static float[] input(Picture picture, Preprocessing preprocessing) {
      Span span = Span.begin(() -> new PictureEvent(picture.name()));
      float[] input = preprocessing.apply(picture);
      span.end();
      return input;
    }
  }

  /** Ready inputs, made one after the other. */
  record Inputs(int count, IntFunction<float[]> inputs) implements Source {

    @Override
    public Shape shape(Preprocessing preprocessing) {
      return Source.inputShape(preprocessing);
    }

    @Override
    public Part part(int from, int to, Preprocessing preprocessing) {
      return Values.of(from, to, preprocessing, inputs);
    }
  }

  /** A ready batch of any engine. */
  record Batch(NDArray batch) implements Source {

    /** Checks its shape. */
    public Batch {
      Shape shape = batch.getShape();
      if (shape.dimension() != 4 || batch.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "a batch is (N, C, H, W) float32, but got "
                + shape
                + " "
                + batch.getDataType()
                + "; add the missing dimension or convert it");
      }
      if (shape.size() == 0) {
        throw new IllegalArgumentException(
            "a batch holds at least one picture of one pixel, but got one of shape " + shape);
      }
    }

    @Override
    public int count() {
      return (int) batch.getShape().get(0);
    }

    @Override
    public Shape shape(Preprocessing preprocessing) {
      return batch.getShape().slice(1);
    }

    @Override
    public Part part(int from, int to, Preprocessing preprocessing) {
      Shape shape = batch.getShape();
      return new Slice(
          batch, from, Subject.unseen(to - from, (int) shape.get(3), (int) shape.get(2)));
    }
  }

  /** Some pictures of a ready batch. */
  record Slice(NDArray batch, int from, List<Subject> subjects) implements Part {

    @Override
    public Shape shape() {
      return new Shape(subjects.size()).addAll(batch.getShape().slice(1));
    }

    @Override
    public float[] values() {
      return EngineLock.of(batch.getManager().getEngine())
          .call(
              () -> {
                try (NDManager scope = batch.getManager().newSubManager()) {
                  return in(scope).toFloatArray();
                }
              });
    }

    @Override
    public NDArray in(NDManager scope) {
      NDArray local = scope.from(batch).toDevice(scope.getDevice(), false);
      if (local != batch) {
        local.attach(scope);
      }
      NDArray input = local.stopGradient();
      input.attach(scope);
      if (subjects.size() < batch.getShape().get(0)) {
        input = input.get(from + ":" + (from + subjects.size()));
        input.attach(scope);
      }
      // What is on a GPU stays there: to bring it here takes longer than to look at it there.
      if (!input.getDevice().isGpu() || !isFinite(input)) {
        checkFinite(input.toFloatArray(), subjects);
      }
      return input;
    }
  }

  /** The shape of one input that a preprocessing makes, (C, H, W). */
  static Shape inputShape(Preprocessing by) {
    return new Shape(by.channels(), by.height(), by.width());
  }

  /** Whether all numbers of an array are finite, by its engine: x - x is 0, and NaN of others. */
  static boolean isFinite(NDArray array) {
    return array.sub(array).sum().toFloatArray()[0] == 0;
  }

  /**
   * Checks that the inputs of a batch are numbers: some operators make a number of NaN, so that the
   * outputs would not tell.
   *
   * @throws IllegalArgumentException if one is not; the message names the picture
   */
  static void checkFinite(float[] values, List<Subject> subjects) {
    // What is no number stays none in a product with zero and in a sum; four of them do not wait
    // for each other.
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int whole = values.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      first += values[i] * 0;
      second += values[i + 1] * 0;
      third += values[i + 2] * 0;
      fourth += values[i + 3] * 0;
    }
    for (int i = whole; i < values.length; i++) {
      first += values[i] * 0;
    }
    if (first + second + third + fourth == 0) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        int index = subjects.isEmpty() ? 0 : i / (values.length / subjects.size());
        Picture picture = subjects.isEmpty() ? null : subjects.get(index).picture();
        throw new IllegalArgumentException(
            "the input of "
                + (picture == null ? "picture " + index + " of the batch" : picture.name())
                + " holds "
                + values[i]
                + " where a network takes finite numbers; check what made it");
      }
    }
  }

  /**
   * One picture of noise: on one that is even, heads may look simpler than they are.
   *
   * @param shape of it, (C, H, W)
   */
  static Part noise(Shape shape) {
    Random random = new Random(0);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return new Values(values, new Shape(1).addAll(shape), List.of());
  }

  /** The picture that a DJL image holds. */
  static Picture picture(Image image) {
    if (image.getWrappedImage() instanceof BufferedImage buffered) {
      return dev.limelight.codec.Pictures.of(buffered, "image");
    }
    throw new IllegalArgumentException(
        "a DJL image holds a BufferedImage here, but this one holds "
            + image.getWrappedImage().getClass().getName()
            + "; read it by BufferedImageFactory or as a Picture");
  }
}
