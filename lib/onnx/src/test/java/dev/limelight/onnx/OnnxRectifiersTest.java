package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.Network;
import dev.limelight.model.WholeNetwork;
import dev.limelight.support.UnsupportedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRectifiersTest {

  @TempDir Path folder;

  /** Writes a number of ReLUs, or all, with other operators. */
  private static int replace(GraphProto.Builder graph, String operator, int most) {
    List<NodeProto> nodes = new ArrayList<>();
    int relus = 0;
    for (NodeProto node : graph.getNodeList()) {
      boolean relu = node.getOpType().equals("Relu");
      if (relu && relus++ < most) {
        if (operator.equals("SiLU")) {
          String gate = node.getOutput(0) + "_gate";
          nodes.add(OnnxModels.node("Sigmoid", gate, List.of(node.getInput(0)), gate));
          nodes.add(
              OnnxModels.node(
                  "Mul", node.getName(), List.of(node.getInput(0), gate), node.getOutput(0)));
        } else {
          nodes.add(node.toBuilder().setOpType(operator).build());
        }
      } else {
        nodes.add(node);
      }
    }
    graph.clearNode().addAllNode(nodes);
    return relus;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SiLU", "LeakyRelu", "Elu", "Selu"})
  void withoutAReluItIsRefusedAndWithSomeTheyAreCounted(String operator) {
    int[] relus = new int[1];
    try (Model none =
            OnnxModels.changed(
                folder, graph -> relus[0] = replace(graph, operator, Integer.MAX_VALUE));
        WholeNetwork whole = new WholeNetwork(Network.of(none))) {
      assertThatThrownBy(whole::prepareGuided)
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("this network has none but " + relus[0] + " activations");
    }
    try (Model some = OnnxModels.changed(folder, graph -> replace(graph, operator, 2));
        WholeNetwork whole = new WholeNetwork(Network.of(some))) {
      assertThat(whole.rectifiers()).isEqualTo(new Rectifiers(relus[0] - 2, 2));
    }
  }

  @Test
  void aNetworkOfRelusHasNoLimits() {
    try (Model model = OnnxModels.changed(folder, graph -> {});
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      assertThat(whole.rectifiers().others()).isZero();
      assertThat(whole.rectifiers().limits()).isEmpty();
    }
  }
}
