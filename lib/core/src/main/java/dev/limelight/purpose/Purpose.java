package dev.limelight.purpose;

import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What a map is for. */
@API(status = Status.INTERNAL)
public enum Purpose {
  /** Why: shares of the score at the layer, by Grad-CAM. */
  EXPLAIN("grad-cam"),
  /** Where the object is, with boxes. */
  LOCALISE("localise");

  private final String method;

  Purpose(String method) {
    this.method = method;
  }

  /** The method for it. */
  public Method method() {
    return Methods.named(method);
  }

  /**
   * A purpose by its name.
   *
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static Purpose of(String name) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a map is for "
                        + Arrays.stream(values())
                            .map(Purpose::toString)
                            .collect(Collectors.joining(" or "))
                        + ", but got '"
                        + name
                        + "'"));
  }

  /** In lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
