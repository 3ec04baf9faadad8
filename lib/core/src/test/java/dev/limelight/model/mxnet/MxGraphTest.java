package dev.limelight.model.mxnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Cut;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.model.signature.OutputRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MxGraphTest {

  private static final Shape INPUT = new Shape(3, 6, 6);

  /** A convolution with three filters, joined with the picture, and a linear layer. */
  private static int network(SymbolText text, String join) {
    int data = text.variable("data");
    int first =
        text.node(
            "Convolution",
            "first",
            "{\"kernel\":\"(1,1)\",\"num_filter\":\"3\"}",
            data,
            text.variable("first_weight"),
            text.variable("first_bias"));
    int relu = text.node("Activation", "relu", "{\"act_type\":\"relu\"}", first);
    String attributes = join.equals("Concat") ? "{\"num_args\":\"3\",\"dim\":\"1\"}" : "{}";
    int joined =
        join.equals("Concat")
            ? text.node(join, "join", attributes, relu, data, first)
            : text.node(join, "join", attributes, relu, data);
    // "first" crosses a cut at "relu" although nothing but the ReLU uses it before.
    int again = text.node("sin", "wave", "{}", joined);
    int flat = text.node("Flatten", "flat", "{}", again);
    return text.node(
        "FullyConnected",
        "fc",
        "{\"num_hidden\":\"2\"}",
        flat,
        text.variable("fc_weight"),
        text.variable("fc_bias"));
  }

  private static Map<String, Shape> shapes(String join) {
    return Map.of(
        "first_weight",
        new Shape(3, 3, 1, 1),
        "first_bias",
        new Shape(3),
        "fc_weight",
        new Shape(2, (join.equals("Concat") ? 9 : 3) * 36),
        "fc_bias",
        new Shape(2));
  }

  private static NDArray whole(Model model, NDArray x, List<String> inputs) {
    NDList values = new NDList();
    for (String input : inputs) {
      Shape label = input.equals("class_label") ? new Shape(2) : new Shape(2, 2);
      NDArray value = input.equals("data") ? x.duplicate() : x.getManager().zeros(label);
      value.setName(input);
      values.add(value);
    }
    return model
        .getBlock()
        .forward(new ParameterStore(x.getManager(), false), values, false)
        .head();
  }

  @ParameterizedTest
  @ValueSource(strings = {"elemwise_add", "elemwise_mul", "Concat"})
  void thePictureItselfMayCrossTheCut(String join) {
    SymbolText text = new SymbolText();
    int head = network(text, join);
    try (Model model = text.model(head, shapes(join), List.of("data"));
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = scope.randomNormal(new Shape(2).addAll(INPUT));
      NDArray logits = whole(model, x, List.of("data"));
      List<String> names = new ArrayList<>();
      for (Layer layer : Network.of(model).layers(INPUT)) {
        names.add(layer.path().name());
        try (SplitModel split = SplitModel.of(model, layer.path())) {
          Cut cut = split.features(x);
          assertThat(SplitModelTest.difference(split.head(cut), logits))
              .as("cut at %s", layer.path())
              .isLessThan(1e-5f);
          if (layer.path().name().equals("relu")) {
            assertThat(cut.carried()).hasSize(join.equals("Concat") ? 2 : 1);
            assertThat(cut.carried().get(0).toFloatArray()).containsExactly(x.toFloatArray());
          }
          NDArray gradients =
              split.gradients(cut, k -> new NDList(k.get(":, 0"))).perScore().get(0);
          assertThat(gradients.getShape()).isEqualTo(cut.activations().getShape());
        }
      }
      assertThat(names).containsExactly("first", "relu", "join", "wave");
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "SoftmaxOutput, {}, class_label",
        "softmax, {},",
        "SoftmaxActivation, {},",
        "LogisticRegressionOutput, {}, value_label",
        "sigmoid, {},",
        "Activation, {\"act_type\":\"sigmoid\"},"
      })
  void theOutputActivationIsRemovedAndReported(String operator, String attributes, String label) {
    SymbolText text = new SymbolText();
    int logits = network(text, "elemwise_add");
    int[] from = label == null ? new int[] {logits} : new int[] {logits, text.variable(label)};
    int head = text.node(operator, "out", attributes, from);
    List<String> inputs = label == null ? List.of("data") : List.of("data", label);
    try (Model model = text.model(head, shapes("elemwise_add"), inputs);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = scope.randomNormal(new Shape(2).addAll(INPUT)).mul(0.1f);
      Network network = Network.of(model);
      assertThat(network.outputActivation())
          .isEqualTo(operator.equals("Activation") ? "sigmoid" : operator);
      try (SplitModel split = network.split(LayerPath.of("relu"))) {
        NDArray found = split.head(split.features(x));
        NDArray probabilities =
            operator.toLowerCase(Locale.ROOT).startsWith("softmax")
                ? found.softmax(1)
                : found.neg().exp().add(1).pow(-1);
        NDArray expected = whole(model, x, inputs);
        assertThat(SplitModelTest.difference(probabilities, expected)).isLessThan(1e-5f);
      }
    }
  }

  @Test
  void ofSeveralOutputsOneIsExplained() {
    SymbolText text = new SymbolText();
    int logits = network(text, "elemwise_add");
    int features = logits - 3;
    String json = text.json(logits);
    String both = json.replace("\"heads\":[", "\"heads\":[[" + features + ",0,0],");
    MxGraph graph = MxGraph.parse(both);
    List<OutputRule.Candidate> outputs = new MxOutputs(graph).candidates();
    assertThat(outputs)
        .extracting(one -> one.port().name())
        .containsExactly(graph.name(features) + "_output", "fc_output");
    assertThat(outputs.get(1).madeFrom()).containsExactly(graph.name(features) + "_output");
    assertThat(outputs.get(1).port().classes()).isEqualTo(2);
    OutputRule.Chosen chosen = OutputRule.choose(outputs, NetworkChoice.NONE);
    assertThat(chosen.name()).isEqualTo("fc_output");
    assertThat(graph.withOutput(chosen.index()).toJson())
        .isEqualTo(MxGraph.parse(json).withOutputs(List.of(logits)).toJson());
  }

  @Test
  void otherActivationsAtTheEndStay() {
    SymbolText text = new SymbolText();
    int head =
        text.node("Activation", "out", "{\"act_type\":\"tanh\"}", network(text, "elemwise_add"));
    try (Model model = text.model(head, shapes("elemwise_add"), List.of("data"))) {
      assertThat(Network.of(model).outputActivation()).isNull();
      assertThat(MxGraph.parse(text.json(head)).logits().size())
          .isEqualTo(MxGraph.parse(text.json(head)).size());
    }
  }

  @Test
  void aNodeThatTheOutputDoesNotNeedIsNoPlaceToCut() {
    SymbolText text = new SymbolText();
    int head = network(text, "elemwise_add");
    int aside = text.node("sin", "aside", "{}", 0);
    MxGraph graph = MxGraph.parse(text.json(head));
    assertThatThrownBy(() -> MxCut.of(graph, aside, Set.of("data")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'aside'");
    assertThat(graph.logits().size()).isEqualTo(graph.size() - 1);
  }

  @Test
  void aGraphReadsWhatItWrote() {
    SymbolText text = new SymbolText();
    String json = MxGraph.parse(text.json(network(text, "Concat"))).toJson();
    MxGraph graph = MxGraph.parse(json);
    graph.check();
    assertThat(graph.toJson()).isEqualTo(json);
    assertThat(graph.variables())
        .containsExactly("data", "first_weight", "first_bias", "fc_weight", "fc_bias");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"nodes\":[],\"heads\":[]}",
        "{\"nodes\":[],\"heads\":[[0,0,0]]}",
        "{\"nodes\":[{\"op\":\"sin\",\"name\":\"a\",\"inputs\":[[0,0,0]]}],\"heads\":[[0,0,0]]}",
        "{\"nodes\":[{\"op\":\"null\",\"name\":\"a\",\"inputs\":[]}],\"heads\":[[-1,0,0]]}",
        "{\"nodes\":[{\"op\":\"null\",\"name\":\"\",\"inputs\":[]}],\"heads\":[[0,0,0]]}"
      })
  void aGraphThatPointsNowhereIsRefused(String json) {
    MxGraph graph = MxGraph.parse(json);
    assertThatThrownBy(graph::check).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arraysOfTheCallerKeepTheirNames() {
    SymbolText text = new SymbolText();
    int head = text.node("Activation", "act", "{\"act_type\":\"relu\"}", text.variable("data"));
    MxGraph graph = MxGraph.parse(text.json(head));
    try (NDManager manager = NDManager.newBaseManager("MXNet");
        MxStage stage = new MxStage(manager, graph, Map.of(), List.of("data"), false)) {
      NDArray unnamed = NativeArrays.of(manager, new float[] {-1, 2}, new Shape(1, 2));
      NDArray named = NativeArrays.of(manager, new float[] {3, -4}, new Shape(1, 2));
      named.setName("mine");
      assertThat(stage.run(new NDList(unnamed)).head().toFloatArray()).containsExactly(0, 2);
      assertThat(stage.run(new NDList(named)).head().toFloatArray()).containsExactly(3, 0);
      assertThat(unnamed.getName()).isNull();
      assertThat(named.getName()).isEqualTo("mine");
    }
  }
}
