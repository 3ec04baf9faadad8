package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.GraphBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How large the graph of a gradient is, and how long it takes to write it.
 *
 * @param nodes from the picture to the logits
 * @param added nodes that compute the gradient with respect to the picture
 * @param seconds to infer the types of all tensors and to write the nodes
 */
@API(status = Status.INTERNAL)
public record GradientSize(int nodes, int added, double seconds) {

  /**
   * Measures an .onnx file.
   *
   * @throws IOException if it cannot be read
   * @throws dev.limelight.support.UnsupportedException if an operator has no gradient
   */
  public static GradientSize of(Path file) throws IOException {
    OnnxGraph graph = new OnnxFile(file).graph(NetworkChoice.NONE).graph();
    ModelProto whole = graph.whole();
    List<String> picture = List.of(graph.picture());
    OnnxGradient.Outputs outputs = OnnxGradient.Outputs.gradients(picture, List.of());
    long start = System.nanoTime();
    OnnxGradient gradient =
        OnnxGradient.of(whole, graph.types(), graph.logits(), picture, outputs, Kind.EXACT);
    double seconds = (System.nanoTime() - start) / 1e9;
    long added =
        gradient.model().getGraph().getNodeList().stream().filter(GraphBuilder::isAdded).count();
    return new GradientSize(whole.getGraph().getNodeCount(), Math.toIntExact(added), seconds);
  }
}
