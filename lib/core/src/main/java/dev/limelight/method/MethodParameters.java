package dev.limelight.method;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
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
}
