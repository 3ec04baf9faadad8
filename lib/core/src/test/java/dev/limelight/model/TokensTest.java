package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import dev.limelight.TinyTransformer;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.HiResCam;
import dev.limelight.method.Evidence;
import dev.limelight.method.Pass;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose layers give tokens, or channels last. */
class TokensTest {

  private static final LayerPath FIRST = LayerPath.of("03Step");
  private static final int C = TinyTransformer.CHANNELS;

  static NDArray pictures(NDManager scope, int n, int height, int width) {
    Random random = new Random(3);
    float[] values = new float[n * 3 * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f * (float) random.nextGaussian();
    }
    return scope.create(values, new Shape(n, 3, height, width));
  }

  private static NDArray predicted(Model model, NDArray x) {
    try (SplitModel all = Network.of(model).whole()) {
      return all.head(new Cut(x, new NDList()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, 32, 32, 1",
    "PyTorch, 32, 32, 1",
    "MXNet, 24, 48, 2",
    "PyTorch, 24, 48, 2",
    "MXNet, 40, 40, 0",
    "PyTorch, 40, 40, 0",
    "PyTorch, 32, 32, 5"
  })
  void tokensAreBroughtToAGridAndPutBack(String engine, int height, int width, int prefix) {
    try (Model model = TinyTransformer.vit(engine, height, width, prefix, prefix == 0);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = pictures(scope, 3, height, width);
      float[] logits = predicted(model, x).toFloatArray();
      Network network = Network.of(model);
      List<Layer> layers = network.layers(x.getShape().slice(1));
      assertThat(layers.stream().map(layer -> layer.path().name()))
          .containsExactly("01Conv2d", "02Step", "03Step", "04Step");
      Shape grid = new Shape(1, C, height / 8, width / 8);
      assertThat(layers).allMatch(layer -> layer.shape().equals(grid));
      for (Layer layer : layers) {
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(x);
          assertThat(cut.activations().getShape().slice(1)).isEqualTo(grid.slice(1));
          boolean tokens = layer.layout().order() == Layout.Order.TOKENS;
          assertThat(cut.carried()).hasSize(tokens && prefix > 0 ? 1 : 0);
          assertThat(split.head(cut).toFloatArray()).containsExactly(logits, within(1e-5f));
        }
      }
    }
  }

  /** 16 channels of 16 x 16 places, or of 16 rows, have the shape of 4 x 4 tokens. */
  @ParameterizedTest
  @CsvSource({"MXNet, true", "MXNet, false", "PyTorch, true", "PyTorch, false"})
  void mapsInARowAreNoTokens(String engine, boolean flat) {
    try (Model model = Model.newInstance("rows", engine)) {
      Block convolution =
          Conv2d.builder()
              .setKernelShape(new Shape(3, 3))
              .optPadding(new Shape(1, 1))
              .optStride(new Shape(2, 2))
              .setFilters(16)
              .build();
      Block block =
          new SequentialBlock()
              .add(convolution)
              .addSingleton(
                  maps ->
                      flat ? maps.reshape(maps.getShape().get(0), 16, -1) : maps.sum(new int[] {3}))
              .addSingleton(rows -> rows.sum(new int[] {2}));
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 32, 32));
      model.setBlock(block);
      assertThat(Network.of(model).defaultLayer(new Shape(3, 32, 32), null).path().name())
          .isEqualTo("01Conv2d");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void tokensLieRowAfterRowBehindThePrefix(String engine) {
    try (Model model = TinyTransformer.vit(engine, 24, 48, 2, false);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = pictures(scope, 2, 24, 48);
      NDArray patches;
      NDArray zero;
      try (SplitModel conv = SplitModel.of(model, LayerPath.of("01Conv2d"));
          SplitModel tokens = SplitModel.of(model, LayerPath.of("02Step"))) {
        patches = conv.features(x).activations();
        // What the step adds is the same for every picture.
        NDArray both = tokens.features(x).activations();
        zero = both.sub(patches);
      }
      float[] added = zero.get("0").toFloatArray();
      assertThat(zero.get("1").toFloatArray()).containsExactly(added, within(1e-5f));
      float[] position =
          model
              .getBlock()
              .getChildren()
              .get(1)
              .getValue()
              .getDirectParameters()
              .get("w0")
              .getArray()
              .toFloatArray();
      for (int c = 0; c < C; c++) {
        for (int place = 0; place < 18; place++) {
          assertThat(added[c * 18 + place]).isCloseTo(position[(2 + place) * C + c], within(1e-5f));
        }
      }
    }
  }

  /** Against gradients by differences in plain doubles of what follows the first block. */
  @ParameterizedTest
  @CsvSource({
    "MXNet, 32, 32, 1, false", "PyTorch, 32, 32, 1, false",
    "MXNet, 24, 48, 2, false", "PyTorch, 24, 48, 2, false",
    "MXNet, 24, 24, 0, true", "PyTorch, 24, 24, 0, true",
    "MXNet, 24, 24, 1, true", "PyTorch, 24, 24, 1, true"
  })
  void mapsAreThoseOfTheSlowNetwork(
      String engine, int height, int width, int prefix, boolean mean) {
    try (Model model = TinyTransformer.vit(engine, height, width, prefix, mean);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, FIRST);
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      NDArray x = pictures(scope, 2, height, width);
      Pass pass = new Pass(split, whole, x, 1 << 26);
      Evidence evidence = pass.evidence(List.of(Target.of(2))).get(0);
      NDArray gradCam = new GradCam().map(evidence);
      NDArray hiRes = new HiResCam().map(evidence);
      Cut cut = split.features(x);
      for (int picture = 0; picture < 2; picture++) {
        double[][] tokens = tokens(cut, picture, prefix);
        double[][] gradient = new double[tokens.length][C];
        for (int t = 0; t < tokens.length; t++) {
          for (int c = 0; c < C; c++) {
            double before = tokens[t][c];
            tokens[t][c] = before + 1e-4;
            double more = slowLogit(model, tokens, mean);
            tokens[t][c] = before - 1e-4;
            gradient[t][c] = (more - slowLogit(model, tokens, mean)) / 2e-4;
            tokens[t][c] = before;
          }
        }
        int places = tokens.length - prefix;
        for (int place = 0; place < places; place++) {
          double grad = 0;
          double elementwise = 0;
          for (int c = 0; c < C; c++) {
            double weight = 0;
            for (int t = prefix; t < tokens.length; t++) {
              weight += gradient[t][c] / places;
            }
            grad += weight * tokens[prefix + place][c];
            elementwise += gradient[prefix + place][c] * tokens[prefix + place][c];
          }
          assertThat((double) gradCam.get(picture).flatten().getFloat(place))
              .isCloseTo(grad, within(1e-5));
          assertThat((double) hiRes.get(picture).flatten().getFloat(place))
              .isCloseTo(elementwise, within(1e-5));
        }
        assertThat(hiRes.get(picture).abs().max().getFloat()).isGreaterThan(1e-3f);
      }
    }
  }

