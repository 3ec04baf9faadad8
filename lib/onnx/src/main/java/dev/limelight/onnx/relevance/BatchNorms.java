package dev.limelight.onnx.relevance;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphRewriter;
import dev.limelight.onnx.adjoint.TensorValues;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Batch normalisations that follow a convolution, folded into its weights: rules that look at the
 * sign of weights then see those that count.
 */
public final class BatchNorms extends GraphRewriter {

  private static final String PREFIX = "limelight/folded";

  private final Map<String, TensorProto> weights = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, NodeProto> convolutions = new HashMap<>();

  private BatchNorms(GraphProto graph) {
    super(graph.toBuilder(), PREFIX);
    graph.getInitializerList().forEach(weight -> weights.put(weight.getName(), weight));
    for (NodeProto node : graph.getNodeList()) {
      node.getInputList().forEach(input -> readers.merge(input, 1, Integer::sum));
      if (node.getOpType().equals("Conv") && weights.containsKey(node.getInput(1))) {
        convolutions.put(node.getOutput(0), node);
      }
    }
    graph.getOutputList().forEach(output -> readers.merge(output.getName(), 1, Integer::sum));
  }

  /** The graph with them folded, which computes the same. */
  public static ModelProto folded(ModelProto model) {
    BatchNorms writer = new BatchNorms(model.getGraph());
    for (NodeProto node : model.getGraph().getNodeList()) {
      NodeProto convolution =
          node.getOpType().equals("BatchNormalization") && node.getOutputCount() == 1
              ? writer.convolutions.get(node.getInput(0))
              : null;
      boolean only =
          convolution != null
              && writer.readers.getOrDefault(convolution.getOutput(0), 0) == 1
              && node.getInputList().stream().skip(1).allMatch(writer.weights::containsKey);
      if (convolution != null && only) {
        writer.written.remove(convolution);
        writer.fold(convolution, node);
      } else {
        writer.written.add(node);
      }
    }
    writer.graph.clearNode().addAllNode(writer.written);
    return model.toBuilder().setGraph(writer.graph).build();
  }

  private void fold(NodeProto convolution, NodeProto norm) {
    TensorProto kernel = weights.get(convolution.getInput(1));
    TensorProto mean = weights.get(norm.getInput(3));
    if (kernel == null || mean == null) {
      throw new IllegalStateException("the weights were looked for before");
    }
    TensorProto.DataType type = TensorProto.DataType.forNumber(mean.getDataType());
    double epsilon = Attributes.real(norm, "epsilon", 1e-5);
    String stable =
        op("Add", norm.getInput(4), constant(TensorValues.real(type, new long[0], epsilon)));
    String factor = op("Div", norm.getInput(1), op("Sqrt", stable));
    long[] each = new long[kernel.getDimsCount()];
    Arrays.fill(each, 1);
    each[0] = -1;
    String scaled = op("Mul", convolution.getInput(1), reshape(factor, each));
    boolean biased = convolution.getInputCount() > 2 && !convolution.getInput(2).isEmpty();
    String centre =
        biased ? op("Sub", convolution.getInput(2), norm.getInput(3)) : op("Neg", norm.getInput(3));
    String bias = op("Add", op("Mul", centre, factor), norm.getInput(2));
    written.add(
        convolution.toBuilder()
            .clearInput()
            .addInput(convolution.getInput(0))
            .addInput(scaled)
            .addInput(bias)
            .setOutput(0, norm.getOutput(0))
            .build());
  }
}
