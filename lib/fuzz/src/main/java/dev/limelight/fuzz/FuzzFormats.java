package dev.limelight.fuzz;

import dev.limelight.plugin.Services;
import java.util.List;
import java.util.stream.Collectors;

/** The formats on the class path. */
final class FuzzFormats {

  private FuzzFormats() {}

  static List<FuzzFormat> all() {
    return Services.of(FuzzFormat.class).all();
  }

  /**
   * The format of a name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  static FuzzFormat named(String name) {
    return all().stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no format \""
                        + name
                        + "\"; choose one of: "
                        + all().stream().map(FuzzFormat::name).collect(Collectors.joining(", "))));
  }
}
