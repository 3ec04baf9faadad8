package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.Autograd;
import dev.limelight.model.Layout.Order;
import dev.limelight.model.Network.BiasGradients;
import dev.limelight.model.Network.BiasShares;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.formula.BiasTerms;
import dev.limelight.onnx.formula.OnnxLayouts;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The adjoint of the whole graph, taken at every tensor to which a constant is added. */
final class OnnxBiasGradients implements BiasGradients {

  private final String picture;
  private final BiasTerms terms;
  private final OnnxLayouts layouts;
  private final OnnxHead whole;
  private final OnnxAutograd autograd;
  private int maps;

  /**
   * Of a whole network.
   *
   * @param picture the name of its input
   * @throws UnsupportedException if no layer with locations has a bias, or an operator has no
   *     gradient
   */
  OnnxBiasGradients(
      OnnxHead network, String picture, BiasTerms terms, OnnxLayouts layouts, Autograd recorder) {
    this.picture = picture;
    this.terms = terms;
    this.layouts = layouts;
    List<String> tensors = new ArrayList<>(List.of(picture));
    terms.nodes().forEach(node -> tensors.add(node.getOutput(0)));
    whole = network.at(tensors, this::outputs);
    autograd = new OnnxAutograd(whole, recorder);
    // Written now, as that counts the maps and refuses what has no gradient.
    whole.gradient();
    if (maps == 0) {
      throw new UnsupportedException(
          "full-grad adds up the shares of biases, and no layer of this network that has locations"
              + " has one; use input-x-gradient");
    }
  }

  /** The gradient at the picture, the shares that are maps, and the sum of the others. */
  private List<String> outputs(GraphBuilder g, Map<String, String> gradients) {
    List<String> outputs = new ArrayList<>(List.of(gradients.getOrDefault(picture, "")));
    String others = "";
    for (NodeProto node : terms.nodes()) {
      String y = node.getOutput(0);
      String share = terms.share(g, node, gradients.getOrDefault(y, ""));
      Order order = layouts.order(y);
      if (hasLocations(g.lengths(y), order)) {
        outputs.add(order == Order.CHANNELS_LAST ? g.transpose(share, 0, 3, 1, 2) : share);
      } else {
        String rows = g.op("Concat", Attributes.with("axis", 0), g.size(picture, 0), g.ints(-1));
        String sum = g.sum(g.op("Reshape", share, rows), 1);
        others = others.isEmpty() ? sum : g.add(others, sum);
      }
    }
    maps = outputs.size() - 1;
    if (!others.isEmpty()) {
      outputs.add(others);
    }
    return outputs;
  }

  private static boolean hasLocations(long[] lengths, @Nullable Order order) {
    int rows = order == Order.CHANNELS_LAST ? 1 : 2;
    return order != null && (lengths[rows] != 1 || lengths[rows + 1] != 1);
  }

  @Override
  public BiasShares of(NDArray input, Function<NDArray, NDArray> score) {
    // The logits come first.
    NDList all = autograd.all(input, logits -> new NDList(score.apply(logits)));
    boolean none = all.size() == 2 + maps;
    NDArray others =
        none ? input.getManager().zeros(new Shape(input.getShape().get(0))) : all.get(2 + maps);
    return new BiasShares(all.get(1), all.subNDList(2).subList(0, maps), others);
  }

  @Override
  public void close() {
    whole.close();
  }
}
