package dev.limelight.onnx.blocks;

import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules by the names of methods; those that DJL makes of others need none. */
final class CallRules {

  private static final Map<String, CallRule> ALL = new HashMap<>();

  static {
    ALL.putAll(Elementwise.rules());
    ALL.putAll(Layers.rules());
    ALL.putAll(Forms.rules());
  }

  private static final Set<String> IN_PLACE = Set.of("addi", "subi", "muli", "divi");

  /** Those of two arrays are made of those of a list. */
  private static final Set<String> OF_LISTS = Set.of("concat", "stack");

  private CallRules() {}

  /** The rule of a method, or null if there is none. */
  static @Nullable CallRule of(Method method) {
    String name = method.getName();
    if (OF_LISTS.contains(name) && method.getDeclaringClass() != NDArrayEx.class) {
      return null;
    }
    // The other ways to name a part become this one.
    if (name.equals("get") && !Forms.isPart(method)) {
      return null;
    }
    return ALL.get(isInPlace(method) ? name.substring(0, name.length() - 1) : name);
  }

  /** Whether a method changes its array. */
  static boolean isInPlace(Method method) {
    return IN_PLACE.contains(method.getName());
  }
}
