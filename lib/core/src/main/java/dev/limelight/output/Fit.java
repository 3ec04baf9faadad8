package dev.limelight.output;

/**
 * Whether a reader reads the outputs of a network.
 *
 * @param fits whether it does
 * @param why in words, for both answers
 */
public record Fit(boolean fits, String why) {

  /** It reads them. */
  public static Fit yes(String why) {
    return new Fit(true, why);
  }

  /** It does not. */
  public static Fit no(String why) {
    return new Fit(false, why);
  }
}
