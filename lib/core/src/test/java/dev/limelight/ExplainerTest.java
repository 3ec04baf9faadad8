package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.util.Pair;
import dev.limelight.cam.Cam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.HiResCam;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.Cut;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {

  private static Explainer explainer(Model model) {
    return Explainer.builder()
        .setModel(model)
        .optPreprocessing(Preprocessing.of(64, 64))
        .optLabels(TinyResNet.LABELS)
        .build();
  }

  private static Picture picture(int i) {
    try {
      return Pictures.read(TinyResNet.folder().resolve("picture-" + i + ".png"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void aModelExplainedFiftyTimesIsBitForBitTheModelItWas(String kind) {
    try (Model model = TinyResNet.of(kind);
        Explainer explainer = explainer(model)) {
      List<float[]> before = new ArrayList<>();
      List<Boolean> gradientsBefore = new ArrayList<>();
      for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
        before.add(pair.getValue().getArray().toFloatArray());
        gradientsBefore.add(pair.getValue().getArray().hasGradient());
      }
      List<String> names =
          model.getBlock().getParameters().values().stream()
              .map(parameter -> parameter.getArray().getName())
              .toList();
      float[] first = explainer.explain(picture(0)).map().values();
      List<Method> methods =
          Methods.all().stream()
              .filter(one -> explainer.plan(List.of(one), Target.top()).rows().get(0).runs())
              .toList();
      for (int i = 1; i < 50; i++) {
        Method method = methods.get(i % methods.size());
        explainer.explain(picture(i % 6), method, Target.of(i % 4));
      }
      assertThat(explainer.explain(picture(0)).map().values()).containsExactly(first);
      int i = 0;
      for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
        NDArray now = pair.getValue().getArray();
        assertThat(now.toFloatArray()).as(pair.getKey()).containsExactly(before.get(i));
        assertThat(now.hasGradient()).as(pair.getKey()).isEqualTo(gradientsBefore.get(i));
        assertThat(now.getName()).isEqualTo(names.get(i));
        i++;
      }
      if (!kind.equals("PyTorch")) {
        assertThat(JnaUtils.autogradIsRecording()).isFalse();
        assertThat(JnaUtils.autogradIsTraining()).isFalse();
      }
    }
  }

  @Test
  void manyPicturesMethodsAndTargetsGoTogether() {
    try (Model model = TinyResNet.of("symbol");
        Explainer explainer = explainer(model)) {
      List<Picture> pictures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pictures.add(picture(i % 6));
      }
      List<Method> methods = List.of(new GradCam(), new HiResCam());
      List<Target> targets =
          List.of(Target.top(), Target.each(IntStream.range(0, 20).map(i -> i % 4).toArray()));
      Explanations all = explainer.explain(Question.of(pictures).methods(methods).targets(targets));
      assertThat(all).hasSize(4 * 20);
      assertThat(all.pictures()).isEqualTo(20);
      for (int i = 0; i < 20; i++) {
        for (int m = 0; m < 2; m++) {
          assertSimilar(
              all.get(i, targets.get(0), methods.get(m)),
              explainer.explain(pictures.get(i), methods.get(m), Target.top()));
          assertSimilar(
              all.get(i, targets.get(1), methods.get(m)),
              explainer.explain(pictures.get(i), methods.get(m), Target.of(i % 4)));
        }
      }
    }
  }

  private static void assertSimilar(Explanation one, Explanation other) {
    assertThat(one.method()).isEqualTo(other.method());
    assertThat(one.target()).isEqualTo(other.target());
    float[] values = other.map().values();
    for (int i = 0; i < values.length; i++) {
      assertThat(one.map().values()[i]).isCloseTo(values[i], within(1e-4f));
    }
  }

  @Test
  void gradientsOfAModelInTrainingAreUnchanged() {
    for (String engine : List.of("MXNet", "PyTorch")) {
      try (Model model = TinyResNet.of(engine);
          Explainer explainer = explainer(model)) {
        NDArray weight = model.getBlock().getParameters().get(0).getValue().getArray();
        weight.setRequiresGradient(true);
        try (NDManager scope = model.getNDManager().newSubManager();
            var collector = model.getNDManager().getEngine().newGradientCollector()) {
          NDArray loss = weight.mul(3).sum();
          loss.attach(scope);
          collector.backward(loss);
        }
        explainer.explain(picture(0));
        assertThat(weight.getGradient().toFloatArray()).containsOnly(3f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void camPlusBiasIsTheLogitAndGradCamIsCamUpToScale(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = explainer(model);
        SplitModel split = SplitModel.of(model, LayerPath.of(TinyResNet.path(kind, "layer3")))) {
      NDArray x = TinyResNet.golden(scope).get("x");
      Cut cut = split.features(x);
      float[] bias = split.head(cut.with(cut.activations().zerosLike())).get(0).toFloatArray();
      for (int c = 0; c < 4; c++) {
        List<Explanation> cam =
            explainer.explain(Question.of(x).methods(new Cam()).targets(Target.of(c)));
        List<Explanation> gradCam =
            explainer.explain(Question.of(x).methods(new GradCam()).targets(Target.of(c)));
        for (int i = 0; i < 6; i++) {
          double logit = cam.get(i).logits()[c];
          assertThat(cam.get(i).map().mean() + bias[c]).isCloseTo(logit, within(1e-4));
          float[] scaled = gradCam.get(i).map().scaled(64).values();
          float[] expected = cam.get(i).map().values();
          for (int p = 0; p < expected.length; p++) {
            assertThat(scaled[p]).isCloseTo(expected[p], within(1e-4f));
          }
        }
      }
    }
  }

  @Test
  void camRefusesAHeadThatIsNotPoolingAndOneLinearLayer() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      assertThatThrownBy(() -> explainer.at("layer2").explain(picture(0), new Cam(), Target.top()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'layer2'")
          .hasMessageContaining("use grad-cam");
    }
  }

  @Test
  void theBestClassesComeFromOneForwardAndEqualSingleCalls() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Explanation> best =
          explainer.explain(Question.of(picture(3)).methods(new GradCam()).best(3));
      assertThat(best).hasSize(3);
      assertThat(best.get(0).predicted()).isEqualTo(best.get(0).target());
      assertThat(best.get(0).probability()).isGreaterThan(best.get(1).probability());
      for (Explanation one : best) {
        Explanation alone = explainer.explain(picture(3), new GradCam(), Target.of(one.target()));
        assertThat(one.map().values()).containsExactly(alone.map().values());
      }
      assertThatThrownBy(
              () -> explainer.explain(Question.of(picture(3)).methods(new GradCam()).best(5)))
          .hasMessageContaining("4 classes");
    }
  }

  @Test
  void severalMethodsShareOnePassAndEqualSingleCalls() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Explanation> all =
          explainer.explain(Question.of(picture(1)).methods(new GradCam(), new HiResCam()));
      assertThat(all.get(1).map().values())
          .containsExactly(
              explainer.explain(picture(1), new HiResCam(), Target.top()).map().values());
      assertThat(all.get(0).provenance().methodText()).isEqualTo("grad-cam");
    }
  }

  @Test
  void itMayBeUsedFromSeveralThreads() throws Exception {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<float[]> expected = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        expected.add(explainer.explain(picture(i)).map().values());
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<float[]>> found = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          int which = i % 6;
          found.add(threads.submit(() -> explainer.explain(picture(which)).map().values()));
        }
        for (int i = 0; i < 60; i++) {
          assertThat(found.get(i).get()).containsExactly(expected.get(i % 6));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void anInterruptEndsALongCall() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Picture> many = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        many.add(picture(i % 6));
      }
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> explainer.explain(Question.of(many).methods(new GradCam())))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void listsLongerThanABatchKeepTheirOrderAndTargets() {
    try (Model model = TinyResNet.symbol();
        Explainer explainer = explainer(model)) {
      List<Picture> many = new ArrayList<>();
      int[] targets = new int[40];
      for (int i = 0; i < 40; i++) {
        many.add(picture(i % 6));
        targets[i] = i % 4;
      }
      List<Explanation> all =
          explainer.explain(Question.of(many).methods(new GradCam()).targets(Target.each(targets)));
      for (int i = 0; i < 40; i++) {
        assertThat(all.get(i).target()).isEqualTo(i % 4);
        assertThat(all.get(i).picture().name()).isEqualTo("picture-" + i % 6 + ".png");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void aReadyBatchLargerThanTheMemoryGoesByParts(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer whole = explainer(model);
        Explainer little = Explainer.builder().setModel(model).optMemory(1).build()) {
      NDArray x = TinyResNet.golden(scope).get("x");
      int[] targets = new int[(int) x.getShape().get(0)];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = i % 4;
      }
      List<Explanation> together =
          whole.explain(Question.of(x).methods(new GradCam()).targets(Target.each(targets)));
      List<Explanation> parts =
          little.explain(Question.of(x).methods(new GradCam()).targets(Target.each(targets)));
      assertThat(parts).hasSize(targets.length).hasSizeGreaterThan(1);
      for (int i = 0; i < targets.length; i++) {
        assertThat(parts.get(i).target()).isEqualTo(targets[i]);
        assertThat(parts.get(i).map().values())
            .as("picture %d on %s", i, kind)
            .containsExactly(together.get(i).map().values(), within(1e-5f));
      }
    }
  }

  @Test
  void refusesWhatCannotBeExplainedInOneSentence() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = explainer(model)) {
      assertThatThrownBy(() -> explainer.explain(picture(0), new GradCam(), Target.of(4)))
          .hasMessage("target 4 is out of range: this network has 4 classes; choose 0 to 3");
      assertThatThrownBy(() -> explainer.explain(picture(0), new GradCam(), Target.of("cat")))
          .hasMessage("no label 'cat'; there are circle, square, triangle, cross");
      assertThatThrownBy(
              () ->
                  explainer.explain(
                      Question.of(List.of(picture(0), picture(1), picture(2)))
                          .methods(new GradCam())
                          .targets(Target.each(1, 2))))
          .hasMessageContaining("3 pictures needs one target or 3, but got 2");
      assertThatThrownBy(
              () ->
                  explainer.explain(
                      Question.of(scope.zeros(new Shape(3, 64, 64))).methods(new GradCam())))
          .hasMessageContaining("(N, C, H, W)");
      assertThatThrownBy(
              () ->
                  Explainer.builder()
                      .setModel(model)
                      .optLabels("a", "b", "c")
                      .build()
                      .explain(picture(0)))
          .hasMessageContaining("4 outputs, but got 3 labels");
    }
  }

  @Test
  void weightsThatAreNotNumbersAreNoticed() {
    try (Model model = TinyResNet.blocks("MXNet");
        Explainer explainer = explainer(model)) {
      NDArray bias = model.getBlock().getParameters().get("09Linear_bias").getArray();
      bias.set(new float[] {0, Float.NaN, 0, 0});
      assertThatThrownBy(() -> explainer.explain(picture(0)))
          .hasMessageContaining("NaN")
          .hasMessageContaining("picture-0.png");
    }
  }

  @Test
  void mapsFollowChangesOfTheModelsParameters() {
    for (String kind : List.of("MXNet", "PyTorch")) {
      try (Model model = TinyResNet.of(kind);
          Explainer explainer = explainer(model)) {
        float before = explainer.explain(picture(0)).logits()[2];
        NDArray bias = model.getBlock().getParameters().get("09Linear_bias").getArray();
        NDArray first = model.getBlock().getParameters().get("01Conv2d_weight").getArray();
        bias.addi(1);
        assertThat(explainer.explain(picture(0)).logits()[2]).isCloseTo(before + 1, within(1e-4f));
        first.muli(0);
        float[] map = explainer.explain(picture(0)).map().values();
        assertThat(explainer.explain(picture(1)).map().values())
            .as("a network that sees nothing")
            .containsExactly(map);
      }
    }
  }

  @Test
  void oneSigmoidUnitIsExplainedBothWaysWithAndWithoutLabels() {
    try (Model model = oneUnit();
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      for (List<String> labels : List.of(List.<String>of(), List.of("cat", "dog"))) {
        try (Explainer explainer = Explainer.builder().setModel(model).optLabels(labels).build()) {
          Explanation no =
              explainer
                  .explain(Question.of(x).methods(new GradCam()).targets(Target.binary(false)))
                  .get(0);
          Explanation yes =
              explainer
                  .explain(Question.of(x).methods(new GradCam()).targets(Target.binary(true)))
                  .get(0);
          assertThat(no.probability() + yes.probability()).isCloseTo(1, within(1e-6));
          assertThat(yes.probability())
              .isCloseTo(1 / (1 + Math.exp(-yes.logits()[0])), within(1e-6));
          assertThat(yes.predicted()).isEqualTo(yes.logits()[0] > 0 ? 1 : 0);
          assertThat(yes.caption()).contains(labels.isEmpty() ? "class 1" : "dog");
          float[] negative = yes.map().values();
          for (int i = 0; i < negative.length; i++) {
            negative[i] = -negative[i];
          }
          assertThat(no.map().values()).containsExactly(negative, within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tiny-resnet-symbol.json", "tiny-resnet-traced.pt", "tiny-resnet-scripted.pt"})
  void aFileOfAnyFormatGivesTheSameMap(String file) throws IOException {
    try (Explainer explainer = Explainer.of(TinyResNet.folder().resolve(file));
        Explainer symbol = Explainer.of(TinyResNet.folder().resolve("tiny-resnet-symbol.json"));
        NDManager scope = NDManager.newBaseManager("MXNet")) {
      NDArray x = TinyResNet.golden(scope).get("x").get("0:1");
      float[] expected =
          symbol
              .explain(Question.of(x).methods(new GradCam()).targets(Target.of(1)))
              .get(0)
              .map()
              .values();
      NDManager engine = NDManager.newBaseManager(file.endsWith(".pt") ? "PyTorch" : "MXNet");
      try (engine) {
        NDArray own = engine.create(x.toFloatArray(), x.getShape());
        float[] found =
            explainer
                .explain(Question.of(own).methods(new GradCam()).targets(Target.of(1)))
                .get(0)
                .map()
                .values();
        assertThat(found).containsExactly(expected, within(1e-4f));
      }
    }
  }

  @Test
  void theBoxLiesOnThePictureAroundThePeak() throws IOException {
    try (Model model = TinyResNet.symbol()) {
      Picture fixture = Pictures.read(TinyResNet.folder().resolve("picture-1.png"));
      // Wider than the input: what the crop leaves out is in no box.
      Picture wide = Picture.mosaic(List.of(fixture, fixture, fixture), 3, "three");
      try (Explainer explainer =
          Explainer.builder().setModel(model).optPreprocessing(Preprocessing.of(64, 64)).build()) {
        Explanation seen = explainer.explain(wide);
        var box = seen.box(0.2);
        assertThat(box.contains(seen.overlay().peak())).isTrue();
        assertThat(new java.awt.Rectangle(64, 0, 64, 64).contains(box)).isTrue();
        assertThat(seen.box(1).getWidth()).isLessThan(box.getWidth());
        assertThat(seen.boxed(0.2).toImage()).isNotNull();
      }
    }
  }

  private static Model oneUnit() {
    Model model = TinyResNet.blocks("MXNet");
    SequentialBlock block = (SequentialBlock) model.getBlock();
    block.removeLastBlock();
    block.add(Linear.builder().setUnits(1).build());
    block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
    return model;
  }
}
