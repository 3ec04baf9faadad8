package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture's graph with other inputs: their types, layouts and lengths. */
class OnnxInputTest {

  @TempDir private Path folder;

  private Picture picture;
  private Explanation expected;
  private float[] expectedSaliency;

  @BeforeEach
  void explainTheFixture() throws IOException {
    Picture fixture = Pictures.read(TinyResNet.folder().resolve("picture-2.png"));
    int[] rgb = fixture.rgb();
    for (int i = 0; i < rgb.length; i++) {
      // At the ends of what a byte holds, its gradient is zero.
      rgb[i] = inside(rgb[i] >> 16) << 16 | inside(rgb[i] >> 8) << 8 | inside(rgb[i]);
    }
    picture = Picture.of(fixture.width(), fixture.height(), rgb, "inside");
    try (Model model = ModelFile.of(TinyResNet.onnxFile()).load();
        Explainer explainer = Explainer.of(model)) {
      expected = explainer.explain(picture);
      expectedSaliency = saliency(explainer);
    }
  }

  private static int inside(int value) {
    return Math.max(1, Math.min(254, value & 255));
  }

  private float[] saliency(Explainer explainer) {
    return explainer.explain(picture, new Saliency(), Target.of(expected.target())).map().values();
  }

  /** The graph behind other nodes. */
  private Model behind(DataType type, List<Long> lengths, List<NodeProto> nodes) {
    return OnnxModels.changed(
        folder,
        graph -> {
          ValueInfoProto input = graph.getInput(0);
          List<NodeProto> all = new ArrayList<>();
          String last = "given";
          for (int i = 0; i < nodes.size(); i++) {
            String next = i == nodes.size() - 1 ? input.getName() : "step" + i;
            all.add(
                nodes.get(i).toBuilder().setInput(0, last).clearOutput().addOutput(next).build());
            last = next;
          }
          List<NodeProto> rest = List.copyOf(graph.getNodeList());
          graph.clearNode().addAllNode(all).addAllNode(rest);
          graph.addInitializer(
              TensorProto.newBuilder()
                  .setName("white")
                  .setDataType(DataType.FLOAT.getNumber())
                  .addFloatData(255));
          setInput(graph, type, lengths);
        });
  }

