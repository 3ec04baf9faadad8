package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Outputs that are more than a closing softmax: small random networks of two convolutions, whose
 * scores go through what each file is named by.
 */
class ProbabilityOutputsTest {

  private static final int SIDE = 32;

  @TempDir private Path folder;

  private static Path file(String name) {
    return Path.of(
        Objects.requireNonNull(ProbabilityOutputsTest.class.getResource("/outputs/" + name))
            .getPath());
  }

  private static float[] picture() {
    Random random = new Random(4);
    float[] values = new float[3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static Explanation explained(Explainer explainer) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return explainer
          .explain(Question.of(NativeArrays.of(manager, picture(), new Shape(1, 3, SIDE, SIDE))))
          .get(0);
    }
  }

  /** What the file itself gives. */
  private static double[] outputs(String name) throws Exception {
    OrtEnvironment environment = RuntimeEnvironment.get();
    try (OrtSession session = environment.createSession(file(name).toString());
        OnnxTensor x =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(picture()), new long[] {1, 3, SIDE, SIDE});
        OrtSession.Result results =
            session.run(Map.of(session.getInputNames().iterator().next(), x))) {
      Object value = results.get(0).getValue();
      if (value instanceof double[][] wide) {
        return wide[0];
      }
      if (value instanceof float[][][][] maps) {
        double[] all = new double[maps[0].length];
        for (int i = 0; i < all.length; i++) {
          all[i] = maps[0][i][0][0];
        }
        return all;
      }
      float[] row = ((float[][]) value)[0];
      double[] all = new double[row.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = row[i];
      }
      return all;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // The scores before the softmax are found.
    "castd.onnx, false, 1",
    "casth.onnx, false, 1",
    "clip.onnx, false, 1",
    "mul1.onnx, false, 1",
    "outT.onnx, false, 1",
    "pct.onnx, false, 100",
    "op8_4d.onnx, false, 1",
    // There are none, and the output is taken as it is.
    "ensemble.onnx, true, 1",
    "expsum.onnx, true, 1",
    "slice.onnx, true, 1",
    "oneminus.onnx, true, 1",
    "group10.onnx, true, 1",
  })
  void theProbabilityIsThatOfTheFile(String name, boolean given, double factor) throws Exception {
    double[] expected = outputs(name);
    try (Explainer explainer = Explainer.of(file(name))) {
      Explanation found = explained(explainer);
      assertThat(found.logits()).hasSameSizeAs(new float[expected.length]);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.probability(i)).isCloseTo(expected[i] / factor, within(2e-3));
      }
      assertThat(found.map().unit()).isEqualTo(given ? "probability" : "logit");
      assertThat(explainer.model().probabilities()).isEqualTo(given);
      assertThat(found.provenance().model().outputActivation()).isEqualTo(given ? null : "softmax");
      if (given) {
        assertThat(explainer.model().notes())
            .singleElement()
            .asString()
            .startsWith("the output already holds probabilities");
      }
    }
  }

  @Test
  void aProgramIsReadInTheSameWay() throws IOException {
    try (Explainer softmax = Explainer.of(file("softmax.pt2"));
        Explainer clipped = Explainer.of(file("clip.pt2"))) {
      for (Explainer explainer : List.of(softmax, clipped)) {
        Explanation found = explained(explainer);
        assertThat(found.provenance().model().outputActivation()).isEqualTo("softmax");
        assertThat(found.map().unit()).isEqualTo("logit");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"topk.onnx", "topk_one.onnx", "out_am.onnx"})
  void whatIsRankedIsExplainedByTheScoresBefore(String name) throws IOException {
    try (Explainer explainer = Explainer.of(file(name))) {
      assertThat(explained(explainer).logits()).hasSize(5);
      assertThat(explainer.model().notes())
          .anyMatch(note -> note.contains("the scores before its"));
    }
  }

  @Test
  void theDefaultLayerHasPlacesOfThePicture() throws IOException {
    try (Explainer grouped = Explainer.of(file("group10.onnx"));
        Explainer mirrored = Explainer.of(file("tta.onnx"))) {
      assertThat(explained(grouped).provenance().layerText()).endsWith("Relu_2");
      assertThatThrownBy(() -> explained(mirrored))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("those with a height and a width (xf) only rearrange");
    }
  }

  @Test
  void whatMirrorsThePictureIsNoted() throws IOException {
    try (Explainer mirrored = Explainer.of(file("mirrored.onnx"));
        Explainer plain = Explainer.of(file("mul1.onnx"))) {
      assertThat(mirrored.model().notes())
          .singleElement()
          .asString()
          .startsWith("the graph mirrors the picture at Slice '/Slice', so");
      assertThat(plain.model().notes()).isEmpty();
    }
    Path swapped =
        changed(
            "mul1.onnx",
            graph -> {
              NodeProto swap =
                  OnnxModels.node("Transpose", "swap", List.of("x"), "swapped").toBuilder()
                      .addAllAttribute(Attributes.with("perm", new long[] {0, 1, 3, 2}).all())
                      .build();
              OnnxModels.insertBefore(graph, "c1", swap);
              OnnxModels.edit(graph, "c1", node -> node.setInput(0, "swapped"));
            });
    try (Explainer explainer = Explainer.of(swapped)) {
      assertThat(explainer.model().notes())
          .singleElement()
          .asString()
          .startsWith("the graph swaps the height and width of the picture before Conv 'c1', so");
    }
  }

  @Test
  void whatIsMadeOfRankedScoresIsRefused() throws IOException {
    Path file =
        changed(
            "topk_one.onnx",
            graph -> {
              graph.addNode(OnnxModels.node("Neg", "against", List.of("p"), "against"));
              graph.setOutput(0, graph.getOutput(0).toBuilder().setName("against"));
            });
    assertThatThrownBy(() -> Explainer.of(file))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("its output 'against' follows a TopK ('p')");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dropoutIsRefusedWhereItDrops(boolean training) throws IOException {
    Path file =
        changed(
            "mul1.onnx",
            graph -> {
              graph.addInitializer(
                  TensorProto.newBuilder().setName("share").setDataType(1).addFloatData(0.5f));
              graph.addInitializer(
                  TensorProto.newBuilder()
                      .setName("training")
                      .setDataType(TensorProto.DataType.BOOL.getNumber())
                      .addInt32Data(training ? 1 : 0));
              OnnxModels.insertBefore(
                  graph,
                  "gap",
                  OnnxModels.node(
                      "Dropout", "drop", List.of("feat", "share", "training"), "dropped"));
              OnnxModels.edit(graph, "gap", node -> node.setInput(0, "dropped"));
            });
    if (training) {
      assertThatThrownBy(() -> Explainer.of(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("its Dropout 'drop' works as in training");
    } else {
      Explainer.of(file).close();
    }
  }

  private Path changed(String name, Consumer<GraphProto.Builder> change) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file(name)));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    change.accept(graph);
    return Files.write(
        folder.resolve(name), model.toBuilder().setGraph(graph).build().toByteArray());
  }

  @Test
  void whatDrawsAtRandomIsRefused() {
    assertThatThrownBy(() -> Explainer.of(file("randn.onnx")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its RandomNormalLike 'rn' draws random numbers");
  }

  @Test
  void theExportOfAProgramTypesAllItsOutputs() throws IOException {
    Path written = folder.resolve("map.onnx");
    HeatmapExport.of(file("softmax.pt2")).write(written);
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(written));
    assertThat(model.getGraph().getOutputList())
        .hasSize(2)
        .allMatch(ValueInfoProto::hasType)
        .allMatch(output -> output.getType().getTensorType().getElemType() != 0);
    assertThat(model.getGraph().getInputList()).allMatch(ValueInfoProto::hasType);
    assertThat(model.getGraph().getValueInfoList()).allMatch(ValueInfoProto::hasType);
  }

  @ParameterizedTest
  @CsvSource({"ensemble.onnx, the output already holds probabilities", "castd.onnx,"})
  void theWrittenFileSaysSo(String name, String note) throws Exception {
    Path written = folder.resolve("map.onnx");
    List<String> notes = HeatmapExport.of(file(name)).optMethod("saliency").write(written);
    List<String> properties =
        ModelProto.parseFrom(Files.readAllBytes(written)).getMetadataPropsList().stream()
            .filter(property -> property.getKey().equals("limelight.output"))
            .map(property -> property.getValue())
            .toList();
    if (note == null) {
      assertThat(notes).noneMatch(one -> one.contains("holds probabilities"));
      assertThat(properties).isEmpty();
    } else {
      assertThat(notes).anyMatch(one -> one.startsWith(note));
      assertThat(properties).singleElement().asString().startsWith(note);
    }
  }
}
