package dev.limelight.torch;

import dev.limelight.io.Names;
import dev.limelight.torch.TorchTensor.DataType;
import java.nio.ByteBuffer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The position of a tensor's numbers in a storage; all lengths in numbers of the tensor's type. */
@API(status = Status.INTERNAL)
public record TensorView(
    Storage storage, DataType type, long offset, long[] shape, long[] strides, long size) {

  private static final int MAX_DIMENSIONS = 64;

  /**
   * A part of the file that tensors share.
   *
   * @param key its name in the file
   * @param type of its numbers
   * @param bytes all its bytes
   */
  public record Storage(String key, DataType type, long bytes) {}

  /**
   * The view, once it is sure that it stays within the storage.
   *
   * @throws MalformedFileException if it does not
   */
  public static TensorView of(
      Storage storage, DataType type, long offset, long[] shape, long[] strides)
      throws MalformedFileException {
    if (shape.length != strides.length || shape.length > MAX_DIMENSIONS || offset < 0) {
      throw outside(storage);
    }
    boolean empty = false;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 0 || strides[i] < 0) {
        throw outside(storage);
      }
      empty |= shape[i] == 0;
    }
    try {
      long size = empty ? 0 : 1;
      long end = empty ? offset : Math.addExact(offset, 1);
      for (int i = 0; i < shape.length && !empty; i++) {
        size = Math.multiplyExact(size, shape[i]);
        end = Math.addExact(end, Math.multiplyExact(shape[i] - 1, strides[i]));
      }
      if (Math.multiplyExact(end, type.bytes()) > storage.bytes()) {
        throw outside(storage);
      }
      Math.multiplyExact(size, type.bytes());
      return new TensorView(storage, type, offset, shape.clone(), strides.clone(), size);
    } catch (ArithmeticException e) {
      throw outside(storage);
    }
  }

  private static MalformedFileException outside(Storage storage) {
    return new MalformedFileException(
        "is damaged: a tensor reaches outside its storage "
            + Names.printable(storage.key())
            + " of "
            + storage.bytes()
            + " bytes; copy it again");
  }

  /** All bytes of the numbers. */
  public long bytes() {
    return size * type.bytes();
  }

  public boolean isContiguous() {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] > 1 && strides[i] != expected) {
        return false;
      }
      expected *= Math.max(1, shape[i]);
    }
    return true;
  }

  /** The tensor, on the storage's own bytes if they are contiguous. */
  public TorchTensor on(ByteBuffer bytes) {
    if (size == 0) {
      return new TorchTensor(type, shape, ByteBuffer.allocate(0).order(bytes.order()));
    }
    int width = type.bytes();
    if (isContiguous()) {
      ByteBuffer part = bytes.slice((int) (offset * width), (int) bytes()).order(bytes.order());
      return new TorchTensor(type, shape, part);
    }
    ByteBuffer gathered = ByteBuffer.allocate((int) bytes()).order(bytes.order());
    forEachNumber(
        (number, position) -> gathered.put(number * width, bytes, position * width, width));
    return new TorchTensor(type, shape, gathered);
  }

  /**
   * Puts other numbers into the storage's bytes.
   *
   * @param numbers in row-major order, from 0 on
   */
  public void put(ByteBuffer numbers, ByteBuffer bytes) {
    int width = type.bytes();
    forEachNumber(
        (number, position) -> bytes.put(position * width, numbers, number * width, width));
  }

  private interface Visitor {
    void at(int number, int position);
  }

  /** Visits the position in the storage of each number. */
  private void forEachNumber(Visitor visitor) {
    long[] index = new long[shape.length];
    long from = offset;
    for (int number = 0; number < size; number++) {
      visitor.at(number, (int) from);
      for (int i = shape.length - 1; i >= 0; i--) {
        from += strides[i];
        if (++index[i] < shape[i]) {
          break;
        }
        from -= strides[i] * shape[i];
        index[i] = 0;
      }
    }
  }
}
