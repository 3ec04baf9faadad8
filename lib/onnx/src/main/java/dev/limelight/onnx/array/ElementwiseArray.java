package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;

/** What an array does number by number. */
abstract class ElementwiseArray extends StoredArray {

  ElementwiseArray(JavaManager manager, Object numbers, Shape shape, DataType type) {
    super(manager, numbers, shape, type);
  }

  private JavaArray self() {
    return (JavaArray) this;
  }

  JavaArray apply(Unary function) {
    JavaArray x = plain();
    float[] values = floats(name(function));
    JavaArray y = result(function.apply(values), getShape());
    return Tape.recorded(
        y,
        self(),
        gradient -> {
          float[] slopes = function.derivatives(values, y.floats("gradient"));
          return gradient.mul(x.result(slopes, x.getShape()));
        });
  }

  private JavaArray apply(Binary operation, NDArray other) {
    JavaArray right = owner().from(other);
    JavaArray one = floatsBeside(right, self());
    JavaArray two = floatsBeside(self(), right);
    JavaArray a = one.plain();
    JavaArray b = two.plain();
    Broadcast together = Broadcast.of(a.getShape(), b.getShape());
    String name = name(operation);
    float[] values = operation.apply(a.floats(name), b.floats(name), together);
    return Tape.recorded(
        result(values, together.shape()),
        List.of(
            new Tape.Operand(one, gradient -> operation.toLeft(gradient, a, b)),
            new Tape.Operand(two, gradient -> operation.toRight(gradient, a, b))));
  }

  private JavaArray apply(Binary operation, Number n) {
    floats(name(operation));
    return apply(operation, number(n));
  }

  /** Truth values and whole numbers become floats beside floats. */
  private static JavaArray floatsBeside(JavaArray other, JavaArray array) {
    return other.getDataType() == DataType.FLOAT32 ? array.toType(DataType.FLOAT32, false) : array;
  }

  private JavaArray apply(Comparison comparison, NDArray other) {
    JavaArray right = owner().from(other);
    Broadcast together = Broadcast.of(getShape(), right.getShape());
    String name = name(comparison);
    byte[] values = comparison.apply(floats(name), right.floats(name), together);
    return result(values, together.shape(), DataType.BOOLEAN);
  }

  private JavaArray inPlace(Binary operation, NDArray other) {
    JavaArray right = owner().from(other);
    Broadcast together = Broadcast.of(getShape(), right.getShape());
    if (!together.shape().equals(getShape())) {
      throw new IllegalArgumentException(
          "an array of shape " + getShape() + " has no place for one of " + together.shape());
    }
    String name = name(operation) + "i";
    overwrite(operation.apply(floats(name), right.floats(name), together));
    return self();
  }

  private JavaArray number(Number n) {
    return owner().number(n.floatValue());
  }

  private static String name(Enum<?> operation) {
    return operation.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public NDArray add(Number n) {
    return apply(Binary.ADD, n);
  }

  @Override
  public NDArray add(NDArray other) {
    return apply(Binary.ADD, other);
  }

  @Override
  public NDArray sub(Number n) {
    return apply(Binary.SUB, n);
  }

  @Override
  public NDArray sub(NDArray other) {
    return apply(Binary.SUB, other);
  }

  @Override
  public NDArray mul(Number n) {
    return apply(Binary.MUL, n);
  }

  @Override
  public NDArray mul(NDArray other) {
    return apply(Binary.MUL, other);
  }

  @Override
  public NDArray div(Number n) {
    return apply(Binary.DIV, n);
  }

  @Override
  public NDArray div(NDArray other) {
    return apply(Binary.DIV, other);
  }

  @Override
  public NDArray pow(Number n) {
    return apply(Binary.POW, n);
  }

  @Override
  public NDArray pow(NDArray other) {
    return apply(Binary.POW, other);
  }

  @Override
  public NDArray maximum(Number n) {
    return apply(Binary.MAXIMUM, n);
  }

  @Override
  public NDArray maximum(NDArray other) {
    return apply(Binary.MAXIMUM, other);
  }

  @Override
  public NDArray minimum(Number n) {
    return apply(Binary.MINIMUM, n);
  }

  @Override
  public NDArray minimum(NDArray other) {
    return apply(Binary.MINIMUM, other);
  }

  @Override
  public NDArray clip(Number least, Number most) {
    return maximum(least).minimum(most);
  }

  @Override
  public NDArray addi(Number n) {
    return inPlace(Binary.ADD, number(n));
  }

  @Override
  public NDArray addi(NDArray other) {
    return inPlace(Binary.ADD, other);
  }

  @Override
  public NDArray subi(Number n) {
    return inPlace(Binary.SUB, number(n));
  }

  @Override
  public NDArray subi(NDArray other) {
    return inPlace(Binary.SUB, other);
  }

  @Override
  public NDArray muli(Number n) {
    return inPlace(Binary.MUL, number(n));
  }

  @Override
  public NDArray muli(NDArray other) {
    return inPlace(Binary.MUL, other);
  }

  @Override
  public NDArray divi(Number n) {
    return inPlace(Binary.DIV, number(n));
  }

  @Override
  public NDArray divi(NDArray other) {
    return inPlace(Binary.DIV, other);
  }

  @Override
  public NDArray eq(Number n) {
    return apply(Comparison.EQ, number(n));
  }

  @Override
  public NDArray eq(NDArray other) {
    return apply(Comparison.EQ, other);
  }

  @Override
  public NDArray neq(Number n) {
    return apply(Comparison.NEQ, number(n));
  }

  @Override
  public NDArray neq(NDArray other) {
    return apply(Comparison.NEQ, other);
  }

  @Override
  public NDArray gt(Number n) {
    return apply(Comparison.GT, number(n));
  }

  @Override
  public NDArray gt(NDArray other) {
    return apply(Comparison.GT, other);
  }

  @Override
  public NDArray gte(Number n) {
    return apply(Comparison.GTE, number(n));
  }

  @Override
  public NDArray gte(NDArray other) {
    return apply(Comparison.GTE, other);
  }

  @Override
  public NDArray lt(Number n) {
    return apply(Comparison.LT, number(n));
  }

  @Override
  public NDArray lt(NDArray other) {
    return apply(Comparison.LT, other);
  }

  @Override
  public NDArray lte(Number n) {
    return apply(Comparison.LTE, number(n));
  }

  @Override
  public NDArray lte(NDArray other) {
    return apply(Comparison.LTE, other);
  }

  @Override
  public NDArray neg() {
    return apply(Unary.NEG);
  }

  @Override
  public NDArray abs() {
    return apply(Unary.ABS);
  }

  @Override
  public NDArray sign() {
    return apply(Unary.SIGN);
  }

  @Override
  public NDArray floor() {
    return apply(Unary.FLOOR);
  }

  @Override
  public NDArray ceil() {
    return apply(Unary.CEIL);
  }

  @Override
  public NDArray round() {
    return apply(Unary.ROUND);
  }

  @Override
  public NDArray square() {
    return apply(Unary.SQUARE);
  }

  @Override
  public NDArray sqrt() {
    return apply(Unary.SQRT);
  }

  @Override
  public NDArray exp() {
    return apply(Unary.EXP);
  }

  @Override
  public NDArray log() {
    return apply(Unary.LOG);
  }

  @Override
  public NDArray sin() {
    return apply(Unary.SIN);
  }

  @Override
  public NDArray cos() {
    return apply(Unary.COS);
  }

  @Override
  public NDArray tanh() {
    return apply(Unary.TANH);
  }
}
