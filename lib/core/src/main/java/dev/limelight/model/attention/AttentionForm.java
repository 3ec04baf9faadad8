package dev.limelight.model.attention;

/**
 * What is read of each block of attention, whose probabilities are A, (N, heads, T, T), from a
 * query's row to a key's column.
 */
public enum AttentionForm {
  /** The mean of A over the heads, (N, T, T). */
  MEAN,
  /** The largest of A over the heads, (N, T, T). */
  MAX,
  /** The smallest of A over the heads, (N, T, T). */
  MIN,
  /** The mean over the heads of {@code max(0, A dy/dA)}, (N, T, T); y is the score. */
  WEIGHTED,
  /**
   * The mean over heads and queries of {@code max(0, dy'/dA)}, (N, T); y' is the score of what the
   * network's head makes of the mean of the block's tokens.
   */
  LAYERED;

  /** Whether it needs a gradient. */
  public boolean hasGradient() {
    return this == WEIGHTED || this == LAYERED;
  }
}
