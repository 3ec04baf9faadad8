package dev.limelight.notebook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The amount of work of a run: {@code quick} for readers and tests, {@code full} for published
 * numbers. Read from the environment variable {@code LIMELIGHT_PROFILE}.
 *
 * <pre>{@code
 * record Settings(int epochs, int pictures) {}
 * Settings settings = profile().pick(new Settings(3, 400), new Settings(20, 4000));
 * show(profile(), settings);
 * }</pre>
 *
 * @param name {@code quick} or {@code full}
 */
public record Profile(String name) implements Showable {

  /** The names of all profiles; the first is the default. */
  public static final List<String> NAMES = List.of("quick", "full");

  /**
   * A profile.
   *
   * @param name one of {@link #NAMES}
   * @throws IllegalArgumentException if there is no such profile
   */
  public Profile {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "no profile \"" + name + "\"; LIMELIGHT_PROFILE can be " + String.join(" or ", NAMES));
    }
  }

  /** The profile of this run. */
  public static Profile current() {
    return named(System.getenv("LIMELIGHT_PROFILE"));
  }

  /** The profile named in the environment; null or blank means quick. */
  static Profile named(@Nullable String environment) {
    return new Profile(
        environment == null || environment.isBlank() ? NAMES.get(0) : environment.strip());
  }

  /** Whether this is the quick profile. */
  public boolean isQuick() {
    return name.equals("quick");
  }

  /** The value for this profile. */
  public <T> T pick(T quick, T full) {
    return isQuick() ? quick : full;
  }

  @Override
  public Rendering rendering() {
    return Tables.pairs(
        "profile",
        List.of(
            List.of("this run", name),
            List.of("change it with", "LIMELIGHT_PROFILE=" + String.join("|", NAMES))));
  }
}
