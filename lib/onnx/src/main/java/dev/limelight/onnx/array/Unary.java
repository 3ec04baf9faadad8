package dev.limelight.onnx.array;

/** Functions of one number. */
enum Unary {
  NEG(x -> -x, (x, y) -> -1),
  ABS(Math::abs, (x, y) -> Math.signum(x)),
  SIGN(Math::signum, (x, y) -> 0),
  FLOOR(x -> (float) Math.floor(x), (x, y) -> 0),
  CEIL(x -> (float) Math.ceil(x), (x, y) -> 0),
  ROUND(x -> (float) Math.rint(x), (x, y) -> 0),
  SQUARE(x -> x * x, (x, y) -> 2 * x),
  SQRT(x -> (float) Math.sqrt(x), (x, y) -> 1 / (2 * y)),
  EXP(x -> (float) Math.exp(x), (x, y) -> y),
  LOG(x -> (float) Math.log(x), (x, y) -> 1 / x),
  SIN(x -> (float) Math.sin(x), (x, y) -> (float) Math.cos(x)),
  COS(x -> (float) Math.cos(x), (x, y) -> (float) -Math.sin(x)),
  TANH(x -> (float) Math.tanh(x), (x, y) -> 1 - y * y),
  SIGMOID(x -> (float) (1 / (1 + Math.exp(-x))), (x, y) -> y * (1 - y)),
  RELU(x -> Math.max(x, 0), (x, y) -> x > 0 ? 1 : 0);

  private final Function function;
  private final Derivative derivative;

  Unary(Function function, Derivative derivative) {
    this.function = function;
    this.derivative = derivative;
  }

  /** A function. */
  @FunctionalInterface
  private interface Function {
    float of(float x);
  }

  /** The derivative of a function. */
  @FunctionalInterface
  private interface Derivative {

    /**
     * At one place.
     *
     * @param x where
     * @param y the function there
     */
    float of(float x, float y);
  }

  /** The function of each number. */
  float[] apply(float[] x) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = function.of(x[i]);
    }
    return result;
  }

  /** The derivative at each number. */
  float[] derivatives(float[] x, float[] y) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = derivative.of(x[i], y[i]);
    }
    return result;
  }
}
