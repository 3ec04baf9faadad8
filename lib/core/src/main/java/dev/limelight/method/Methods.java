package dev.limelight.method;

import dev.limelight.plugin.Call;
import dev.limelight.plugin.Registry;
import java.util.List;
import java.util.Map;

/**
 * The methods there are: every one that this jar or another offers as a service. There is no list
 * of methods to keep.
 */
public final class Methods {

  private static final Registry<Method> REGISTRY =
      Registry.load(Method.class, "method", method -> method.info().name());

  private Methods() {}

  /** All methods with their default arguments, by name. */
  public static List<Method> all() {
    return REGISTRY.all();
  }

  /**
   * The method of that name, with its default arguments but for those that are given: {@code
   * grad-cam}, {@code spotlight(focus=whole)}.
   *
   * @throws IllegalArgumentException if there is no such method or argument, or a value does not
   *     suit; the message lists what there is
   */
  public static Method named(String text) {
    Call call = Call.parse(text);
    return named(call.name(), call.arguments());
  }

  /**
   * The same with the arguments apart, whose values may hold any characters.
   *
   * @throws IllegalArgumentException if there is no such method or argument, or a value does not
   *     suit; the message lists what there is
   */
  public static Method named(String name, Map<String, String> arguments) {
    return MethodParameters.with(REGISTRY.named(name), arguments);
  }
}
