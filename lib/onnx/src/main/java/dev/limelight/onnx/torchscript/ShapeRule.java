package dev.limelight.onnx.torchscript;

import java.util.List;

/** The shapes of what an operator gives. */
@FunctionalInterface
interface ShapeRule {

  /**
   * The shape of each result.
   *
   * @param k the index of the picture
   */
  List<long[]> of(BoundCall call, int k);

  /** Of an operator with one result. */
  interface One {
    long[] of(BoundCall call, int k);
  }

  static ShapeRule one(One rule) {
    return (call, k) -> List.of(rule.of(call, k));
  }
}
