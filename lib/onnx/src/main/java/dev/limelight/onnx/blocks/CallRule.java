package dev.limelight.onnx.blocks;

import java.util.List;

/** How a call of an array's method is written as nodes of ONNX. */
interface CallRule {

  /**
   * Writes the nodes.
   *
   * @return the names of its results
   * @throws dev.limelight.support.UnsupportedException if its arguments have no translation
   */
  List<String> write(Call call, Trace graph);

  /** A call that gives one array. */
  interface One {

    /** Writes the nodes; the name of the result. */
    String write(Call call, Trace graph);
  }

  /** A rule for a call that gives one array. */
  static CallRule one(One rule) {
    return (call, graph) -> List.of(rule.write(call, graph));
  }
}
