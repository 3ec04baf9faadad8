package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.CodedOutputStream;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.Saliency;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.file.ModelReader;
import dev.limelight.support.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files above 128 MiB, whose large weights stay where they are. Nothing fills most of them. */
class LargeModelTest {

  private static final int FILLING = 130 << 20;

  @TempDir private Path folder;

  /**
   * The fixture with a large weight that no node reads.
   *
   * @param shift by how many bytes its other weights lie further back
   */
  private Path large(int shift) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(TinyResNet.onnxFile()));
    TensorProto filling =
        TensorProto.newBuilder()
            .setName("filling")
            .setDataType(DataType.FLOAT.getNumber())
            .addDims(FILLING / Float.BYTES)
            .build();
    int raw = FILLING + CodedOutputStream.computeTagSize(9) + 4;
    int weight = filling.getSerializedSize() + raw;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    // The name of the producer comes before the graph.
    model.toBuilder().setProducerName("x".repeat(20 + shift)).build().writeTo(out);
    // Parts of a message that follow each other are one.
    out.writeTag(ModelProto.GRAPH_FIELD_NUMBER, 2);
    out.writeUInt32NoTag(1 + CodedOutputStream.computeUInt32SizeNoTag(weight) + weight);
    out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, 2);
    out.writeUInt32NoTag(weight);
    filling.writeTo(out);
    out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, 2);
    out.writeUInt32NoTag(FILLING);
    out.flush();
    return grown(Files.write(folder.resolve("large.onnx"), bytes.toByteArray()));
  }

  private static Path grown(Path file) throws IOException {
    try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "rw")) {
      end.setLength(end.length() + FILLING);
    }
    return file;
  }

  /** The fixture with its weights in a large file beside it. */
  private Path withLargeFileBeside() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(TinyResNet.onnxFile()));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto weight = graph.getInitializer(i);
      TensorProto.Builder outside =
          weight.toBuilder().clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
      List.of("location=weights.bin", "offset=" + values.size(), "length=" + size(weight))
          .forEach(entry -> outside.addExternalData(entry(entry.split("="))));
      values.write(weight.getRawData().toByteArray());
      graph.setInitializer(i, outside);
    }
    grown(Files.write(folder.resolve("weights.bin"), values.toByteArray()));
    return Files.write(
        folder.resolve("beside.onnx"), model.toBuilder().setGraph(graph).build().toByteArray());
  }

  private static int size(TensorProto weight) {
    return weight.getRawData().size();
  }

  private static StringStringEntryProto entry(String... parts) {
    return StringStringEntryProto.newBuilder().setKey(parts[0]).setValue(parts[1]).build();
  }

  private static List<Explanation> maps(Explainer explainer) throws IOException {
    Question question =
        Question.of(Pictures.read(TinyResNet.folder().resolve("picture-0.png")))
            .methods(new GradCam(), new Saliency());
    return List.copyOf(explainer.explain(question));
  }

  private static void assertMapsOfTheFixture(Path file) throws IOException {
    assertThat(StoredWeight.files(new ModelReader(file).read())).isNotEmpty();
    try (Explainer small = Explainer.of(TinyResNet.onnxFile());
        Explainer large = Explainer.of(file)) {
      List<Explanation> expected = maps(small);
      List<Explanation> actual = maps(large);
      assertThat(actual).hasSize(2);
      for (int i = 0; i < 2; i++) {
        assertThat(actual.get(i).map().maxDifference(expected.get(i).map())).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void weightsInsideTheFileGiveTheSameMapsWhereverTheyBegin(int shift) throws IOException {
    assertMapsOfTheFixture(large(shift));
  }

  @Test
  void weightsInALargeFileBesideItGiveTheSameMaps() throws IOException {
    assertMapsOfTheFixture(withLargeFileBeside());
  }

  @Test
  void aFileThatIsWrittenMeanwhileIsRefused() throws IOException {
    Path file = large(0);
    try (Explainer explainer = Explainer.of(file)) {
      assertThat(maps(explainer)).hasSize(2);
      Files.write(file, new byte[1], StandardOpenOption.APPEND);
      assertThatThrownBy(() -> maps(explainer))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("was changed after it was loaded")
          .hasMessageEndingWith("load it again");
    }
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws IOException {
    Path file = large(0);
    try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "rw")) {
      end.setLength(end.length() - 5);
    }
    assertThatThrownBy(() -> ModelFile.of(file).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut short");
  }

  @Test
  void theModelPredictsAfterItWasExplained() throws IOException {
    try (Model small = ModelFile.of(TinyResNet.onnxFile()).load();
        Model large = ModelFile.of(large(0)).load();
        Explainer explainer = Explainer.of(large)) {
      maps(explainer);
      assertThat(prediction(large)).containsExactly(prediction(small));
      assertThat(large.describeInput().values().get(0).dimension()).isEqualTo(4);
    }
  }

  private static float[] prediction(Model model) {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      float[] values = new float[3 * 32 * 32];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 7 / 7f;
      }
      NDList input = new NDList(manager.create(values, new Shape(1, 3, 32, 32)));
      return model
          .getBlock()
          .forward(new ParameterStore(manager, false), input, false)
          .head()
          .toFloatArray();
    }
  }

  @Test
  void itsWeightsAreShuffledAsThoseOfTheFixture() throws IOException {
    assertThat(shuffled(large(0))).containsExactly(shuffled(TinyResNet.onnxFile()));
  }

  private static float[] shuffled(Path file) throws IOException {
    try (Model model = ModelFile.of(file).load();
        Network network = Network.of(model);
        Network other = network.shuffled(network.weightedLayers(), 3);
        SplitModel whole = other.whole();
        NDManager manager = other.manager().newSubManager()) {
      return whole.head(whole.features(manager.ones(new Shape(1, 3, 32, 32)))).toFloatArray();
    }
  }

  @Test
  void anExportedHeatmapHoldsAllWeights() throws IOException {
    Path expected = folder.resolve("small-heatmap.onnx");
    Path written = folder.resolve("large-heatmap.onnx");
    HeatmapExport.of(TinyResNet.onnxFile()).write(expected);
    HeatmapExport.of(large(0)).write(written);
    GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(written)).getGraph();
    assertThat(graph).isEqualTo(ModelProto.parseFrom(Files.readAllBytes(expected)).getGraph());
  }
}
