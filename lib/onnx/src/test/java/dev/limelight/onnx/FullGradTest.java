package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.gradient.FullGrad;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.image.Heatmap;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The full gradients of networks whose shares are known: by PyTorch, or because they add up. */
class FullGradTest {

  private static final Path FILES = Path.of("src", "test", "resources", "full-grad");

  @TempDir private Path folder;

  /** src/test/python/make_full_grad.py makes the networks and the maps. */
  @ParameterizedTest
  @ValueSource(strings = {"kept", "folded"})
  void theMapIsThatOfPyTorch(String normalisations) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("pytorch.npz"));
        Explainer explainer = Explainer.of(FILES.resolve(normalisations + ".onnx"))) {
      NDList golden = NDList.decode(manager, in);
      Question question =
          Question.of(golden.get("x")).methods(new FullGrad()).targets(Target.of(2));
      List<Explanation> found = List.copyOf(explainer.explain(question));
      float[] scores = golden.get("score").toFloatArray();
      for (int i = 0; i < 3; i++) {
        Heatmap map = found.get(i).map();
        float[] expected = golden.get("map").get(i).toFloatArray();
        assertThat(map.unit()).isEqualTo("relative");
        assertThat(map.values()).hasSameSizeAs(expected);
        for (int place = 0; place < expected.length; place++) {
          assertThat(map.values()[place]).isCloseTo(expected[place], within(1e-4f * map.max()));
        }
        assertThat(found.get(i).logits()[2]).isCloseTo(scores[i], within(1e-4f));
        assertThat(gap(found.get(i))).isLessThan(1e-4);
      }
    }
  }

  /** By how much the shares miss the score, of a large one relative to it. */
  private static double gap(Explanation explanation) {
    Double gap = explanation.notes().get(IntegratedGradients.GAP);
    assertThat(gap).isNotNull();
    float score = explanation.logits()[explanation.target()];
    return Math.abs(gap) / Math.max(1, Math.abs(score));
  }

  private static double gap(Explainer explainer) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x");
      double largest = 0;
      for (int label = 0; label < 4; label++) {
        Question question = Question.of(x).methods(new FullGrad()).targets(Target.of(label));
        for (Explanation one : explainer.explain(question)) {
          largest = Math.max(largest, gap(one));
        }
      }
      return largest;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Relu", "LeakyRelu", "Clip", "Max", "Min", "Add", "Sub", "Sum", "Double"})
  void sharesOfStraightPiecesAddUpToTheScore(String operator) {
    try (Model model = OnnxModels.changed(folder, graph -> replace(graph, operator));
        Explainer explainer = Explainer.of(model)) {
      assertThat(gap(explainer)).isLessThan(1e-4);
    }
  }

  @Test
  void whatOtherActivationsMissIsSaid() {
    try (Model model = OnnxModels.changed(folder, graph -> replace(graph, "Sigmoid"));
        Explainer explainer = Explainer.of(model)) {
      assertThat(gap(explainer)).isGreaterThan(0.01);
    }
  }

  /** Writes each ReLU with another operator, or with a constant that is added before it. */
  private static void replace(GraphProto.Builder graph, String operator) {
    constant(graph, "zero", 0);
    constant(graph, "half", 0.5f);
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      if (!node.getOpType().equals("Relu")) {
        nodes.add(node);
        continue;
      }
      String x = node.getInput(0);
      List<String> inputs =
          switch (operator) {
            case "Clip" -> List.of(x, "zero", "half");
            case "Max", "Min", "Add" -> List.of(x, "half");
            case "Sub" -> List.of("half", x);
            case "Sum" -> List.of("half", x, "half");
            case "Double" -> List.of(x, x);
            default -> List.of(x);
          };
      NodeProto.Builder changed =
          node.toBuilder()
              .setOpType(operator.equals("Double") ? "Add" : operator)
              .clearInput()
              .addAllInput(inputs);
      if (List.of("Add", "Sub", "Sum", "Double").contains(operator)) {
        // The ReLU stays behind it.
        String sum = node.getOutput(0) + "_sum";
        nodes.add(changed.setName(sum).setOutput(0, sum).build());
        nodes.add(node.toBuilder().setInput(0, sum).build());
      } else {
        nodes.add(changed.build());
      }
    }
    graph.clearNode().addAllNode(nodes);
  }

  private static void constant(GraphProto.Builder graph, String name, float value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.getNumber())
            .addFloatData(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void otherFormatsAreRefused(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:1");
      assertThatThrownBy(() -> explainer.explain(Question.of(x).methods(new FullGrad())))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("only .onnx and .pt2 files give it")
          .hasMessageContaining("integrated-gradients");
    }
  }

  @Test
  void aNetworkWithoutBiasesIsRefused() {
    try (Model model = OnnxModels.changed(folder, FullGradTest::withoutBiases);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:1");
      assertThatThrownBy(() -> explainer.explain(Question.of(x).methods(new FullGrad())))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("no layer of this network that has locations has one");
    }
  }

  private static void withoutBiases(GraphProto.Builder graph) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getOpType().equals("Conv") && node.getInputCount() == 3) {
        List<String> two = List.copyOf(node.getInputList().subList(0, 2));
        node.clearInput().addAllInput(two);
      }
    }
  }

  /** The plan says the passes, and a batch gives what its pictures give alone. */
  @Test
  void eachPictureIsDifferentiatedOnce() throws IOException {
    try (Explainer explainer = Explainer.of(TinyResNet.onnxFile());
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThat(explainer.plan(List.of(new FullGrad()), Target.top()).rows().get(0).work())
          .matches(work -> work.backwards() == 1 && work.passes() == 1);
      NDArray x = TinyResNet.golden(manager).get("x");
      List<Explanation> all =
          List.copyOf(explainer.explain(Question.of(x).methods(new FullGrad())));
      List<Explanation> one =
          List.copyOf(explainer.explain(Question.of(x.get("4:5")).methods(new FullGrad())));
      assertThat(all.get(4).map().maxDifference(one.get(0).map())).isLessThan(1e-4f);
      assertThat(Map.copyOf(all.get(4).notes())).containsKey(IntegratedGradients.GAP);
    }
  }
}
