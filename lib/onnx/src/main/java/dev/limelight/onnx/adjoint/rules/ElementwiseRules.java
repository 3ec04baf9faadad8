package dev.limelight.onnx.adjoint.rules;

import static java.util.Map.entry;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import java.util.Set;
import org.kohsuke.MetaInfServices;

/** Functions of one number, and the operators whose gradient is zero or that have none. */
@MetaInfServices(GradientRules.class)
public final class ElementwiseRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.ofEntries(
        entry("Identity", ElementwiseRules::identity),
        entry("Dropout", ElementwiseRules::dropout),
        entry("Cast", ElementwiseRules::cast),
        entry("CastLike", ElementwiseRules::cast),
        entry("Neg", ElementwiseRules::neg),
        entry("Abs", ElementwiseRules::abs),
        entry("Reciprocal", ElementwiseRules::reciprocal),
        entry("Sqrt", ElementwiseRules::sqrt),
        entry("Exp", ElementwiseRules::exp),
        entry("Log", ElementwiseRules::log),
        entry("Sin", ElementwiseRules::sin),
        entry("Cos", ElementwiseRules::cos),
        entry("Tan", ElementwiseRules::tan),
        entry("Asin", ElementwiseRules::asin),
        entry("Acos", ElementwiseRules::acos),
        entry("Atan", ElementwiseRules::atan),
        entry("Sinh", ElementwiseRules::sinh),
        entry("Cosh", ElementwiseRules::cosh),
        entry("Asinh", ElementwiseRules::asinh),
        entry("Acosh", ElementwiseRules::acosh),
        entry("Atanh", ElementwiseRules::atanh));
  }

  @Override
  public Set<String> flat() {
    return Set.of(
        "And",
        "ArgMax",
        "ArgMin",
        "Bernoulli",
        "BitShift",
        "Ceil",
        "ConstantOfShape",
        "Equal",
        "EyeLike",
        "Floor",
        "Greater",
        "GreaterOrEqual",
        "Hardmax",
        "IsInf",
        "IsNaN",
        "Less",
        "LessOrEqual",
        "NonMaxSuppression",
        "NonZero",
        "Not",
        "Or",
        "RandomNormalLike",
        "RandomUniformLike",
        "Round",
        "Shape",
        "Sign",
        "Size",
        "Xor");
  }

  private static void identity(GraphBuilder g, Operation n) {
    n.gradient(0, n.dy());
  }

  private static void dropout(GraphBuilder g, Operation n) {
    TensorProto training = n.has(2) ? g.constant(n.x(2)) : null;
    if (n.has(2) && (training == null || isTrue(training))) {
      throw n.refuse("it drops at random, as in training");
    }
    n.flat(1);
    n.gradient(0, n.dy());
  }

  private static boolean isTrue(TensorProto value) {
    return value.getInt32DataList().stream().anyMatch(v -> v != 0)
        || value.hasRawData() && !value.getRawData().isEmpty() && value.getRawData().byteAt(0) != 0;
  }

  /** Whole numbers, which are here quantised ones, have a real gradient. */
  private static void cast(GraphBuilder g, Operation n) {
    n.flat(1);
    n.gradient(0, g.isReal(n.x()) ? g.cast(n.dy(), n.x()) : n.dy());
  }

  private static void neg(GraphBuilder g, Operation n) {
    n.gradient(0, g.op("Neg", n.dy()));
  }

  private static void abs(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.op("Sign", n.x())));
  }

  /** {@code dx = -dy y^2}. */
  private static void reciprocal(GraphBuilder g, Operation n) {
    n.gradient(0, g.op("Neg", g.mul(n.dy(), g.mul(n.y(), n.y()))));
  }

  /** {@code dx = dy / (2 y)}. */
  private static void sqrt(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(g.scale(n.dy(), 0.5), n.y()));
  }

  private static void exp(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), n.y()));
  }

  private static void log(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), n.x()));
  }

  private static void sin(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.op("Cos", n.x())));
  }

  private static void cos(GraphBuilder g, Operation n) {
    n.gradient(0, g.op("Neg", g.mul(n.dy(), g.op("Sin", n.x()))));
  }

  /** {@code dx = dy (1 + y^2)}. */
  private static void tan(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.plus(g.mul(n.y(), n.y()), 1)));
  }

  private static void asin(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), g.op("Sqrt", g.oneMinus(squareOfX(g, n)))));
  }

  private static void acos(GraphBuilder g, Operation n) {
    n.gradient(0, g.op("Neg", g.div(n.dy(), g.op("Sqrt", g.oneMinus(squareOfX(g, n))))));
  }

  private static void atan(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), g.plus(squareOfX(g, n), 1)));
  }

  private static void sinh(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.op("Cosh", n.x())));
  }

  private static void cosh(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.op("Sinh", n.x())));
  }

  private static void asinh(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), g.op("Sqrt", g.plus(squareOfX(g, n), 1))));
  }

  private static void acosh(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), g.op("Sqrt", g.plus(squareOfX(g, n), -1))));
  }

  private static void atanh(GraphBuilder g, Operation n) {
    n.gradient(0, g.div(n.dy(), g.oneMinus(squareOfX(g, n))));
  }

  private static String squareOfX(GraphBuilder g, Operation n) {
    return g.mul(n.x(), n.x());
  }
}
