package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDManager;
import dev.limelight.support.UnsupportedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** What plain Java arrays cannot do is refused by its name. */
final class Refusal {

  /**
   * The engine that DJL's base class passes all operations on to that an array lacks: it refuses
   * each.
   */
  static final NDManager ENGINE = proxy(NDManager.class, (self, method, arguments) -> missing());

  private Refusal() {}

  /** An error that names the operation. */
  static UnsupportedException of(String operation) {
    return new UnsupportedException(
        operation
            + " is not among the operations of plain Java arrays; add"
            + " ai.djl.pytorch:pytorch-engine to the class path");
  }

  /** An implementation of an interface by one handler. */
  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Refusal.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** The operation of the array that was called is found on the stack: no argument names it. */
  private static Object missing() {
    throw StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().equals(NDArrayAdapter.class.getName()))
                    .map(StackWalker.StackFrame::getMethodName)
                    .filter(name -> !name.equals("getAlternativeArray"))
                    .findFirst())
        .map(Refusal::of)
        .orElseGet(() -> of("this"));
  }
}