  private static void setInput(GraphProto.Builder graph, DataType type, List<Long> lengths) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : lengths) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (length > 0) {
        dimension.setDimValue(length);
      } else {
        dimension.setDimParam("d" + shape.getDimCount());
      }
    }
    graph.setInput(
        0,
        ValueInfoProto.newBuilder()
            .setName("given")
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder()
                            .setElemType(type.getNumber())
                            .setShape(shape))));
  }

  private static NodeProto cast() {
    return OnnxModels.node("Cast", "cast", List.of(""), "").toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeType.INT)
                .setI(DataType.FLOAT.getNumber()))
        .build();
  }

  private static NodeProto divide() {
    return OnnxModels.node("Div", "divide", List.of("", "white"), "");
  }

  private static NodeProto transpose(long... order) {
    AttributeProto.Builder perm =
        AttributeProto.newBuilder().setName("perm").setType(AttributeType.INTS);
    for (long dimension : order) {
      perm.addInts(dimension);
    }
    return OnnxModels.node("Transpose", "turn" + order[1], List.of(""), "").toBuilder()
        .addAttribute(perm)
        .build();
  }

  private void explainsAlike(Explainer explainer, float tolerance, float saliencyScale) {
    Explanation found = explainer.explain(picture);
    assertThat(found.logits()).containsExactly(expected.logits(), within(tolerance));
    assertThat(found.map().values()).containsExactly(expected.map().values(), within(tolerance));
    float[] saliency = saliency(explainer);
    double difference = 0;
    double sum = 0;
    for (int i = 0; i < saliency.length; i++) {
      difference += Math.abs(saliency[i] * saliencyScale - expectedSaliency[i]);
      sum += expectedSaliency[i];
    }
    // In half precision a ReLU may switch here and there.
    assertThat(difference / sum).isLessThan(Math.max(1e-3, 3 * tolerance));
  }

  @Test
  void bytesArePixelsAsTheyAre() {
    try (Model model =
            behind(DataType.UINT8, List.of(0L, 3L, 64L, 64L), List.of(cast(), divide()));
        Explainer explainer = Explainer.of(model)) {
      assertThat(explainer.model().preprocessing())
          .isEqualTo(Preprocessing.of(64, 64).withScale(255));
      assertThat(NetworkFormats.input(model).isWhole()).isTrue();
      explainsAlike(explainer, 1e-4f, 255);
    }
  }

  @Test
  void bytesAreNotPreparedTwice() {
    try (Model model =
        behind(DataType.UINT8, List.of(0L, 3L, 64L, 64L), List.of(cast(), divide()))) {
      assertThatThrownBy(
              () ->
                  Explainer.builder()
                      .setModel(model)
                      .optPreprocessing(Preprocessing.of(64, 64).imageNet())
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("takes whole numbers from 0 to 255")
          .hasMessageContaining("leave out --scale, --mean and --std");
    }
  }

  @Test
  void bytesWithTheirChannelsLast() {
    try (Model model =
            behind(
                DataType.UINT8,
                List.of(0L, 64L, 64L, 3L),
                List.of(cast(), divide(), transpose(0, 3, 1, 2)));
        Explainer explainer = Explainer.of(model)) {
      assertThat(NetworkFormats.input(model).channelsLast()).isTrue();
      explainsAlike(explainer, 1e-4f, 255);
    }
  }

  @Test
  void halfPrecisionAndDoubles() {
    for (DataType type : List.of(DataType.FLOAT16, DataType.DOUBLE)) {
      try (Model model = behind(type, List.of(0L, 3L, 64L, 64L), List.of(cast()));
          Explainer explainer = Explainer.of(model)) {
        explainsAlike(explainer, type == DataType.DOUBLE ? 1e-5f : 2e-2f, 1);
      }
    }
  }

  @Test
  void theFileTellsWhatItTakes() {
    try (Model model =
        behind(DataType.FLOAT, List.of(0L, 0L, 0L, 0L), List.of(transpose(0, 3, 1, 2)))) {
      NetworkInput found = NetworkFormats.input(model);
      assertThat(found.channelsLast()).isTrue();
      // No length is given, but the weights of the first convolution are.
      assertThat(found.channels()).isEqualTo(3);
      assertThat(found.width()).isZero();
      assertThat(Preprocessing.of(model).assumption().orElseThrow()).contains("224x224");
    }
  }

  @Test
  void theUserSaysWhatTheFileDoesNot() {
    List<NodeProto> unclear = List.of(transpose(0, 3, 2, 1), transpose(0, 1, 3, 2));
    try (Model model = behind(DataType.FLOAT, List.of(0L, 0L, 0L, 0L), unclear)) {
      assertThat(NetworkFormats.input(model).channelsLast()).isFalse();
      try (Explainer explainer =
          Explainer.builder()
              .setModel(model)
              .optPreprocessing(Preprocessing.of(64, 64))
              .optChannelsLast(true)
              .build()) {
        assertThat(ModelMetadata.isChannelsLast(model)).isTrue();
        explainsAlike(explainer, 1e-4f, 1);
      }
    }
  }

  @Test
  void theMetadataOfTheStandardAreRead() throws IOException {
    ModelProto.Builder file =
        ModelProto.parseFrom(Files.readAllBytes(TinyResNet.onnxFile())).toBuilder();
    file.addMetadataPropsBuilder().setKey("Image.BitmapPixelFormat").setValue("Bgr8");
    file.addMetadataPropsBuilder().setKey("Image.NominalPixelRange").setValue("NominalRange_0_255");
    Path described = Files.write(folder.resolve("described.onnx"), file.build().toByteArray());
    try (Explainer explainer = Explainer.of(described)) {
      Preprocessing found = explainer.model().preprocessing();
      assertThat(found).isEqualTo(Preprocessing.of(64, 64).withScale(255).withBlueFirst(true));
      assertThat(found.assumption()).isEmpty();
    }
  }

  /** Runs an exported file without Limelight, as it is given to others. */
  private float[] exported(Tensor input, String method, boolean channelsLast) throws Exception {
    Path out = folder.resolve("map.onnx");
    HeatmapExport.of(folder.resolve("changed.onnx"))
        .optMethod(method)
        .optChannelsLast(channelsLast)
        .write(out);
    OrtEnvironment environment = RuntimeEnvironment.get();
    try (OrtSession session = environment.createSession(out.toString());
        OnnxTensor x = input.in(environment);
        OrtSession.Result results = session.run(Map.of("given", x))) {
      float[][][] maps = (float[][][]) results.get(HeatmapExport.HEATMAP).orElseThrow().getValue();
      assertThat(maps).hasDimensions(1, 64);
      FloatBuffer all = FloatBuffer.allocate(64 * 64);
      for (float[] row : maps[0]) {
        all.put(row);
      }
      return all.array();
    }
  }

  /** The picture as the exported file takes it. */
  private interface Tensor {
    OnnxTensor in(OrtEnvironment environment) throws OrtException;
  }

  private Tensor bytes(boolean last) {
    ByteBuffer values = ByteBuffer.allocateDirect(3 * 64 * 64);
    for (int i = 0; i < 3 * 64 * 64; i++) {
      int channel = last ? i % 3 : i / 4096;
      int pixel = last ? i / 3 : i % 4096;
      values.put(i, (byte) (picture.rgb(pixel % 64, pixel / 64) >> 16 - 8 * channel));
    }
    long[] shape = last ? new long[] {1, 64, 64, 3} : new long[] {1, 3, 64, 64};
    return environment -> OnnxTensor.createTensor(environment, values, shape, OnnxJavaType.UINT8);
  }

  private Tensor floats() {
    FloatBuffer values = FloatBuffer.allocate(3 * 64 * 64);
    for (int i = 0; i < 3 * 64 * 64; i++) {
      values.put(i, (picture.rgb(i / 3 % 64, i / 3 / 64) >> 16 - 8 * (i % 3) & 255) / 255f);
    }
    return environment -> OnnxTensor.createTensor(environment, values, new long[] {1, 64, 64, 3});
  }

  private void exportsAlike(Tensor input, boolean channelsLast) throws Exception {
    assertThat(exported(input, "grad-cam", channelsLast))
        .containsExactly(expected.map().processed(64, 64).values(), within(1e-3f));
    float[] saliency = exported(input, "saliency", channelsLast);
    float[] normalised = new Heatmap(64, 64, expectedSaliency, "any").processed(64, 64).values();
    double difference = 0;
    for (int i = 0; i < saliency.length; i++) {
      difference += Math.abs(saliency[i] - normalised[i]) / saliency.length;
    }
    assertThat(difference).isLessThan(1e-3);
  }

  @Test
  void anExportedFileTakesBytes() throws Exception {
    List<NodeProto> first = List.of(cast(), divide());
    behind(DataType.UINT8, List.of(0L, 3L, 64L, 64L), first).close();
    exportsAlike(bytes(false), false);
    List<NodeProto> turning = List.of(cast(), divide(), transpose(0, 3, 1, 2));
    behind(DataType.UINT8, List.of(0L, 64L, 64L, 3L), turning).close();
    exportsAlike(bytes(true), false);
  }

  @Test
  void anExportedFileHasItsChannelsLast() throws Exception {
    behind(DataType.FLOAT, List.of(0L, 64L, 64L, 3L), List.of(transpose(0, 3, 1, 2))).close();
    exportsAlike(floats(), false);
    List<NodeProto> unclear = List.of(transpose(0, 3, 2, 1), transpose(0, 1, 3, 2));
    behind(DataType.FLOAT, List.of(0L, 64L, 64L, 0L), unclear).close();
    exportsAlike(floats(), true);
  }
}
