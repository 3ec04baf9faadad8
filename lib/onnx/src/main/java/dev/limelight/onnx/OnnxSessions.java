package dev.limelight.onnx;

import ai.djl.Device;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.google.protobuf.CodedOutputStream;
import dev.limelight.io.FileState;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.onnx.adjoint.StoredWeight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How ONNX Runtime opens graphs: the device, the threads and the optimisation. */
final class OnnxSessions {

  /** DJL's own setting of the number of threads. */
  static final String THREADS = "ai.djl.onnxruntime.num_threads";

  /** The setting of the other engines, which ONNX Runtime does not read. */
  static final String THREADS_OF_ALL = "OMP_NUM_THREADS";

  /** The folder of the files with weights. */
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  /** The time that ONNX Runtime takes to optimise a graph grows with the square of its nodes. */
  private static final int MOST_OPTIMISED = 20_000;

  /** The bytes of weights above which a second copy of them costs more than it gains. */
  private static final long MOST_COPIED = 400_000_000;

  private OnnxSessions() {}

  /** Opens a graph to compute with it. */
  static OrtSession open(ModelProto model, Device device) throws OrtException {
    try (OrtSession.SessionOptions options = options(device, model.getGraph().getNodeCount())) {
      if (StoredWeight.length(model) > MOST_COPIED) {
        keepWeights(options, OptLevel.EXTENDED_OPT);
      }
      return open(model, options);
    }
  }

  /** Opens a graph to run it once. */
  static OrtSession openOnce(ModelProto model, Device device) throws OrtException {
    try (OrtSession.SessionOptions options = options(device, 0)) {
      keepWeights(options, OptLevel.NO_OPT);
      // Planning takes the square of the tensors that are kept, and pays off from the second run.
      options.setMemoryPatternOptimization(false);
      return open(model, options);
    }
  }

  /** Weights are read where they are in the file: in another order they would be copies. */
  private static void keepWeights(OrtSession.SessionOptions options, OptLevel level)
      throws OrtException {
    options.setOptimizationLevel(level);
    options.addConfigEntry("session.disable_prepacking", "1");
  }

  private static OrtSession open(ModelProto model, OrtSession.SessionOptions options)
      throws OrtException {
    ModelProto read = model;
    for (FileState file : StoredWeight.files(model)) {
      file.checkUnchanged();
      Path root = Objects.requireNonNull(file.path().getRoot());
      options.addConfigEntry(FOLDER, root.toString());
      read = StoredWeight.forRuntime(model, root);
    }
    // Bytes in the heap would be copied once more.
    ByteBuffer bytes = ByteBuffer.allocateDirect(read.getSerializedSize());
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      read.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return RuntimeEnvironment.get().createSession(bytes.rewind(), options);
  }

  /**
   * Options of a session that reports errors by exceptions alone and writes nothing to the screen.
   *
   * @param nodes of its graph
   */
  static OrtSession.SessionOptions options(Device device, int nodes) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    // Threads that wait busily take the cores from the engine that comes next.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.setIntraOpNumThreads(
        threads(Integer.getInteger(THREADS), System.getenv(THREADS_OF_ALL)));
    if (nodes > MOST_OPTIMISED) {
      options.setOptimizationLevel(OptLevel.NO_OPT);
    }
    if (device.isGpu()) {
      try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.getDeviceId())) {
        // Maps have to be those of the CPU, and TF32 leaves ten bits of a number.
        cuda.add("use_tf32", "0");
        // Convolutions are planned anew whenever the size of a batch changes; this plans quickest.
        cuda.add("cudnn_conv_algo_search", "HEURISTIC");
        options.addCUDA(cuda);
      }
    }
    return options;
  }

  /** The number of threads that is set, or 0 for one a core. */
  static int threads(@Nullable Integer ofRuntime, @Nullable String ofAll) {
    if (ofRuntime != null) {
      return Math.max(0, ofRuntime);
    }
    return ofAll != null && ofAll.matches("\\d{1,4}") ? Integer.parseInt(ofAll) : 0;
  }

  /** ONNX Runtime's message, on one line and without its codes. */
  static String message(Exception error) {
    Throwable first = error.getCause() instanceof OrtException cause ? cause : error;
    return Names.reason(
        String.valueOf(first.getMessage())
            .replaceFirst("^Error code - \\w+ - message: ", "")
            .replaceAll("\\s+", " "));
  }
}
