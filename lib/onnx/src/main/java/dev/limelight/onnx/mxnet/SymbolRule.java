package dev.limelight.onnx.mxnet;

/** How an operator of MXNet is written as nodes of ONNX. */
@FunctionalInterface
interface SymbolRule {

  /**
   * Writes the nodes, and says by {@link SymbolNode#result} what they give.
   *
   * @throws dev.limelight.support.UnsupportedException if it cannot, with its attributes
   */
  void write(SymbolNode node, SymbolWriter writer);
}
