package dev.limelight.onnx.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import dev.limelight.support.UnsupportedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An array of the engine, seen by a block as any other, whose methods are computed by the engine
 * and also written as nodes of a graph. What depends on weights alone is computed and not written.
 */
final class TracedArray implements InvocationHandler {

  /** What is asked of the array itself. */
  private static final Set<String> FACTS =
      Set.of(
          "getShape",
          "getDataType",
          "getDevice",
          "getManager",
          "getUid",
          "getName",
          "getSparseFormat",
          "isSparse",
          "isScalar",
          "isEmpty",
          "isReleased",
          "hasGradient",
          "size");

  /** What has no effect on its numbers; the trace frees all arrays when it is closed. */
  private static final Set<String> OWNERSHIP =
      Set.of("setName", "attach", "tempAttach", "detach", "close", "setRequiresGradient");

  private final Trace trace;
  private final NDArray value;
  private final NDArray array;
  private final NDArrayEx extra;

  /** In the graph, or null where it does not depend on the picture. */
  private @Nullable String tensor;

  /** The weight that it is made of, or null. */
  private final @Nullable String origin;

  /** Whether it is a parameter of the model, unchanged. */
  private final boolean parameter;

  private TracedArray(
      Trace trace,
      NDArray value,
      @Nullable String tensor,
      @Nullable String origin,
      boolean parameter) {
    this.trace = trace;
    this.value = value;
    this.tensor = tensor;
    this.origin = origin;
    this.parameter = parameter;
    array = proxy(NDArray.class);
    extra = proxy(NDArrayEx.class);
  }

  /** What a node gives. */
  static TracedArray computed(Trace trace, NDArray value, String tensor) {
    return new TracedArray(trace, value, tensor, null, false);
  }

  /** A parameter of the model. */
  static TracedArray parameter(Trace trace, NDArray value, String name) {
    return new TracedArray(trace, value, null, name, true);
  }

  /**
   * What does not depend on the picture.
   *
   * @param origin the weight that it is made of, or null
   */
  static TracedArray constant(Trace trace, NDArray value, @Nullable String origin) {
    return new TracedArray(trace, value, null, origin, false);
  }

  private <T> T proxy(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(TracedArray.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  /** The array behind what a block sees, or null if it is the engine's. */
  static @Nullable TracedArray behind(NDArray array) {
    return Proxy.isProxyClass(array.getClass())
            && Proxy.getInvocationHandler(array) instanceof TracedArray traced
        ? traced
        : null;
  }

  /** What a block sees. */
  NDArray array() {
    return array;
  }

  /** The engine's array. */
  NDArray value() {
    return value;
  }

  Shape shape() {
    return value.getShape();
  }

  @Nullable String tensor() {
    return tensor;
  }

  @Nullable String origin() {
    return origin;
  }

  boolean isParameter() {
    return parameter;
  }

  private boolean isConstant() {
    return tensor == null;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws Throwable {
    Object[] arguments = given == null ? new Object[0] : given;
    String name = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return switch (name) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "a traced array of the shape " + shape();
      };
    }
    if (name.equals("getNDArrayInternal")) {
      return extra;
    }
    if (name.equals("getArray")) {
      return array;
    }
    if (FACTS.contains(name)) {
      return onEngine(method, arguments);
    }
    if (OWNERSHIP.contains(name)) {
      return null;
    }
    if (isConstant() && constants(arguments)) {
      return known(onEngine(method, arguments), arguments);
    }
    CallRule rule = CallRules.of(method);
    if (rule != null) {
      return written(rule, method, arguments);
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    throw new UnsupportedException(trace.where() + " calls " + name + ", which has no translation");
  }

  /** Whether no argument depends on the picture. */
  private boolean constants(Object[] arguments) {
    for (Object argument : arguments) {
      NDList arrays =
          argument instanceof NDArray one
              ? new NDList(one)
              : argument instanceof NDList list ? list : new NDList();
      for (NDArray each : arrays) {
        TracedArray traced = behind(each);
        if (traced != null && !traced.isConstant()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Wraps what depends on no picture. */
  private @Nullable Object known(@Nullable Object result, Object[] arguments) {
    String from = origin;
    for (Object argument : arguments) {
      TracedArray traced = argument instanceof NDArray one ? behind(one) : null;
      from = from == null && traced != null ? traced.origin() : from;
    }
    if (result instanceof NDArray one) {
      return constant(trace, one, from).array();
    }
    if (result instanceof NDList list) {
      NDList all = new NDList();
      for (NDArray one : list) {
        all.add(constant(trace, one, from).array());
      }
      return all;
    }
    return result;
  }

  private Object written(CallRule rule, Method method, Object[] arguments) throws Throwable {
    Object result = onEngine(method, arguments);
    List<NDArray> values = new ArrayList<>();
    if (result instanceof NDArray one) {
      values.add(one);
    } else if (result instanceof NDList list) {
      values.addAll(list);
    }
    List<Shape> shapes = values.stream().map(NDArray::getShape).toList();
    Call call = new Call(trace, method.getName(), this, arguments, shapes);
    List<String> names = rule.write(call, trace);
    // Of a normalisation the engine may also give the means.
    if (names.isEmpty() || names.size() > values.size()) {
      throw call.refuse("it gives " + values.size() + " arrays");
    }
    if (CallRules.isInPlace(method)) {
      if (isConstant()) {
        throw call.refuse("it changes a weight");
      }
      tensor = names.get(0);
      trace.note(names.get(0), shapes.get(0));
      return array;
    }
    NDList all = new NDList();
    for (int i = 0; i < names.size(); i++) {
      trace.note(names.get(i), shapes.get(i));
      all.add(computed(trace, values.get(i), names.get(i)).array());
    }
    return result instanceof NDList ? all : all.head();
  }

  private @Nullable Object onEngine(Method method, Object[] arguments) throws Throwable {
    Object[] own = new Object[arguments.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = unwrapped(arguments[i]);
    }
    Object target = method.getDeclaringClass() == NDArrayEx.class ? extraOfEngine() : value;
    try {
      return method.invoke(target, own);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private NDArrayEx extraOfEngine() {
    return value.getNDArrayInternal();
  }

  private static @Nullable Object unwrapped(@Nullable Object argument) {
    if (argument instanceof NDArray one) {
      TracedArray traced = behind(one);
      return traced == null ? one : traced.value();
    }
    if (argument instanceof NDList list) {
      NDList all = new NDList();
      list.forEach(each -> all.add((NDArray) unwrapped(each)));
      return all;
    }
    return argument;
  }
}
