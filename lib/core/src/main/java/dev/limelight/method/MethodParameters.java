package dev.limelight.method;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The components of a record by name. */
final class MethodParameters {

  private MethodParameters() {}

  /** Those of a record in their order; none of anything else. */
  static Map<String, Object> of(Object method) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    RecordComponent[] components = method.getClass().getRecordComponents();
    if (components != null) {
      for (RecordComponent component : components) {
        parameters.put(component.getName(), value(component, method));
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static Object value(RecordComponent component, Object method) {
    Method accessor = component.getAccessor();
    try {
      accessor.setAccessible(true);
      return accessor.invoke(method);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new IllegalStateException(
          "the parameter '"
              + component.getName()
              + "' of "
              + method.getClass().getName()
              + " cannot be read; make the record public, or override Method.parameters()",
          e);
    }
  }

  /**
   * The method with other arguments.
   *
   * @param given texts by the names of components
   * @throws IllegalArgumentException if there is no such argument, or a value does not suit
   */
  static dev.limelight.method.Method with(
      dev.limelight.method.Method method, Map<String, String> given) {
    if (given.isEmpty()) {
      return method;
    }
    RecordComponent[] components = method.getClass().getRecordComponents();
    String name = method.info().name();
    if (components == null || components.length == 0) {
      throw new IllegalArgumentException(name + " has no arguments, but got " + given.keySet());
    }
    List<String> known = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (String argument : given.keySet()) {
      if (!known.contains(argument)) {
        throw new IllegalArgumentException(
            name + " has no argument '" + argument + "'; there are " + String.join(", ", known));
      }
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      String text = given.get(components[i].getName());
      values[i] =
          text == null
              ? value(components[i], method)
              : parsed(name, components[i].getName(), components[i].getType(), text);
    }
    return made(method.getClass(), components, values);
  }

  private static Object parsed(String method, String argument, Class<?> type, String text) {
    try {
      if (type == String.class) {
        return text;
      } else if (type == dev.limelight.method.Method.class) {
        return Methods.named(text);
      } else if (type == int.class) {
        return Integer.parseInt(text);
      } else if (type == long.class) {
        return Long.parseLong(text);
      } else if (type == double.class) {
        return Double.parseDouble(text);
      } else if (type == float.class) {
        return Float.parseFloat(text);
      } else if (type == boolean.class && text.matches("true|false")) {
        return Boolean.parseBoolean(text);
      } else if (type != boolean.class) {
        throw new IllegalArgumentException(
            "the argument '" + argument + "' of " + method + " cannot be given as text");
      }
    } catch (NumberFormatException e) {
      throw unsuited(method, argument, type, text);
    }
    throw unsuited(method, argument, type, text);
  }

  private static IllegalArgumentException unsuited(
      String method, String argument, Class<?> type, String text) {
    String wanted =
        type == boolean.class
            ? "true or false"
            : type == int.class || type == long.class ? "a whole number" : "a number";
    return new IllegalArgumentException(
        "the argument '"
            + argument
            + "' of "
            + method
            + " is "
            + wanted
            + ", but got '"
            + text
            + "'");
  }

  private static dev.limelight.method.Method made(
      Class<?> type, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return (dev.limelight.method.Method) type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " cannot be made with other arguments; make the record public", e);
    }
  }
}
