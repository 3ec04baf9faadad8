package dev.limelight.support;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Numbers of things in words. */
@API(status = Status.INTERNAL)
public final class Count {

  private Count() {}

  /** A number and its thing, such as "1 picture", "2 pictures" or "0 classes". */
  public static String of(long count, String thing) {
    if (count == 1) {
      return "1 " + thing;
    }
    return count + " " + thing + (thing.endsWith("s") || thing.endsWith("x") ? "es" : "s");
  }
}
