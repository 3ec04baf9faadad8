package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An array's memory: its numbers, its manager, and the tape that records what is done with it. */
abstract class StoredArray extends NDArrayAdapter {

  private @Nullable Object numbers;
  private @Nullable Tape tape;

  StoredArray(JavaManager manager, Object numbers, Shape shape, DataType type) {
    super(manager, Refusal.ENGINE, shape, type, NDManager.nextUid());
    this.numbers = numbers;
  }

  private JavaArray self() {
    return (JavaArray) this;
  }

  /** The manager, to which results belong too. */
  JavaManager owner() {
    return (JavaManager) manager;
  }

  /** The numbers, not a copy. */
  Object numbers() {
    getShape();
    return Objects.requireNonNull(numbers);
  }

  /**
   * The numbers, not a copy, for an operation on float32.
   *
   * @throws dev.limelight.support.UnsupportedException if they are of another type
   */
  float[] floats(String operation) {
    if (numbers() instanceof float[] floats) {
      return floats;
    }
    throw Refusal.of(operation + " of " + getDataType().name().toLowerCase(Locale.ROOT));
  }

  /** An array of the same manager. */
  JavaArray result(Object values, Shape resultShape, DataType type) {
    return owner().array(values, resultShape, type);
  }

  /** An array of floats of the same manager. */
  JavaArray result(float[] values, Shape resultShape) {
    return result(values, resultShape, DataType.FLOAT32);
  }

  @Nullable Tape tape() {
    return tape;
  }

  /** Records from now on what is done with this array. */
  void record(Tape onto) {
    tape = onto;
  }

  /** The same array without a past; the numbers are shared. */
  JavaArray plain() {
    return tape == null ? self() : stopGradient();
  }

  @Override
  public JavaArray stopGradient() {
    return result(numbers(), getShape(), getDataType());
  }

  @Override
  public JavaArray duplicate() {
    int count = Math.toIntExact(size());
    Object copy = Numbers.zeros(getDataType(), count);
    System.arraycopy(numbers(), 0, copy, 0, count);
    JavaArray result = result(copy, getShape(), getDataType());
    return Tape.recorded(result, self(), gradient -> gradient);
  }

  @Override
  public JavaArray toType(DataType type, boolean copy) {
    if (type == getDataType()) {
      return copy ? duplicate() : self();
    }
    return result(Numbers.converted(numbers(), getDataType(), type), getShape(), type);
  }

  @Override
  public ByteBuffer toByteBuffer(boolean direct) {
    return Numbers.bytes(numbers(), getDataType(), direct);
  }

  /** Copies the numbers to the beginning of a buffer of the machine's order. */
  public void write(ByteBuffer to) {
    Numbers.write(numbers(), to);
  }

  @Override
  public float[] toFloatArray() {
    return numbers() instanceof float[] floats ? floats.clone() : super.toFloatArray();
  }

  @Override
  public void set(Buffer buffer) {
    int count = Math.toIntExact(size());
    overwrite(Numbers.read(buffer, getDataType(), count));
  }

  @Override
  public void copyTo(NDArray other) {
    if (!(other instanceof JavaArray target) || !getShape().equals(target.getShape())) {
      throw new IllegalArgumentException("copyTo() takes an array of the same kind and shape");
    }
    ((StoredArray) target).overwrite(toType(target.getDataType(), true).numbers());
  }

  /** Puts other numbers in the place of these, also for the arrays that share them. */
  void overwrite(Object values) {
    if (tape != null) {
      throw Refusal.of("a change in place of an array that is differentiated");
    }
    System.arraycopy(values, 0, numbers(), 0, Math.toIntExact(size()));
  }

  @Override
  public void intern(NDArray replacement) {
    StoredArray other = (StoredArray) replacement;
    numbers = other.numbers();
    shape = other.getShape();
    dataType = other.getDataType();
    replacement.close();
  }

  @Override
  public void attach(NDManager other) {
    JavaManager next = JavaManager.within(other);
    detach();
    manager = next;
    next.attachInternal(getUid(), this);
  }

  /** Java alone frees a detached array; results still belong to its last manager. */
  @Override
  public void detach() {
    manager.detachInternal(getUid());
  }

  @Override
  public void close() {
    super.close();
    numbers = null;
    tape = null;
  }

  @Override
  public boolean contentEquals(NDArray other) {
    return getShape().equals(other.getShape())
        && getDataType() == other.getDataType()
        && Arrays.equals(toByteArray(), other.toByteArray());
  }
}
