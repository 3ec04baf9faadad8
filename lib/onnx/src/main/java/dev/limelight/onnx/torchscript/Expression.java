package dev.limelight.onnx.torchscript;

import java.util.List;

/** An expression of TorchScript code. */
sealed interface Expression {

  /** Its source. */
  String text();

  /** A variable, or another word. */
  record Word(String text) implements Expression {}

  /** A number. */
  record Literal(String text) implements Expression {}

  /** A text, without its quotes. */
  record Quoted(String text, String value) implements Expression {}

  /** A list or a tuple. */
  record Items(String text, List<Expression> items) implements Expression {}

  /** An attribute. */
  record Member(String text, Expression of, String name) implements Expression {}

  /** An element. */
  record Element(String text, Expression of, Expression index) implements Expression {}

  /**
   * A call.
   *
   * @param arguments those without a name, and then those with one
   * @param names of the last arguments
   */
  record Invocation(String text, Expression callee, List<Expression> arguments, List<String> names)
      implements Expression {

    /** The number of arguments without a name. */
    int positional() {
      return arguments.size() - names.size();
    }
  }
}
