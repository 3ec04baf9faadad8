package dev.limelight.onnx.array;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes arrays in Java's own memory. Its engine is ONNX Runtime, whose networks they are for; what
 * an array cannot do is refused, and not passed on to another engine.
 */
public final class JavaManager extends BaseNDManager {

  private JavaManager(NDManager parent, Device device) {
    super(parent, device);
    if (alternativeManager != null) {
      alternativeManager.close();
      alternativeManager = null;
    }
  }

  /** The manager itself if it makes such arrays, or else a new one, which is closed with it. */
  public static JavaManager within(NDManager other) {
    return other instanceof JavaManager same ? same : under(other, Device.cpu());
  }

  private static JavaManager under(NDManager parent, Device device) {
    JavaManager manager = new JavaManager(parent, device);
    parent.attachInternal(manager.uid, manager);
    return manager;
  }

  @Override
  public JavaManager newSubManager(Device other) {
    return under(this, other);
  }

  @Override
  public Engine getEngine() {
    return EngineName.ONNX_RUNTIME.engine();
  }

  /** A buffer on the heap, where the arrays are, too. */
  @Override
  public ByteBuffer allocateDirect(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
  }

  /** The same array if it is one of these, or else a copy. */
  @Override
  public JavaArray from(NDArray array) {
    return array instanceof JavaArray same
        ? same
        : create(array.toByteBuffer(), array.getShape(), array.getDataType());
  }

  @Override
  public JavaArray create(Buffer data, Shape shape, DataType type) {
    return array(Numbers.read(data, type, Math.toIntExact(shape.size())), shape, type);
  }

  @Override
  public JavaArray zeros(Shape shape, DataType type) {
    return array(Numbers.zeros(type, Math.toIntExact(shape.size())), shape, type);
  }

  @Override
  public NDArray ones(Shape shape, DataType type) {
    return full(shape, 1, type);
  }

  @Override
  public NDArray full(Shape shape, float value, DataType type) {
    return number(value).broadcast(shape).toType(type, false);
  }

  /** A single float without dimensions, as an operand; there are too many to keep a list of. */
  JavaArray number(float value) {
    return new JavaArray(this, new float[] {value}, new Shape(), DataType.FLOAT32);
  }

  /**
   * An array of these numbers, not of a copy; after this manager is closed, Java alone frees it.
   */
  JavaArray array(Object numbers, Shape shape, DataType type) {
    JavaArray array = new JavaArray(this, numbers, shape, type);
    if (isOpen()) {
      attachInternal(array.getUid(), array);
    }
    return array;
  }
}
