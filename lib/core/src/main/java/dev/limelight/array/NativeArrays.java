package dev.limelight.array;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Makes an engine's arrays of Java's numbers. DJL's own way on MXNet copies the numbers into a
 * buffer outside the heap, takes its address, and holds the buffer no longer: a garbage collection
 * at that moment frees it before MXNet has read it, and the array begins with whatever is there
 * then, NaN at times. Here the buffer is held until it has been read.
 */
public final class NativeArrays {

  private NativeArrays() {}

  /** An array of these numbers, attached to the manager. */
  public static NDArray of(NDManager manager, float[] values, Shape shape) {
    return of(manager, direct(manager, values), shape, DataType.FLOAT32);
  }

  /**
   * An array of these numbers, attached to the manager.
   *
   * @param bytes outside the heap, in the machine's order
   */
  public static NDArray of(NDManager manager, ByteBuffer bytes, Shape shape, DataType type) {
    try {
      return manager.create(bytes, shape, type);
    } finally {
      Reference.reachabilityFence(bytes);
    }
  }

  /** Puts other numbers into an array of as many floats. */
  public static void set(NDArray array, float[] values) {
    ByteBuffer bytes = direct(array.getManager(), values);
    try {
      array.set(bytes);
    } finally {
      Reference.reachabilityFence(bytes);
    }
  }

  /**
   * The same numbers where Java reads them: the array itself, or a copy of one on a GPU, which is
   * closed with its manager.
   */
  public static NDArray onCpu(NDArray array) {
    if (!array.getDevice().isGpu()) {
      return array;
    }
    NDArray copy = array.toDevice(Device.cpu(), false);
    // What is computed with it belongs to the same device.
    copy.attach(array.getManager().newSubManager(Device.cpu()));
    return copy;
  }

  private static ByteBuffer direct(NDManager manager, float[] values) {
    ByteBuffer bytes = manager.allocateDirect(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
