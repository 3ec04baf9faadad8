package dev.limelight.onnx;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.Float16Utils;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Stage;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.onnx.file.WorkingMemory;
import dev.limelight.onnx.signature.ElementType;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the rewritten and cut graph computes with what the file computes as it is, on the
 * same noise.
 */
final class OnnxCheck {

  /** A fact: cut at a layer, the graph gives what the file gives. */
  private static final String CUT = "onnx-cut";

  private static final String SAME = "same outputs";

  /** Outputs below this are zero. */
  private static final double ZERO = 1e-3;

  private final Model model;
  private final NetworkInput input;
  private final double tolerance;
  private final double scale;
  private final @Nullable String activation;
  private final Shape picture;
  private final OnnxFile.Read read;
  private KeptFacts facts = KeptFacts.NONE;
  private float @Nullable [] expected;

  /**
   * Prepares the comparison.
   *
   * @param model as DJL loaded the file
   * @param read the rewritten graph, and what was chosen of the file
   * @param input that of the file
   * @param picture the shape of the rewritten graph's input, (N, C, H, W)
   */
  OnnxCheck(Model model, OnnxFile.Read read, NetworkInput input, Shape picture) {
    this.model = model;
    this.picture = picture;
    this.read = read;
    this.input = input;
    activation = read.graph().outputActivation();
    scale = read.graph().scale();
    tolerance = read.graph().precision().tolerance();
  }

  /** Says what was found out about the file before. */
  void know(KeptFacts about) {
    facts = about;
  }

  /** Whether the same file was compared, cut at the same tensor, and gave the same. */
  boolean isKnown(String tensor) {
    return facts.is(CUT, Map.of("layer", tensor), SAME);
  }

  /**
   * Runs the file, before more of its weights are in memory.
   *
   * @param memory checks what the run needs first
   */
  void runFile(WorkingMemory memory) {
    try {
      memory.check(picture);
      expected = ofFile(noise());
    } catch (EngineException | IllegalArgumentException | UnsupportedOperationException e) {
      // Noise of this shape or type is refused, so there is nothing to compare.
      return;
    }
    if (model.getBlock() instanceof OnnxBlock block) {
      block.close();
    }
  }

  /**
   * Compares with what the parts compute.
   *
   * @param tensor at which the graph is cut
   * @throws UnsupportedException if the results differ
   */
  void compare(String tensor, Stage features, Stage head, NDManager arrays) {
    float[] expected = this.expected;
    if (expected == null) {
      return;
    }
    float[] actual;
    try (NDManager scope = arrays.newSubManager()) {
      NDArray array = NativeArrays.of(scope, noise(), picture);
      actual = head.run(features.run(new NDList(array))).head().toFloatArray();
    } catch (EngineException | IllegalArgumentException | UnsupportedOperationException e) {
      // Noise of this shape or type is refused, so there is nothing to compare.
      return;
    }
    if (actual.length != expected.length || !isFinite(expected)) {
      return;
    }
    double difference = 0;
    double largest = 0;
    float[] outputs = activated(actual);
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) expected[i] - scale * outputs[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    if (!(difference <= tolerance * Math.max(largest, ZERO))) {
      throw new UnsupportedException(
          String.format(
              Locale.ROOT,
              "the rewritten graph gives other outputs than the file (%.2g where the largest is"
                  + " %.2g), so its maps would be wrong; export it again with a newer exporter",
              difference,
              largest));
    }
    facts.put(CUT, Map.of("layer", tensor), SAME);
  }

  /** Noise may be beyond what the network computes; on pictures this is an error. */
  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** The chosen output of the file. */
  private float[] ofFile(float[] noise) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      Shape shape = picture;
      float[] values = noise;
      if (input.channelsLast()) {
        shape = new Shape(picture.get(0), picture.get(2), picture.get(3), picture.get(1));
        values = turned(noise);
      }
      try {
        return forward(NativeArrays.of(scope, bytes(values, scope), shape, input.type()));
      } catch (EngineException e) {
        if (input.type() == DataType.FLOAT32) {
          throw e;
        }
        // The file was widened, as ONNX Runtime does not compute its own numbers.
        return forward(NativeArrays.of(scope, values, shape));
      }
    }
  }

  private float[] forward(NDArray picture) {
    NDManager scope = picture.getManager();
    NDList inputs = new NDList(picture);
    if (!read.constants().isEmpty()) {
      picture.setName(read.graph().picture().replaceFirst("^" + OnnxGraph.ADDED, ""));
      read.constants().values().forEach(value -> inputs.add(array(value, scope)));
    }
    NDArray output =
        model
            .getBlock()
            .forward(new ParameterStore(scope, false), inputs, false)
            .get(read.output());
    return switch (output.getDataType()) {
      case FLOAT32, FLOAT16 -> output.toFloatArray();
      // Logits of other types are not compared.
      default -> new float[0];
    };
  }

  private static NDArray array(TensorProto value, NDManager scope) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(value.getRawData().size()).order(ByteOrder.LITTLE_ENDIAN);
    value.getRawData().copyTo(bytes);
    long[] shape = value.getDimsList().stream().mapToLong(Long::longValue).toArray();
    NDArray array =
        NativeArrays.of(
            scope,
            bytes.flip(),
            new Shape(shape),
            ElementType.of(value.getDataType()).orElseThrow().djl());
    array.setName(value.getName());
    return array;
  }

  private float[] noise() {
    Random random = new Random(0);
    float[] noise = new float[Math.toIntExact(picture.size())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = input.isWhole() ? random.nextInt(256) : random.nextFloat();
    }
    return noise;
  }

  /** The numbers in the type of the file's input. */
  private ByteBuffer bytes(float[] values, NDManager scope) {
    if (input.type() == DataType.FLOAT16) {
      return Float16Utils.toByteBuffer(scope, values);
    }
    int width = input.type().getNumOfBytes();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * width).order(ByteOrder.nativeOrder());
    for (float value : values) {
      switch (input.type()) {
        case UINT8 -> bytes.put((byte) value);
        case FLOAT64 -> bytes.putDouble(value);
        default -> bytes.putFloat(value);
      }
    }
    return bytes.flip();
  }

  /** From (N, C, H, W) to (N, H, W, C). */
  private float[] turned(float[] values) {
    int channels = (int) picture.get(1);
    int places = (int) (picture.get(2) * picture.get(3));
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int n = i / (channels * places);
      int c = i / places % channels;
      turned[(n * places + i % places) * channels + c] = values[i];
    }
    return turned;
  }

  /** The logits after the activation that was left out. */
  private float[] activated(float[] logits) {
    if (activation == null) {
      return logits;
    }
    float[] result = new float[logits.length];
    int width = (int) (logits.length / picture.get(0));
    for (int from = 0; from < logits.length; from += width) {
      double most = Double.NEGATIVE_INFINITY;
      for (int k = from; k < from + width; k++) {
        most = Math.max(most, logits[k]);
      }
      double sum = 0;
      for (int k = from; k < from + width; k++) {
        sum += Math.exp(logits[k] - most);
      }
      for (int k = from; k < from + width; k++) {
        double log = logits[k] - most - Math.log(sum);
        result[k] =
            (float)
                switch (activation) {
                  case "softmax" -> Math.exp(log);
                  case "log-softmax" -> log;
                  default -> 1 / (1 + Math.exp(-logits[k]));
                };
      }
    }
    return result;
  }
}
