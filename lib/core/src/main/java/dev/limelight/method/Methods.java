package dev.limelight.method;

import dev.limelight.plugin.Registry;
import java.util.List;

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
   * The method of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none, or several; the message lists the names
   */
  public static Method named(String name) {
    return REGISTRY.named(name);
  }
}
