package dev.limelight.onnx.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.util.Pair;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.translation.TranslationCheck;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import dev.limelight.zoo.PublishedWeights;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockGraphTest {

  private static Model translated(Model original) {
    return NetworkFormats.ofBlocks(EngineName.ONNX_RUNTIME)
        .orElseThrow()
        .translate(original, null, null);
  }

  private static Explainer explainer(Model model) {
    return Explainer.builder().setModel(model).build();
  }

  private static float[] noise(int count) {
    Random random = new Random(3);
    float[] values = new float[Math.toIntExact(count * BlockModels.PICTURE.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Map<String, Shape> shapes(Explainer explainer) {
    return explainer.layers().stream()
        .collect(Collectors.toMap(layer -> layer.path().name(), Layer::shape));
  }

  /** Making it compares the logits of two pictures, the layers, and the one that is explained. */
  @ParameterizedTest
  @CsvSource({
    "tiny-resnet, MXNet",
    "tiny-resnet, PyTorch",
    "resnet-18, MXNet",
    "resnet-18, PyTorch",
    "resnet-50, PyTorch",
    "mobilenet-1, PyTorch",
    "mobilenet-2, MXNet",
    "mobilenet-2, PyTorch",
    "mobilenet-3, MXNet",
    "mobilenet-3, PyTorch",
    "torchvision-resnet-18, MXNet",
    "efficientnet-lite0, MXNet",
    "efficientnet-lite0, PyTorch",
    "convnext, MXNet",
    "convnext, PyTorch",
    "vit, MXNet",
    "vit, PyTorch",
    "layers, MXNet",
    "layers, PyTorch",
    "prelu, MXNet",
    "arrays, MXNet",
    "arrays, PyTorch",
  })
  void mapsAreThoseOfTheBlocks(String name, String engine) {
    try (Model original = BlockModels.of(name, engine);
        Model graph = translated(original);
        Explainer blocks = explainer(original);
        Explainer copy = explainer(graph);
        NDManager manager = NDManager.newBaseManager(engine)) {
      assertThat(copy.model().engine()).startsWith("OnnxRuntime");
      assertThat(shapes(copy)).isEqualTo(shapes(blocks));
      // Of a graph a single number is no weight: there is nothing to shuffle.
      List<String> weighted = new ArrayList<>(blocks.weightedLayers());
      weighted.remove("02Prelu");
      assertThat(copy.weightedLayers()).isEqualTo(weighted);
      NDArray input = NativeArrays.of(manager, noise(2), new Shape(2).addAll(BlockModels.PICTURE));
      Question question =
          Question.of(input).methods(Methods.named("grad-cam")).targets(Target.of(1));
      Explanations expected = blocks.explain(question);
      Iterator<Explanation> found = copy.explain(question).iterator();
      for (Explanation one : expected) {
        Heatmap map = one.map();
        double largest = Math.max(Math.abs(map.max()), Math.abs(map.min()));
        assertThat(largest).isPositive();
        assertThat(map.maxDifference(found.next().map()) / largest).isLessThan(1e-4);
      }
      assertThat(found).isExhausted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-resnet", "vit", "arrays"})
  void anyNumberOfPicturesIsTaken(String name) {
    try (Model original = BlockModels.of(name, "PyTorch");
        Model graph = translated(original)) {
      for (int count : new int[] {1, 2, 3, 5}) {
        float[] expected = logits(original, count);
        float[] found = logits(graph, count);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
          assertThat(found[i]).isCloseTo(expected[i], Offset.offset(1e-4f));
        }
      }
    }
  }

  @Test
  void thePublishedNetworkIsBroughtIntoAGraph() throws IOException {
    PublishedWeights.assume();
    Path name = Path.of("efficientnet-lite0");
    try (Explainer blocks = Explainer.builder().setModel(name).load();
        Explainer graph =
            Explainer.builder().setModel(new ModelFile(name, EngineName.ONNX_RUNTIME)).load()) {
      assertThat(graph.model().engine()).startsWith("OnnxRuntime");
      assertThat(graph.model().labels()).isEqualTo(blocks.model().labels()).hasSize(1000);
      assertThat(graph.model().preprocessing()).isEqualTo(blocks.model().preprocessing());
      assertThat(shapes(graph)).isEqualTo(shapes(blocks));
    }
  }

  private static float[] logits(Model model, int count) {
    try (Network network = Network.of(model);
        SplitModel whole = network.whole();
        NDManager scope = network.manager().newSubManager()) {
      NDArray input =
          NativeArrays.of(scope, noise(count), new Shape(count).addAll(BlockModels.PICTURE));
      return whole.head(whole.features(input)).toFloatArray();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, false, false", "MXNet, false, true", "MXNet, true, false", "MXNet, true, true",
    "PyTorch, false, false", "PyTorch, false, true", "PyTorch, true, false", "PyTorch, true, true"
  })
  void paddingIsCountedAsTheEngineDoes(String engine, boolean ceiling, boolean counted) {
    Shape window = new Shape(3, 3);
    Block network =
        BlockModels.with(
            "pool",
            x -> Pool.avgPool2d(x, window, new Shape(2, 2), new Shape(1, 1), ceiling, counted));
    try (Model original = BlockModels.of(network, engine)) {
      assertThatCode(() -> translated(original).close()).doesNotThrowAnyException();
    }
  }

  /** What the methods for transformers read is in the graph. */
  @Test
  void attentionOfBlocksIsRead() {
    try (Model original = BlockModels.of("vit", "PyTorch");
        Model graph = translated(original);
        Explainer copy = explainer(graph);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray input = NativeArrays.of(manager, noise(1), new Shape(1).addAll(BlockModels.PICTURE));
      Question question =
          Question.of(input)
              .methods(Methods.named("attention-rollout"), Methods.named("attn-lrp"))
              .targets(Target.of(1));
      assertThat(copy.explain(question)).hasSize(2);
    }
  }

  private static void refused(UnaryOperator<NDArray> function, String reason) {
    try (Model original = BlockModels.of(BlockModels.with("odd", function), "PyTorch")) {
      assertThatThrownBy(() -> translated(original).close())
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining(reason);
    }
  }

  @Test
  void whatHasNoTranslationIsNamed() {
    refused(
        x -> x.cumSum(1), "its block '02LambdaBlock', a LambdaBlock, calls cumSum, which has no");
    refused(x -> x.mul(x.toFloatArray()[0]), "calls toByteBuffer, which has no translation");
  }

  @Test
  void whatWorksOnTheArraysOfAnEngineIsRefused() {
    // The shapes of blocks are found on another engine.
    refused(
        x -> Proxy.isProxyClass(x.getClass()) ? ((PtNDArray) x).abs() : x.abs(),
        "works on the arrays of one engine");
  }

  @Test
  void whatDependsOnTheNumberOfPicturesIsRefused() {
    refused(x -> x.getShape().get(0) == 2 ? x.mul(2) : x, "depends on the number of pictures");
    refused(x -> x.mul(x.getShape().get(0)), "depends on the number of pictures");
  }

  @Test
  void aNetworkOfSeveralOutputsIsRefused() {
    SequentialBlock twice = new SequentialBlock();
    twice.add(BlockModels.with("same", x -> x));
    twice.add(new LambdaBlock(all -> new NDList(all.head(), all.head().neg())));
    try (Model original = BlockModels.of(twice, "PyTorch")) {
      assertThatThrownBy(() -> translated(original).close())
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("it has 2 outputs");
    }
  }

  @Test
  void aLogitThatChangesIsFound() {
    try (Model original = BlockModels.of("tiny-resnet", "PyTorch");
        Model graph = translated(original)) {
      assertThatCode(() -> TranslationCheck.compare(original, graph)).doesNotThrowAnyException();
      NDArray bias = bias(original);
      float[] values = bias.toFloatArray();
      double largest = 0;
      for (float logit : logits(original, 1)) {
        largest = Math.max(largest, Math.abs(logit));
      }
      values[2] += (float) (5e-5 * largest);
      NativeArrays.set(bias, values);
      assertThatThrownBy(() -> TranslationCheck.compare(original, graph))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("its logits differ from the original's");
    }
  }

  private static NDArray bias(Model model) {
    for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
      if (each.getValue().getType() == Parameter.Type.BIAS) {
        return each.getValue().getArray();
      }
    }
    throw new AssertionError("no bias");
  }

  /** On its engine it waits, and as a graph it does not. */
  private static Model slow(String engine) {
    return BlockModels.of(
        BlockModels.with(
            "slow",
            x -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return x.mul(2);
            }),
        engine);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void aModelInMemoryIsCopiedAndItsChangesAreNoticed(String engine) {
    try (Model original = slow(engine);
        Explainer chosen =
            Explainer.builder()
                .setModel(original)
                .optFastestEngine(true)
                .optPreprocessing(Preprocessing.of(48, 40))
                .build();
        NDManager manager = NDManager.newBaseManager(engine)) {
      assertThat(chosen.model().engine()).startsWith("OnnxRuntime");
      assertThat(chosen.model().notes())
          .anyMatch(note -> note.startsWith("engine chosen by speed: ONNX Runtime; a forward"));
      NDArray input = manager.ones(new Shape(1, 3, 40, 48));
      Question question = Question.of(input).targets(Target.of(1));
      assertThat(chosen.explain(question)).hasSize(1);
      NDArray bias = bias(original);
      float[] values = bias.toFloatArray();
      values[0] += 1e-3f;
      NativeArrays.set(bias, values);
      assertThatThrownBy(() -> chosen.explain(question))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the weights of the model 'network' have changed");
    }
  }

  @Test
  void aModelInMemoryThatIsNotTranslatedStaysOnItsEngine() {
    try (Model original = BlockModels.of(BlockModels.with("odd", x -> x.sign().mul(x)), "PyTorch");
        Explainer chosen = Explainer.builder().setModel(original).optFastestEngine(true).build()) {
      assertThat(chosen.model().engine()).startsWith("PyTorch");
      assertThat(chosen.model().notes())
          .contains(
              "engine chosen by speed: PyTorch, as its block '02LambdaBlock', a LambdaBlock, calls sign,"
                  + " which has no translation");
    }
  }
}
