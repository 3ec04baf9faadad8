package dev.limelight.method;

import java.util.List;

/**
 * The methods there are: every one in the packages of the families, found by looking, and those
 * that other jars offer as a service. There is no list of methods to keep.
 */
public final class Methods {

  private static final List<String> PACKAGES =
      List.of("dev.limelight.cam", "dev.limelight.gradient", "dev.limelight.perturb");

  private static final List<Method> ALL = Implementations.of(Method.class, PACKAGES, Methods::name);

  private Methods() {}

  /** All methods with their default arguments, by name. */
  public static List<Method> all() {
    return ALL;
  }

  /**
   * The method of that name, with its default arguments.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static Method named(String name) {
    return Implementations.named(name, ALL, Methods::name, "method");
  }

  private static String name(Method method) {
    return method.info().name();
  }
}
