package dev.limelight.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.EngineName;
import java.nio.ByteBuffer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Arithmetic with a number that an engine may differentiate afterwards. DJL's own, as {@code
 * array.mul(2)}, gives PyTorch an array of the number and closes it at once. PyTorch reads that
 * memory again on the way back, and a garbage collection in between frees it, so that the gradient
 * is of any size. Here the number lives as long as the array's manager.
 */
@API(status = Status.INTERNAL)
public final class RecordedArithmetic {

  private RecordedArithmetic() {}

  /** The product of an array and a number. */
  public static NDArray mul(NDArray array, float number) {
    return isPyTorch(array) ? array.mul(kept(array, number)) : array.mul(number);
  }

  /** The quotient of an array and a number. */
  public static NDArray div(NDArray array, float number) {
    return isPyTorch(array) ? array.div(kept(array, number)) : array.div(number);
  }

  /** The larger of each element and a number. */
  public static NDArray maximum(NDArray array, float number) {
    return isPyTorch(array) ? array.maximum(kept(array, number)) : array.maximum(number);
  }

  private static boolean isPyTorch(NDArray array) {
    return EngineName.of(array.getManager()).orElse(null) == EngineName.PYTORCH;
  }

  private static NDArray kept(NDArray array, float number) {
    ByteBuffer bytes = array.getManager().allocateDirect(Float.BYTES);
    bytes.putFloat(0, number);
    return NativeArrays.of(array.getManager(), bytes, new Shape(), DataType.FLOAT32);
  }
}
