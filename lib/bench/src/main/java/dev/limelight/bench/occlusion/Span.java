package dev.limelight.bench.occlusion;

/**
 * The rows of a tensor that a change of some rows of the picture reaches; columns alike.
 *
 * @param length of the tensor
 * @param from the first row that changes
 * @param to the row after the last one
 */
record Span(int length, int from, int to) {

  /**
   * Through windows, such as those of a convolution.
   *
   * @param reach the distance from the first to the last row that a window sees
   * @param before rows of padding in front of the first
   * @param after rows of padding behind the last
   */
  Span through(int reach, int stride, int before, int after) {
    int rows = (length + before + after - reach - 1) / stride + 1;
    int first = Math.max(0, Math.floorDiv(from + before - reach + stride - 1, stride));
    int last = Math.min(rows, Math.floorDiv(to - 1 + before, stride) + 1);
    return new Span(rows, Math.min(first, rows), Math.max(Math.min(first, rows), last));
  }

  /** With rows around it that never change. */
  Span padded(int before, int after) {
    return new Span(length + before + after, from + before, to + before);
  }

  /** Where either changes. */
  Span and(Span other) {
    if (length == 1 || other.length == 1) {
      // Each row meets the one that stands for all.
      Span longer = length == 1 ? other : this;
      Span single = length == 1 ? this : other;
      return single.share() > 0 ? new Span(longer.length, 0, longer.length) : longer;
    }
    if (length != other.length) {
      throw new IllegalArgumentException("no sum of " + length + " and " + other.length + " rows");
    }
    return share() == 0
        ? other
        : other.share() == 0
            ? this
            : new Span(length, Math.min(from, other.from), Math.max(to, other.to));
  }

  /** Everything, where any row changes. */
  Span single() {
    return new Span(1, 0, share() > 0 ? 1 : 0);
  }

  /** The share that changes. */
  double share() {
    return (double) (to - from) / length;
  }
}
