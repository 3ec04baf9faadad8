package dev.limelight.onnx.adjoint;

/**
 * One dimension of a tensor.
 *
 * @param size its length, or -1 if the file leaves it open
 * @param symbol its name if it is open and has one, else ""
 */
public record Dimension(long size, String symbol) {

  /** One that is fixed. */
  public static Dimension of(long size) {
    return new Dimension(size, "");
  }

  /** One that the file leaves open. */
  public static Dimension open(String symbol) {
    return new Dimension(-1, symbol);
  }

  /** Whether the file fixes it. */
  public boolean isKnown() {
    return size >= 0;
  }

  /** Whether it is certain that both have the same length. */
  public boolean isSame(Dimension other) {
    return isKnown() || !symbol.isEmpty() ? equals(other) : false;
  }

  /** Whether it is certain that its length is one. */
  public boolean isOne() {
    return size == 1;
  }
}
