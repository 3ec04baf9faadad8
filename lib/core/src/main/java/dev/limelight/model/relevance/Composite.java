package dev.limelight.model.relevance;

/**
 * Which rule of relevance each kind of layer has.
 *
 * @param kind the choice of rules
 * @param epsilon added to what is divided by, with its sign
 * @param gamma by how much more positive weights count where the gamma rule is used
 * @param low the smallest value of a preprocessed picture, for the box rule
 * @param high the largest; where both are the same, those of each channel of the picture are taken
 */
public record Composite(Kind kind, double epsilon, double gamma, double low, double high) {

  /** A choice of rules. */
  public enum Kind {
    /** Epsilon everywhere. */
    EPSILON,
    /** z-plus for convolutions, and epsilon for products with matrices. */
    EPSILON_PLUS,
    /** z-box at the picture, gamma for other convolutions, and epsilon for products. */
    EPSILON_GAMMA_BOX,
    /**
     * Products as they are, half for each factor where both depend on the picture, and the identity
     * for activations and normalisations.
     */
    ATTENTION
  }

  /** Rules for transformers, without an epsilon. */
  public static Composite attention() {
    return new Composite(Kind.ATTENTION, 0, 0, 0, 0);
  }
}
