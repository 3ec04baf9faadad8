package dev.limelight.course.train;

import dev.limelight.course.train.ConvNet.Head;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The arguments of a block factory, as {@code serving.properties} holds them. */
final class FactoryArguments {

  private final Map<String, Object> values = new LinkedHashMap<>();

  /** None. */
  FactoryArguments() {}

  /** Those that were read. */
  FactoryArguments(Map<String, ?> values) {
    this.values.putAll(values);
  }

  FactoryArguments with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  FactoryArguments with(String name, Head head) {
    return with(name, (Object) head.name().toLowerCase(Locale.ROOT));
  }

  /**
   * An argument that was saved.
   *
   * @throws IllegalArgumentException if it was not
   */
  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the serving.properties of a saved network needs a line "
              + name
              + "=..., but has none; save the network again");
    }
    return value;
  }

  String text(String name) {
    return value(name).toString();
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  List<Integer> numbers(String name) {
    return ((List<?>) value(name)).stream().map(value -> ((Number) value).intValue()).toList();
  }

  Head head(String name) {
    return Head.valueOf(text(name).toUpperCase(Locale.ROOT));
  }

  /** A line for each, in the order in which they were added. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    values.forEach((name, value) -> lines.append(name + "=" + value + "\n"));
    return lines.toString();
  }
}
