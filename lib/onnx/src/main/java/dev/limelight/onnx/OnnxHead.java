package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Stage;
import dev.limelight.onnx.OnnxGradient.Outputs;
import dev.limelight.onnx.adjoint.RuleChoice;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.signature.InputSizes;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a network from a cut to the logits, with its gradient. Each is opened when used. */
final class OnnxHead implements Stage {

  private final ModelProto part;
  private final Map<String, TensorType> types;
  private final List<String> inputs;
  private final String logits;
  private final int batch;
  private final InputSizes sizes;
  private final Device device;
  private final RuleChoice choice;
  private final List<String> xs;
  private final Outputs outputs;
  private @Nullable OnnxStage forward;
  private @Nullable OnnxGradient gradient;
  private @Nullable OnnxStage backward;
  private @Nullable OnnxStage several;

  /**
   * A part of a network.
   *
   * @param part the graph from its inputs to the logits
   * @param types of the tensors
   * @param inputs the names of its inputs; the gradient is with respect to the first
   * @param logits the output
   * @param batch the number of pictures that it takes at a time, or 0 for any
   * @param device where it computes
   */
  OnnxHead(
      ModelProto part,
      Map<String, TensorType> types,
      List<String> inputs,
      String logits,
      int batch,
      Device device,
      RuleChoice choice) {
    this(
        part,
        types,
        inputs,
        logits,
        batch,
        device,
        choice,
        inputs.subList(0, 1),
        Outputs.gradients(inputs.subList(0, 1), List.of()));
  }

  private OnnxHead(
      ModelProto part,
      Map<String, TensorType> types,
      List<String> inputs,
      String logits,
      int batch,
      Device device,
      RuleChoice choice,
      List<String> xs,
      Outputs outputs) {
    this.part = part;
    this.types = types;
    this.inputs = inputs;
    this.logits = logits;
    this.batch = batch;
    this.device = device;
    this.choice = choice;
    this.xs = xs;
    this.outputs = outputs;
    sizes = InputSizes.of(part, inputs.get(0));
  }

  /**
   * The same, differentiated with respect to other tensors.
   *
   * @param others these tensors
   * @param further what the gradient gives as well
   */
  OnnxHead at(List<String> others, List<String> further) {
    return at(others, Outputs.gradients(others, further));
  }

  /**
   * The same, differentiated with respect to other tensors.
   *
   * @param others these tensors
   * @param outputs chooses what the gradient gives after the logits
   */
  OnnxHead at(List<String> others, Outputs outputs) {
    return new OnnxHead(part, types, inputs, logits, batch, device, choice, others, outputs);
  }

  @Override
  public NDList run(NDList values) {
    if (forward == null) {
      forward = new OnnxStage(part, inputs, batch, device);
    }
    return forward.run(values);
  }

  /** The nodes from its inputs to the logits. */
  GraphProto graph() {
    return part.getGraph();
  }

  /**
   * The graph of its gradient.
   *
   * @throws UnsupportedException if an operator has no gradient
   */
  OnnxGradient gradient() {
    if (gradient == null) {
      try {
        gradient = OnnxGradient.of(part, types, logits, xs, outputs, choice);
      } catch (UnsupportedException e) {
        throw e.isNoGradient() && OnnxOutputs.suppresses(part.getGraph()) ? instead(e) : e;
      }
    }
    return gradient;
  }

  /** Of a detector that suppresses boxes itself, what can be done without the gradient. */
  private static UnsupportedException instead(UnsupportedException e) {
    String reason = String.valueOf(e.getMessage());
    return UnsupportedException.noGradient(
        reason
            + (reason.contains("; ") ? ", or " : "; ")
            + "use d-rise or another method that only asks for scores, or export the model with the"
            + " boxes and scores before its NonMaxSuppression (docs/DETECTORS.md shows how)",
        e);
  }

  /**
   * Runs the part and its gradient.
   *
   * @param values its inputs
   * @param seed the gradient of the logits, of their shape
   * @param strongest whether to begin with the gradient of each picture's strongest output instead
   * @return the logits, the gradients, and what else is wanted
   */
  NDList gradient(NDList values, NDArray seed, boolean strongest) {
    if (backward == null) {
      OnnxGradient graph = gradient();
      backward = new OnnxStage(graph.model(), graph.inputs(), batch, device);
    }
    return backward.run(inputs(values, seed, strongest));
  }

  private static NDList inputs(NDList values, NDArray seed, boolean strongest) {
    NDList all = new NDList(values);
    all.add(seed);
    all.add(NativeArrays.of(seed.getManager(), new float[] {strongest ? 1 : 0}, new Shape(1)));
    return all;
  }

  /** Whether so many pictures may have several seeds: where all go through at once. */
  boolean takes(long pictures) {
    boolean all = batch == pictures || batch == 0 && sizes.atOnce(pictures) == 0;
    return xs.equals(inputs.subList(0, 1)) && all;
  }

  /**
   * Runs the gradient for several seeds, for which the part itself runs once.
   *
   * @param seeds gradients of the logits, (S, N, K)
   * @return the gradient with respect to the first input for each
   */
  NDArray gradients(NDList values, NDArray seeds) {
    if (several == null) {
      several = several();
    }
    return several.run(inputs(values, seeds, false)).head();
  }

  private OnnxStage several() {
    try {
      OnnxGradient graph = gradient().ofSeveral();
      return new OnnxStage(graph.model(), graph.inputs(), 0, device);
    } catch (OrtException e) {
      throw new EngineException(OnnxSessions.message(e), e);
    }
  }

  @Override
  public void close() {
    if (forward != null) {
      forward.close();
    }
    if (backward != null) {
      backward.close();
    }
    if (several != null) {
      several.close();
    }
  }
}
