package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Methods;
import dev.limelight.model.Network;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.file.Precision;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of half and double precision, made of the fixture: the maps stay those of the fixture. */
class PrecisionTest {

  @TempDir private Path folder;

  private static NodeProto cast(String from, String to, DataType type) {
    return OnnxModels.node("Cast", "cast-" + to, List.of(from), to).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeType.INT)
                .setI(type.getNumber()))
        .build();
  }

  private static void weights(GraphProto.Builder graph, DataType type) {
    for (TensorProto.Builder weight : graph.getInitializerBuilderList()) {
      double[] values = Objects.requireNonNull(TensorValues.reals(weight.build()));
      long[] shape = weight.getDimsList().stream().mapToLong(Long::longValue).toArray();
      String name = weight.getName();
      weight.clear().mergeFrom(TensorValues.real(type, shape, values)).setName(name);
    }
  }

  /** As exporters write it: the file takes and gives the type. */
  private static Consumer<GraphProto.Builder> all(DataType type) {
    return graph -> {
      weights(graph, type);
      graph.clearValueInfo();
      for (ValueInfoProto.Builder value :
          List.of(graph.getInputBuilder(0), graph.getOutputBuilder(0))) {
        value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
      }
    };
  }

  /** As converters write it: the file takes and gives float32, which is converted inside. */
  private static Consumer<GraphProto.Builder> inside(DataType type) {
    return graph -> {
      weights(graph, type);
      graph.clearValueInfo();
      String input = graph.getInput(0).getName();
      String output = graph.getOutput(0).getName();
      List<NodeProto> nodes = graph.getNodeList().stream().toList();
      graph.clearNode().addNode(cast(input, "narrow", type));
      for (NodeProto node : nodes) {
        NodeProto.Builder changed = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
          changed.setInput(i, node.getInput(i).equals(input) ? "narrow" : node.getInput(i));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
          changed.setOutput(i, node.getOutput(i).equals(output) ? "last" : node.getOutput(i));
        }
        graph.addNode(changed);
      }
      graph.addNode(cast("last", output, DataType.FLOAT));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, true, 0.01",
    "FLOAT16, false, 0.01",
    "BFLOAT16, true, 0.1",
    "BFLOAT16, false, 0.1",
    "DOUBLE, true, 1e-5",
    "DOUBLE, false, 1e-5"
  })
  void mapsAndLogitsAreThoseOfFloat32(DataType type, boolean everywhere, double tolerance)
      throws IOException {
    try (Model model = OnnxModels.changed(folder, everywhere ? all(type) : inside(type));
        Explainer actual = Explainer.of(model);
        Explainer expected = Explainer.of(TinyResNet.onnxFile());
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:2");
      for (String method : List.of("grad-cam", "saliency", "score-cam")) {
        Question question = Question.of(x).methods(Methods.named(method)).targets(Target.of(1));
        List<Explanation> maps = List.copyOf(actual.at("layer2").explain(question));
        List<Explanation> originals = List.copyOf(expected.at("layer2").explain(question));
        for (int i = 0; i < 2; i++) {
          float[] logits = originals.get(i).logits();
          for (int k = 0; k < logits.length; k++) {
            assertThat((double) maps.get(i).logits()[k])
                .isCloseTo(logits[k], within(10 * tolerance));
          }
          double largest = originals.get(i).map().max();
          assertThat(maps.get(i).map().maxDifference(originals.get(i).map()))
              .as("%s, picture %d", method, i)
              .isLessThan(5 * tolerance * Math.max(1, largest));
        }
      }
      assertThat(Network.of(model).layers(new ai.djl.ndarray.types.Shape(3, 64, 64)))
          .extracting(layer -> layer.path().name())
          .contains("layer2", "layer3");
    }
  }

  @Test
  void halfPrecisionCanBeExported() throws IOException {
    try (Model model = OnnxModels.changed(folder, all(DataType.FLOAT16))) {
      assertThat(model.getName()).isEqualTo("changed");
    }
    Path out = folder.resolve("out.onnx");
    HeatmapExport.of(folder.resolve("changed.onnx")).write(out);
    assertThat(Files.size(out)).isPositive();
  }

  @Test
  void thePrecisionIsNoted() {
    assertThat(Precision.SINGLE.note()).isEmpty();
    assertThat(new Precision(Set.of(DataType.FLOAT16)).note()).contains("half precision");
    assertThat(new Precision(Set.of(DataType.DOUBLE)).note()).contains("double precision");
    assertThat(new Precision(Set.of(DataType.BFLOAT16)).tolerance())
        .isGreaterThan(new Precision(Set.of(DataType.FLOAT16)).tolerance());
  }
}
