package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.target.Target;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Outputs that are probabilities although no softmax ends the graph, such as those of ensembles.
 */
class OnnxProbabilitiesTest {

  @TempDir private Path folder;

  /** The mean of two softmaxes, which happen to be the same. */
  private static void average(GraphProto.Builder graph) {
    OnnxModels.append(graph, "Softmax");
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("half")
            .setDataType(DataType.FLOAT.getNumber())
            .addFloatData(0.5f));
    graph.addNode(OnnxModels.node("Add", "/sum", List.of("added", "added"), "sum"));
    graph.addNode(OnnxModels.node("Mul", "/mean", List.of("sum", "half"), "mean"));
    graph.setOutput(0, ValueInfoProto.newBuilder().setName("mean"));
  }

  @Test
  void areNotTakenForLogits() throws Exception {
    Picture picture = Pictures.read(TinyResNet.folder().resolve("picture-2.png"));
    try (Explainer plain = Explainer.of(TinyResNet.onnxFile());
        Model model = OnnxModels.changed(folder, OnnxProbabilitiesTest::average);
        Explainer explainer = Explainer.of(model)) {
      Explanation expected = plain.explain(picture);
      Explanation found = explainer.explain(picture);
      assertThat(found.target()).isEqualTo(expected.target());
      for (int i = 0; i < found.logits().length; i++) {
        assertThat(found.probability(i)).isCloseTo(expected.probability(i), within(1e-5));
      }
      assertThat(found.map().unit()).isEqualTo("probability");
      assertThat(found.provenance().model().notes())
          .anyMatch(note -> note.startsWith("the output is probabilities already"));
      assertThat(expected.provenance().model().notes()).isEmpty();
      Target ofClass = Target.probability(expected.target());
      assertThat(explainer.explain(picture, new GradCam(), ofClass).map().values())
          .containsExactly(
              plain.explain(picture, new GradCam(), ofClass).map().values(), within(1e-4f));
    }
  }
}
