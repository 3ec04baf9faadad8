package dev.limelight.onnx.mxnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.Fixtures;
import dev.limelight.Question;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.cache.PrivateCache;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolGraphTest {

  private static final int SIDE = 32;

  /** Nothing is known yet, so that each translation is compared with its original. */
  @TempDir private Path cache;

  @TempDir private Path folder;

  @BeforeEach
  void nameFolder() {
    System.setProperty(PrivateCache.FOLDER, cache.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private static Explainer explainer(Path file, EngineName engine) throws IOException {
    return Explainer.builder()
        .setModel(new ModelFile(file, engine))
        .optPreprocessing(Preprocessing.of(SIDE, SIDE))
        .load();
  }

  private static Map<String, Shape> shapes(Explainer explainer) {
    return explainer.layers().stream()
        .collect(Collectors.toMap(layer -> layer.path().name(), Layer::shape));
  }

  private static NDArray noise(NDManager manager) {
    Random random = new Random(3);
    float[] values = new float[2 * 3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return manager.create(values, new Shape(2, 3, SIDE, SIDE));
  }

  private static void compareMaps(Path file, String method, double tolerance) throws IOException {
    try (Explainer symbol = explainer(file, EngineName.MXNET);
        Explainer graph = explainer(file, EngineName.ONNX_RUNTIME);
        NDManager manager = NDManager.newBaseManager("MXNet")) {
      assertThat(shapes(graph)).isEqualTo(shapes(symbol)).isNotEmpty();
      Question question =
          Question.of(noise(manager)).methods(Methods.named(method)).targets(Target.of(1));
      Explanations expected = symbol.explain(question);
      Iterator<Explanation> found = graph.explain(question).iterator();
      for (Explanation one : expected) {
        Heatmap map = one.map();
        double largest = Math.max(Math.abs(map.max()), Math.abs(map.min()));
        assertThat(largest).isPositive();
        Explanation other = found.next();
        assertThat(map.maxDifference(other.map()) / largest).isLessThan(tolerance);
        assertThat(other.provenance().layers()).isEqualTo(one.provenance().layers());
        assertThat(other.probability(1)).isCloseTo(one.probability(1), offset(1e-5));
      }
      assertThat(found).isExhausted();
    }
  }

  /** Small networks with the operators of published ones. */
  private enum Net {
    MOBILENET {
      @Override
      String make(SymbolFiles net) {
        String x = block(net, "stem", SymbolFiles.DATA, 3, 8, 3, 1, 2);
        x = block(net, "depthwise", x, 8, 8, 3, 8, 1);
        x = block(net, "pointwise", x, 8, 16, 1, 1, 2);
        return net.add(
            "SoftmaxOutput", "softmax", Map.of(), net.head(x, 16), net.variable("softmax_label"));
      }
    },
    EFFICIENTNET_LITE {
      @Override
      String make(SymbolFiles net) {
        String x = block(net, "stem", SymbolFiles.DATA, 3, 8, 3, 1, 2);
        String y = block(net, "expand", x, 8, 24, 1, 1, 1);
        y = block(net, "depthwise", y, 24, 24, 5, 24, 1);
        y = net.convolution("project", y, 24, 8, 1, 1, 1);
        y = net.batchNorm("project_bn", y, 8, Map.of("eps", "0.001", "fix_gamma", "False"));
        x = net.add("elemwise_add", "residual", Map.of(), x, y);
        x = net.add("mean", "mean", Map.of("axis", "(2, 3)"), x);
        x = net.add("Dropout", "dropout", Map.of("p", "0.2"), x);
        return net.dense("fc", x, 8, Map.of("flatten", "False"));
      }
    },
    DENSENET {
      @Override
      String make(SymbolFiles net) {
        String x = net.convolution("conv", SymbolFiles.DATA, 3, 8, 7, 1, 2);
        x =
            net.add(
                "Pooling",
                "max",
                Map.of(
                    "kernel",
                    "(3, 3)",
                    "stride",
                    "(2, 2)",
                    "pool_type",
                    "max",
                    "pooling_convention",
                    "full"),
                x);
        String y = net.batchNorm("bn", x, 8, Map.of());
        y = net.add("Activation", "relu", Map.of("act_type", "relu"), y);
        y = net.convolution("conv2", y, 8, 4, 3, 1, 1);
        x = net.add("Concat", "concat", Map.of("num_args", "2", "dim", "1"), x, y);
        x =
            net.add(
                "Pooling",
                "average",
                Map.of("kernel", "(2, 2)", "stride", "(2, 2)", "pool_type", "avg"),
                x);
        return net.head(x, 12);
      }
    },
    SQUEEZE_AND_EXCITATION {
      @Override
      String make(SymbolFiles net) {
        String x = block(net, "stem", SymbolFiles.DATA, 3, 10, 3, 1, 2);
        String gate =
            net.add(
                "Pooling",
                "squeeze",
                Map.of("kernel", "(1, 1)", "pool_type", "avg", "global_pool", "1"),
                x);
        gate = net.dense("excite", gate, 10, Map.of());
        gate = net.add("Activation", "sigmoid", Map.of("act_type", "sigmoid"), gate);
        gate = net.add("Reshape", "gate", Map.of("shape", "(-1, 10, 1, 1)"), gate);
        x = net.add("broadcast_mul", "scaled", Map.of(), x, gate);
        x = net.add("LeakyReLU", "leaky", Map.of("act_type", "leaky", "slope", "0.1"), x);
        x = net.add("_mul_scalar", "times", Map.of("scalar", "1.5"), x);
        x = net.add("_plus_scalar", "plus", Map.of("scalar", "0.25"), x);
        x =
            net.add(
                "LeakyReLU",
                "prelu",
                Map.of("act_type", "prelu"),
                x,
                net.parameter("slopes", 0.2, 0.1, 10));
        return net.add("softmax", "out", Map.of(), net.head(x, 10));
      }
    },
    TOKENS {
      @Override
      String make(SymbolFiles net) {
        String x = block(net, "stem", SymbolFiles.DATA, 3, 8, 3, 1, 2);
        x = net.add("transpose", "last", Map.of("axes", "(0, 2, 3, 1)"), x);
        x =
            net.add(
                "LayerNorm",
                "norm",
                Map.of("axis", "-1", "eps", "1e-05"),
                x,
                net.parameter("norm_gamma", 1, 0.2, 8),
                net.parameter("norm_beta", 0, 0.2, 8));
        x = net.add("transpose", "first", Map.of("axes", "(0, 3, 1, 2)"), x);
        x = net.add("LeakyReLU", "gelu", Map.of("act_type", "gelu"), x);
        x = net.add("SliceChannel", "halves", Map.of("num_outputs", "2", "axis", "1"), x);
        x = net.add("_Plus", "both", Map.of(), x, x + ":1");
        x =
            net.add(
                "Pad",
                "padded",
                Map.of(
                    "mode",
                    "constant",
                    "constant_value",
                    "0",
                    "pad_width",
                    "(0, 0, 0, 0, 1, 1, 2, 2)"),
                x);
        x = net.add("add_n", "more", Map.of("num_args", "3"), x, x, x);
        return net.add(
            "LogisticRegressionOutput",
            "sigmoids",
            Map.of(),
            net.head(x, 4),
            net.variable("label"));
      }
    };

    abstract String make(SymbolFiles net);

    private static String block(
        SymbolFiles net,
        String name,
        String input,
        int from,
        int to,
        int k,
        int groups,
        int stride) {
      String x = net.convolution(name + "_conv", input, from, to, k, groups, stride);
      x = net.batchNorm(name + "_bn", x, to, Map.of("fix_gamma", "False", "eps", "1e-05"));
      return net.add("clip", name + "_relu6", Map.of("a_min", "0.0", "a_max", "6.0"), x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradCamIsThatOfMxnet(Net net) throws IOException {
    SymbolFiles files = new SymbolFiles();
    compareMaps(files.write(folder, net.make(files)), "grad-cam", 1e-4);
  }

  @ParameterizedTest
  @CsvSource({"grad-cam", "saliency", "guided-backprop"})
  void mapsOfTheFixtureAreThoseOfMxnet(String method) throws IOException {
    compareMaps(Fixtures.folder("fixtures").resolve("tiny-resnet-symbol.json"), method, 1e-4);
  }

  @Test
  void theQuickerEngineIsChosenForSymbolsToo() throws IOException {
    Path file = Fixtures.folder("fixtures").resolve("tiny-resnet-symbol.json");
    try (Explainer chosen = Explainer.builder().setModel(file).optFastestEngine(true).load()) {
      assertThat(chosen.model().notes())
          .anyMatch(
              note ->
                  note.matches(
                      "engine chosen by speed: (MXNet|ONNX Runtime); a forward takes .* ms on .*"));
    }
  }

  @Test
  void anOperatorWithoutTranslationIsNamed() throws IOException {
    SymbolFiles files = new SymbolFiles();
    String x = files.convolution("conv", SymbolFiles.DATA, 3, 8, 3, 1, 1);
    x = files.add("arcsinh", "strange", Map.of(), x);
    Path file = files.write(folder, files.head(x, 8));
    assertThatThrownBy(() -> explainer(file, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + " cannot be brought into an ONNX graph: its operator arcsinh has no translation; run it on MXNet");
    try (Explainer chosen = Explainer.builder().setModel(file).optFastestEngine(true).load()) {
      assertThat(chosen.model().engine()).startsWith("MXNet");
      assertThat(chosen.model().notes())
          .anyMatch(note -> note.endsWith("its operator arcsinh has no translation"));
    }
  }

  @Test
  void severalOutputsAreRefused() throws IOException {
    SymbolFiles files = new SymbolFiles();
    String x = files.convolution("conv", SymbolFiles.DATA, 3, 8, 3, 1, 1);
    Path file = files.write(folder, files.head(x, 8), x);
    assertThatThrownBy(() -> explainer(file, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it has 2 outputs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hostile/01/tiny-symbol.json", "hostile/two-inputs/tiny-resnet-symbol.json"})
  void hostileFilesAreRefusedInOneSentence(String name) {
    Path path = Path.of(name);
    Path file = Fixtures.folder(path.getParent().toString()).resolve(path.getFileName());
    assertThatThrownBy(() -> explainer(file, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .message()
        .doesNotContainPattern("\\p{Cntrl}")
        .doesNotContain("Exception");
  }

  @Test
  void parametersThatAreCutShortAreRefused() throws IOException {
    SymbolFiles files = new SymbolFiles();
    Path file =
        files.write(
            folder, files.head(files.convolution("conv", SymbolFiles.DATA, 3, 8, 3, 1, 1), 8));
    Path parameters = folder.resolve("net-0000.params");
    byte[] bytes = Files.readAllBytes(parameters);
    Files.write(parameters, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> explainer(file, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("net-0000.params cannot be read: it is cut short");
  }
}
