package dev.limelight.onnx;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.Autograd;
import dev.limelight.model.SplitModel;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.onnx.relevance.Factors;
import dev.limelight.onnx.relevance.PixelRelevance;
import dev.limelight.onnx.relevance.Propagation;
import java.util.List;
import java.util.function.Function;

/** The adjoint of the whole graph with rules of relevance in the place of derivatives. */
final class OnnxRelevance implements RelevanceMaps {

  private final OnnxHead whole;
  private final OnnxAutograd autograd;

  /**
   * Of a whole network.
   *
   * @param graph with its batch normalisations folded and its attention taken apart
   * @throws dev.limelight.support.UnsupportedException if an operator has no rule
   */
  OnnxRelevance(OnnxGraph graph, Composite composite, Autograd recorder, Device device) {
    ModelProto part = graph.whole();
    String picture = graph.picture();
    List<NodeProto> nodes = part.getGraph().getNodeList();
    Propagation rules = new Propagation(composite, new Factors(nodes, graph.types(), picture));
    PixelRelevance pixels = new PixelRelevance(rules, composite, nodes, picture);
    whole =
        new OnnxHead(
                part, graph.types(), List.of(picture), graph.logits(), graph.batch(), device, rules)
            .at(pixels.wanted(), (g, c) -> List.of(pixels.of(g, c)));
    autograd = new OnnxAutograd(whole, recorder);
    // What has no rule is refused now.
    whole.gradient();
  }

  @Override
  public Relevance of(NDArray input, Function<NDArray, NDArray> score) {
    NDList all =
        SplitModel.accepted(
            input.getShape(), () -> autograd.all(input, logits -> new NDList(score.apply(logits))));
    NDArray logits = SplitModel.logits(all.head(), input.getShape().get(0));
    return new Relevance(logits, all.get(1));
  }

  @Override
  public void close() {
    whole.close();
  }
}
