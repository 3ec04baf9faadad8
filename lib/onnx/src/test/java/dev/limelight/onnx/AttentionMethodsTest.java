package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Fixtures;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.attention.AttentionRollout;
import dev.limelight.attention.LeGrad;
import dev.limelight.attention.TransformerAttribution;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention's maps against those that src/test/python/make_attention.py makes with PyTorch. */
class AttentionMethodsTest {

  private static final Path FILES = Path.of("src", "test", "resources", "attention");

  private static final Map<String, Method> METHODS =
      Map.of(
          "rollout-mean-0", new AttentionRollout(),
          "rollout-mean-0.6", new AttentionRollout("mean", 0.6),
          "rollout-max-0", new AttentionRollout("max", 0),
          "rollout-max-0.6", new AttentionRollout("max", 0.6),
          "rollout-min-0", new AttentionRollout("min", 0),
          "rollout-min-0.6", new AttentionRollout("min", 0.6),
          "transformer-attribution", new TransformerAttribution(),
          "le-grad", new LeGrad());

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit.onnx",
        "registers.onnx",
        "pooled.onnx",
        "distilled.onnx",
        "vit.pt2",
        "vit.pt"
      })
  void mapsAreThoseOfPyTorch(String file) throws IOException {
    checkMaps(FILES.resolve(file), file.replaceFirst("\\..*", ""), METHODS.keySet());
  }

  /** The same network with ONNX's own operator, of heads apart and together. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOperatorAttentionIsTakenApart(boolean together) throws IOException {
    Path file = changed("vit.onnx", graph -> fuse(graph, together), 23);
    checkMaps(file, "vit", METHODS.keySet());
  }

  private static Explainer explainer(Path file) throws IOException {
    return explainer(file, 32);
  }

  private static Explainer explainer(Path file, int side) throws IOException {
    return Explainer.builder()
        .setModel(new ModelFile(file, EngineName.ONNX_RUNTIME))
        .optPreprocessing(Preprocessing.of(side, side))
        .load();
  }

  private static void checkMaps(Path file, String name, Iterable<String> methods)
      throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("pytorch.npz"));
        Explainer explainer = explainer(file)) {
      NDList golden = NDList.decode(manager, in);
      for (String key : methods) {
        Question question =
            Question.of(golden.get("x")).methods(METHODS.get(key)).targets(Target.of(2));
        List<Explanation> found = List.copyOf(explainer.explain(question));
        assertThat(found).hasSize(2);
        for (int i = 0; i < 2; i++) {
          float[] expected = golden.get(name + "/" + key).get(i).toFloatArray();
          float[] values = found.get(i).map().values();
          assertThat(values).hasSameSizeAs(expected);
          for (int place = 0; place < expected.length; place++) {
            assertThat(values[place])
                .as("%s of %s at %d", key, name, place)
                .isCloseTo(expected[place], within(2e-5f));
          }
          float[] logits = golden.get(name + "/logits").get(i).toFloatArray();
          for (int k = 0; k < logits.length; k++) {
            assertThat(found.get(i).logits()[k]).isCloseTo(logits[k], within(1e-4f));
          }
        }
      }
    }
  }

  /** They are layers like others, but for a map of the picture. */
  @ParameterizedTest
  @ValueSource(strings = {"vit.onnx", "vit.pt2"})
  void probabilitiesAreListedAsAttention(String file) throws IOException {
    try (Explainer explainer = explainer(FILES.resolve(file));
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      List<Layer> attention =
          explainer.layers().stream()
              .filter(layer -> layer.kind().equals("Softmax (attention)"))
              .toList();
      assertThat(attention)
          .hasSize(3)
          .allMatch(layer -> layer.shape().equals(new Shape(1, 3, 17, 17)));
      NDArray x = manager.ones(new Shape(1, 3, 32, 32));
      assertThat(explainer.explain(Question.of(x)).iterator().next().map().values()).hasSize(16);
      assertThatThrownBy(() -> explainer.at(attention.get(0).path().name()))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("which are no map of the picture")
          .hasMessageContaining("attention-rollout");
    }
  }

  /** The plan says the passes: rollout brings the prediction itself. */
  @Test
  void onePassIsEnough() throws IOException {
    try (Explainer explainer = explainer(FILES.resolve("vit.onnx"))) {
      assertThat(explainer.plan(List.of(new AttentionRollout()), Target.top()).rows().get(0).work())
          .matches(work -> work.forwards() == 1 && work.passes() == 1 && !work.prediction());
      assertThat(explainer.plan(List.of(new LeGrad()), Target.top()).rows().get(0).work())
          .matches(work -> work.backwards() == 1 && work.passes() == 1 && !work.prediction());
    }
  }

  private static List<Method> methods() {
    return List.of(new AttentionRollout(), new TransformerAttribution(), new LeGrad());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void windowsAreRefused(Method method) throws IOException {
    Path swin = Fixtures.folder("transformers").resolve("tiny-swin.pt");
    checkRefused(swin, method, 224, "within windows of the picture (as in Swin)", "use grad-cam");
  }

  /** Channels as many as tokens, so that no shape says which they are; timm's networks. */
  @ParameterizedTest
  @ValueSource(strings = {"channels.onnx", "xcit.onnx"})
  void attentionAmongChannelsIsRefused(String file) throws IOException {
    for (Method method : methods()) {
      checkRefused(
          FILES.resolve(file), method, 32, "is among channels (as in XCiT", "use grad-cam");
    }
  }

  /** Windows and channels in turn. */
  @Test
  void windowsBeforeChannelsAreRefused() throws IOException {
    for (Method method : methods()) {
      checkRefused(FILES.resolve("davit.onnx"), method, 32, "DaViT", "use grad-cam");
    }
  }

  /** Bipartite soft matching, as in ToMe. */
  @Test
  void tokensThatAreMergedByToMeAreRefused() throws IOException {
    for (Method method : methods()) {
      checkRefused(
          FILES.resolve("tome.onnx"), method, 32, "tokens are merged", "without token merging");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aNetworkWithoutAttentionIsRefused(Method method) throws IOException {
    checkRefused(TinyResNet.onnxFile(), method, 64, "has no attention", "such as grad-cam");
  }

  @Test
  void attentionOfAnotherFormIsRefused() throws IOException {
    Path file =
        changed(
            "vit.onnx",
            graph -> {
              // Heads are mixed after the softmax.
              String softmax = "/blocks/blocks.1/attn/Softmax_output_0";
              for (NodeProto.Builder node : graph.getNodeBuilderList()) {
                if (node.getName().equals("/blocks/blocks.1/attn/MatMul_1")) {
                  node.setInput(0, "mixed");
                }
              }
              OnnxModels.insertBefore(
                  graph,
                  "/blocks/blocks.1/attn/MatMul_1",
                  OnnxModels.node("Mul", "mix", List.of(softmax, softmax), "mixed"));
            },
            17);
    for (Method method : methods()) {
      checkRefused(file, method, 32, "'/blocks/blocks.1/attn/Softmax_output_0' is not attention");
    }
  }

  @Test
  void mergedTokensAreRefused() throws IOException {
    Path file =
        changed(
            "pooled.onnx",
            graph -> {
              // The second half of the patches is dropped before the last block.
              String residual = "/blocks/blocks.1/Add_1_output_0";
              for (NodeProto.Builder node : graph.getNodeBuilderList()) {
                for (int i = 0; i < node.getInputCount(); i++) {
                  if (node.getInput(i).equals(residual)) {
                    node.setInput(i, "fewer");
                  }
                }
              }
              NodeProto.Builder split =
                  OnnxModels.node("Split", "drop", List.of(residual), "fewer").toBuilder()
                      .addOutput("dropped")
                      .addAttribute(
                          AttributeProto.newBuilder()
                              .setName("axis")
                              .setType(AttributeProto.AttributeType.INT)
                              .setI(1));
              OnnxModels.insertBefore(
                  graph, "/blocks/blocks.2/norm1/LayerNormalization", split.build());
            },
            17);
    for (Method method : methods()) {
      checkRefused(file, method, 32, "tokens are merged, dropped", "without token merging");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void otherFormatsAreRefused(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:1");
      for (Method method : methods()) {
        assertThatThrownBy(() -> explainer.explain(Question.of(x).methods(method)))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("export the network to ONNX")
            .hasMessageContaining("--engine onnx");
      }
    }
  }

  private static void checkRefused(Path file, Method method, int side, String... words)
      throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Explainer explainer = explainer(file, side)) {
      NDArray x = manager.ones(new Shape(1, 3, side, side));
      assertThatThrownBy(() -> explainer.explain(Question.of(x).methods(method)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContainingAll(words);
    }
  }

  private Path changed(String name, Consumer<GraphProto.Builder> change, long opset)
      throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(FILES.resolve(name)));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    change.accept(graph);
    ModelProto.Builder changed = model.toBuilder().setGraph(graph);
    changed.getOpsetImportBuilder(0).setVersion(opset);
    Path file = folder.resolve(name);
    Files.write(file, changed.build().toByteArray());
    try (Model loaded = ModelFile.of(file).load()) {
      assertThat(loaded.getBlock()).isNotNull();
    }
    return file;
  }

  /** Writes the product of queries and keys, the softmax and the other product as one operator. */
  private static void fuse(GraphProto.Builder graph, boolean together) {
    for (int b = 0; b < 3; b++) {
      String name = "/blocks/blocks." + b + "/attn/";
      List<String> qkv =
          IntStream.range(0, 3)
              .mapToObj(i -> name + "Squeeze" + (i == 0 ? "" : "_" + i) + "_output_0")
              .toList();
      NodeProto.Builder fused =
          OnnxModels.node("Attention", name + "fused", qkv, name + "MatMul_1_output_0").toBuilder();
      int at = -1;
      for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
        if (List.of(name + "MatMul", name + "Softmax").contains(graph.getNode(i).getName())) {
          graph.removeNode(i);
        } else if (graph.getNode(i).getName().equals(name + "MatMul_1")) {
          at = i;
        }
      }
      at -= 2;
      if (!together) {
        graph.setNode(at, fused);
        continue;
      }
      // (N, heads, T, d) as (N, T, heads d), and back.
      graph.removeNode(at);
      for (int i = 0; i < 3; i++) {
        graph.addNode(at++, transposed(qkv.get(i), name + "turned" + i));
        graph.addNode(
            at++,
            OnnxModels.node(
                "Reshape",
                name + "joined" + i,
                List.of(name + "turned" + i, "limelight_joined"),
                name + "joined" + i));
        fused.setInput(i, name + "joined" + i);
      }
      fused.setOutput(0, name + "result").addAttribute(whole("q_num_heads", 3));
      graph.addNode(at++, fused.addAttribute(whole("kv_num_heads", 3)).build());
      graph.addNode(
          at++,
          OnnxModels.node(
              "Reshape",
              name + "parts",
              List.of(name + "result", "limelight_parts"),
              name + "parts"));
      graph.addNode(at, transposed(name + "parts", name + "MatMul_1_output_0"));
    }
    graph.addInitializer(shape("limelight_joined", 0, 0, 12));
    graph.addInitializer(shape("limelight_parts", 0, 0, 3, 4));
  }

  private static TensorProto shape(String name, long... values) {
    return TensorValues.whole(new long[] {values.length}, values).toBuilder().setName(name).build();
  }

  private static NodeProto transposed(String from, String to) {
    AttributeProto.Builder order =
        AttributeProto.newBuilder()
            .setName("perm")
            .setType(AttributeProto.AttributeType.INTS)
            .addAllInts(List.of(0L, 2L, 1L, 3L));
    return OnnxModels.node("Transpose", to + "/turn", List.of(from), to).toBuilder()
        .addAttribute(order)
        .build();
  }

  private static AttributeProto whole(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