  private static double[][] tokens(Cut cut, int picture, int prefix) {
    float[] maps = cut.activations().get(picture).toFloatArray();
    int places = maps.length / C;
    double[][] all = new double[prefix + places][C];
    for (int c = 0; c < C; c++) {
      for (int p = 0; p < prefix; p++) {
        all[p][c] = cut.carried().head().getFloat(picture, p, c);
      }
      for (int place = 0; place < places; place++) {
        all[prefix + place][c] = maps[c * places + place];
      }
    }
    return all;
  }

  private static double slowLogit(Model model, double[][] tokens, boolean mean) {
    double[][] out = TinyTransformer.slowAttention(model, 3, tokens);
    double[] read = out[0];
    if (mean) {
      read = new double[C];
      for (double[] token : out) {
        for (int c = 0; c < C; c++) {
          read[c] += token[c] / out.length;
        }
      }
    }
    return TinyTransformer.slowLogit(model, 2, read);
  }

  @ParameterizedTest
  @CsvSource({"MXNet, true", "PyTorch, true", "MXNet, false", "PyTorch, false"})
  void aBatchGivesWhatItsPicturesGiveAlone(String engine, boolean vit) {
    try (Model model =
            vit
                ? TinyTransformer.vit(engine, 24, 48, 1, false)
                : TinyTransformer.swin(engine, 24, 48, false);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, FIRST);
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      NDArray x = pictures(scope, 3, 24, 48);
      NDArray batch = map(split, whole, x);
      for (int i = 0; i < 3; i++) {
        float[] alone = map(split, whole, x.get(i + ":" + (i + 1))).toFloatArray();
        assertThat(batch.get(i).toFloatArray()).containsExactly(alone, within(1e-6f));
      }
    }
  }

  private static NDArray map(SplitModel split, WholeNetwork whole, NDArray x) {
    Pass pass = new Pass(split, whole, x, 1 << 26);
    return new GradCam().map(pass.evidence(List.of(Target.of(1))).get(0));
  }

  /** Changed copies of one picture's activations keep that picture's own prefix. */
  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void changedActivationsMeetTheirOwnPrefix(String engine) {
    try (Model model = TinyTransformer.vit(engine, 32, 32, 2, false);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, FIRST);
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      NDArray x = pictures(scope, 3, 32, 32);
      Pass pass = new Pass(split, whole, x, 1 << 26);
      Evidence evidence = pass.evidence(List.of(Target.of(1))).get(0);
      NDArray own = evidence.activations().get("2:3");
      float[] scores =
          evidence.headScores(
              2,
              5,
              (from, to, inner) -> {
                NDArray copies = own.repeat(0, to - from);
                copies.attach(inner);
                return copies;
              });
      float expected = evidence.scores().getFloat(2);
      for (float score : scores) {
        assertThat(score).isCloseTo(expected, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet, 32, 32", "PyTorch, 32, 32", "MXNet, 24, 48", "PyTorch, 24, 48"})
  void channelsLastAreBroughtToTheFrontAndPutBack(String engine, int height, int width) {
    try (Model model = TinyTransformer.swin(engine, height, width, true);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = pictures(scope, 2, height, width);
      float[] logits = predicted(model, x).toFloatArray();
      Network network = Network.of(model);
      List<Layer> layers = network.layers(x.getShape().slice(1));
      assertThat(layers).hasSize(4);
      float[] patches = null;
      for (Layer layer : layers) {
        assertThat(layer.shape()).isEqualTo(new Shape(1, C, height / 8, width / 8));
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(x);
          assertThat(split.head(cut).toFloatArray()).containsExactly(logits, within(1e-5f));
          boolean last = layer.path().name().equals("04Step");
          assertThat(split.linear(cut)).isEqualTo(last);
          if (layer.path().name().equals("01Conv2d")) {
            patches = cut.activations().toFloatArray();
          } else if (layer.kind().equals("channelsLast")) {
            assertThat(cut.activations().toFloatArray()).containsExactly(patches, within(1e-6f));
          }
        }
      }
    }
  }

  /** By differences of the network's own head, which needs no second implementation. */
  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void gradientsAtChannelsLastAreDifferences(String engine) {
    try (Model model = TinyTransformer.swin(engine, 24, 48, false);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, FIRST)) {
      NDArray x = pictures(scope, 1, 24, 48);
      Cut cut = split.features(x);
      float[] gradient =
          split
              .gradients(cut, logits -> new NDList(logits.get(":, 2")))
              .perScore()
              .get(0)
              .toFloatArray();
      float[] values = cut.activations().toFloatArray();
      for (int i = 0; i < values.length; i += 7) {
        float[] scores = new float[2];
        for (int side = 0; side < 2; side++) {
          float[] changed = values.clone();
          changed[i] += side == 0 ? -0.05f : 0.05f;
          NDArray other = scope.create(changed, cut.activations().getShape());
          scores[side] = split.head(cut.with(other)).getFloat(0, 2);
        }
        assertThat(gradient[i]).isCloseTo((scores[1] - scores[0]) / 0.1f, within(5e-4f));
      }
    }
  }

  @Test
  void aLayerWithoutAGridIsNotListedAndRefusedWhenCut() {
    try (Model model = TinyTransformer.vit("PyTorch", 48, 48, 0, true);
        NDManager scope = model.getNDManager().newSubManager()) {
      // 36 tokens of a picture that is said to be another one.
      Network network = Network.of(model);
      NDArray x = pictures(scope, 1, 24, 96);
      assertThat(network.layers(new Shape(3, 24, 96)).stream().map(l -> l.path().name()))
          .contains("01Conv2d", "03Step");
      try (SplitModel split = network.split(FIRST, new Grid(7, 7))) {
        assertThatThrownBy(() -> split.features(x))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("layer '03Step' gives (1, 36, 6)")
            .hasMessageContaining("fewer tokens than a grid of 7x7");
      }
      assertThat(network.layers(new Shape(3, 24, 96), new Grid(7, 7)).stream())
          .extracting(layer -> layer.path().name())
          .containsExactly("01Conv2d");
    }
  }

  @Test
  void aGivenGridIsTaken() {
    try (Model model = TinyTransformer.vit("PyTorch", 32, 32, 1, false);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = Network.of(model).split(FIRST, new Grid(2, 7))) {
      NDArray x = pictures(scope, 2, 32, 32);
      Cut cut = split.features(x);
      assertThat(cut.activations().getShape()).isEqualTo(new Shape(2, C, 2, 7));
      assertThat(cut.carried().head().getShape()).isEqualTo(new Shape(2, 3, C));
      assertThat(split.head(cut).toFloatArray())
          .containsExactly(predicted(model, x).toFloatArray(), within(1e-5f));
    }
  }
}
