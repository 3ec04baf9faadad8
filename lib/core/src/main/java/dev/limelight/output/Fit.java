package dev.limelight.output;

/**
 * Whether a reader reads the outputs of a network.
 *
 * @param answer whether it does
 * @param why in words, for each answer
 */
public record Fit(Answer answer, String why) {

  /** Whether a reader reads outputs. */
  public enum Answer {
    /** It does. */
    YES,
    /** It can, and other readers are likelier, so that it is to be asked for. */
    IF_ASKED,
    /** It does not. */
    NO
  }

  /** It reads them. */
  public static Fit yes(String why) {
    return new Fit(Answer.YES, why);
  }

  /** It can read them if it is asked for. */
  public static Fit ifAsked(String why) {
    return new Fit(Answer.IF_ASKED, why);
  }

  /** It does not. */
  public static Fit no(String why) {
    return new Fit(Answer.NO, why);
  }

  /** Whether it reads them without being asked for. */
  public boolean fits() {
    return answer == Answer.YES;
  }
}
