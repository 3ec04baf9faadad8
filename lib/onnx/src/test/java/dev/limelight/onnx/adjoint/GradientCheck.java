package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.limelight.onnx.UpgradedModels;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Compares the gradient that is written with central differences of the graph itself, in float64
 * where ONNX Runtime can.
 */
final class GradientCheck {

  private static final OrtEnvironment ENVIRONMENT = RuntimeEnvironment.get();

  private GradientCheck() {}

  /** Checks a case with its dimensions open and fixed. */
  static void check(GradientCase given) throws OrtException {
    Values y = output(given, given.x());
    Values seed = seed(y);
    double[] expected = differences(given, seed);
    for (boolean open : given.open()) {
      List<Values> results = gradient(given.model(DataType.FLOAT, open), given.x(), seed);
      assertThat(error(results.get(0), y.values())).as("forward").isLessThan(1e-5);
      assertThat(results.get(1).shape()).isEqualTo(given.x().shape());
      assertThat(error(results.get(1), expected))
          .as("gradient, dimensions %s", open ? "open" : "fixed")
          .isLessThan(given.tolerance());
    }
  }

  /**
   * Checks a graph for which {@code y(x) - y(0)} is linear in x, or made of linear pieces from zero
   * on: {@code sum(dx x) = sum(seed (y(x) - y(0)))}. Any wrong element would break it almost
   * surely.
   */
  static void checkLinear(GradientCase given) throws OrtException {
    Values y = output(given, given.x());
    double[] atZero = output(given, given.x().times(0)).values();
    Values seed = seed(y);
    double expected = 0;
    double size = 1e-9;
    for (int i = 0; i < atZero.length; i++) {
      double part = seed.values()[i] * (y.values()[i] - atZero[i]);
      expected += part;
      size += Math.abs(part);
    }
    for (boolean open : given.open()) {
      Values dx = gradient(given.model(DataType.FLOAT, open), given.x(), seed).get(1);
      double sum = 0;
      for (int i = 0; i < dx.values().length; i++) {
        sum += dx.values()[i] * given.x().values()[i];
      }
      assertThat(dx.shape()).isEqualTo(given.x().shape());
      assertThat(sum).isCloseTo(expected, within(1e-4 * size));
    }
  }

  private static Values output(GradientCase given, Values x) throws OrtException {
    return output(given.model(DataType.FLOAT, true), x);
  }

  /** The first output of a model. */
  static Values output(ModelProto model, Values x) throws OrtException {
    try (OrtSession forward = session(model)) {
      return run(forward, DataType.FLOAT, Map.of("x", x)).get(0);
    }
  }

  private static Values seed(Values y) {
    Random random = new Random(7);
    double[] seeds = Arrays.stream(y.values()).map(v -> random.nextGaussian()).toArray();
    return new Values(y.shape(), seeds).rounded();
  }

  /** The output y and the gradient of sum(seed y). */
  static List<Values> gradient(ModelProto model, Values x, Values seed) throws OrtException {
    DataType type =
        DataType.forNumber(model.getGraph().getInput(0).getType().getTensorType().getElemType());
    ModelProto adjoint = adjoint(UpgradedModels.of(model), Kind.EXACT);
    try (OrtSession session = session(adjoint)) {
      return run(session, type, Map.of("x", x, "seed", seed));
    }
  }

  /** The gradient of x that a model of y and it computes. */
  static double[] run(ModelProto adjoint, Values x, Values seed) throws OrtException {
    try (OrtSession session = session(adjoint)) {
      return run(session, DataType.FLOAT, Map.of("x", x, "seed", seed)).get(1).values();
    }
  }

  /** The model of y and the gradient of x. */
  static ModelProto adjoint(ModelProto model, Kind kind) throws OrtException {
    GraphBuilder graph = new GraphBuilder(model, TypeInference.of(model));
    String gradient =
        new Adjoint(graph, kind).gradients(Map.of("y", "seed"), List.of("x")).get("x");
    ValueInfoProto x = model.getGraph().getInput(0);
    DataType type = graph.type("y");
    return graph.build(
        List.of(x, GradientCase.tensor("seed", type, null)),
        List.of(
            ValueInfoProto.newBuilder().setName("y").build(),
            ValueInfoProto.newBuilder().setName(gradient).build()));
  }

  /** The largest difference relative to the largest expected value. */
  private static double error(Values values, double[] expected) {
    double[] got = values.values();
    double largest = 1e-9;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(got[i] - expected[i]));
      if (Double.isNaN(got[i])) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return error / largest;
  }

  private static double[] differences(GradientCase given, Values seed) throws OrtException {
    OrtSession inDouble;
    try {
      inDouble = session(given.model(DataType.DOUBLE, true));
    } catch (OrtException e) {
      try (OrtSession inFloat = session(given.model(DataType.FLOAT, true))) {
        return differences(inFloat, DataType.FLOAT, given, seed, given.step());
      }
    }
    try (inDouble) {
      return differences(inDouble, DataType.DOUBLE, given, seed, 1e-4);
    }
  }

  /** Differences of fourth order. */
  private static double[] differences(
      OrtSession session, DataType type, GradientCase given, Values seed, double h)
      throws OrtException {
    double[] gradient = new double[given.x().values().length];
    for (int i = 0; i < gradient.length; i++) {
      double near = difference(session, type, given, seed, i, h);
      gradient[i] =
          type == DataType.DOUBLE || h >= 0.25
              ? near
              : (4 * near - difference(session, type, given, seed, i, 2 * h)) / 3;
    }
    return gradient;
  }

  private static double difference(
      OrtSession session, DataType type, GradientCase given, Values seed, int i, double h)
      throws OrtException {
    double[] x = given.x().values().clone();
    double middle = x[i];
    x[i] = type == DataType.FLOAT ? (float) (middle + h) : middle + h;
    double above = x[i];
    Values high = run(session, type, Map.of("x", new Values(given.x().shape(), x))).get(0);
    x[i] = type == DataType.FLOAT ? (float) (middle - h) : middle - h;
    double width = above - x[i];
    Values low = run(session, type, Map.of("x", new Values(given.x().shape(), x))).get(0);
    double sum = 0;
    for (int k = 0; k < seed.values().length; k++) {
      sum += (high.values()[k] - low.values()[k]) * seed.values()[k];
    }
    return sum / width;
  }

  private static OrtSession session(ModelProto model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return ENVIRONMENT.createSession(model.toByteArray(), options);
    }
  }

  private static List<Values> run(OrtSession session, DataType type, Map<String, Values> inputs)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    List<Values> outputs = new ArrayList<>();
    try {
      for (Map.Entry<String, Values> input : inputs.entrySet()) {
        if (session.getInputNames().contains(input.getKey())) {
          tensors.put(input.getKey(), tensor(type, input.getValue()));
        }
      }
      try (OrtSession.Result result = session.run(tensors)) {
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
          outputs.add(values((OnnxTensor) output.getValue()));
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
    return outputs;
  }

  private static OnnxTensor tensor(DataType type, Values values) throws OrtException {
    if (type == DataType.DOUBLE) {
      return OnnxTensor.createTensor(
          ENVIRONMENT, DoubleBuffer.wrap(values.values()), values.shape());
    }
    if (type == DataType.FLOAT16) {
      ShortBuffer halves = ShortBuffer.allocate(values.values().length);
      for (double value : values.values()) {
        halves.put(Fp16Conversions.floatToFp16((float) value));
      }
      return OnnxTensor.createTensor(
          ENVIRONMENT, halves.flip(), values.shape(), OnnxJavaType.FLOAT16);
    }
    float[] floats = new float[values.values().length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values.values()[i];
    }
    return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(floats), values.shape());
  }

  private static Values values(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    double[] values = new double[Math.toIntExact(Values.size(info.getShape()))];
    DoubleBuffer doubles = tensor.getDoubleBuffer();
    FloatBuffer floats = doubles == null ? tensor.getFloatBuffer() : null;
    for (int i = 0; i < values.length; i++) {
      values[i] = floats == null ? doubles.get(i) : floats.get(i);
    }
    return new Values(info.getShape(), values);
  }
}
