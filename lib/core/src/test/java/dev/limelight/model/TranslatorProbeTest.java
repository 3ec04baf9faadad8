package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.transform.CenterCrop;
import ai.djl.modality.cv.transform.CenterFit;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.RandomResizedCrop;
import ai.djl.modality.cv.transform.Resize;
import ai.djl.modality.cv.transform.ResizeShort;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.ndarray.NDArray;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Transform;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.support.UnsupportedException;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranslatorProbeTest {

  private static ZooModel<Image, Classifications> load(String engine, Transform... transforms)
      throws Exception {
    ImageClassificationTranslator.Builder translator =
        ImageClassificationTranslator.builder().setImageSize(64, 64).optSynset(TinyResNet.LABELS);
    List.of(transforms).forEach(translator::addTransform);
    return Criteria.builder()
        .setTypes(Image.class, Classifications.class)
        .optModelPath(TinyResNet.folder())
        .optModelName(engine.equals("MXNet") ? "tiny-resnet" : "tiny-resnet-traced")
        .optEngine(engine)
        .optTranslator(translator.build())
        .build()
        .loadModel();
  }

  private static ZooModel<Image, Classifications> load(Transform... transforms) throws Exception {
    return load("MXNet", transforms);
  }

  /** Black below the picture, as high as the picture. */
  private static final Transform BARS =
      picture -> {
        try (NDArray black = picture.zerosLike()) {
          return picture.concat(black, 0);
        }
      };

  /** Noise in patches of some pixels and stripes of three, which resizing treats differently. */
  private static Picture photo(int width, int height) {
    Random random = new Random(width + height);
    int[] patches = random.ints(64, 0, 0x1000000).toArray();
    int[] rgb = new int[width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i % width;
      int y = i / width;
      int patch = patches[8 * (8 * y / height) + 8 * x / width];
      rgb[i] = (x / 3 + y / 3) % 2 == 0 ? patch : patch ^ 0x7F7F7F;
    }
    return Picture.of(width, height, rgb, "photo of " + width + " x " + height);
  }

  private static Stream<Arguments> translators() {
    Normalize normalize = new Normalize(new float[] {.4f, .5f, .6f}, new float[] {.2f, .3f, .25f});
    List<List<Transform>> all =
        List.of(
            List.of(new Resize(64, 64), new ToTensor()),
            List.of(new CenterCrop(), new Resize(72), new CenterCrop(64, 64), new ToTensor()),
            List.of(new ResizeShort(72), new CenterCrop(64, 64), new ToTensor(), normalize),
            List.of(new CenterCrop(64, 64), new ToTensor()),
            List.of(new CenterFit(64, 64), new ToTensor(), normalize),
            List.of(new Resize(80, 60), BARS, new CenterFit(64, 64), new ToTensor()),
            List.of(BARS, new Resize(64, 64), new ToTensor()),
            List.of(
                new Resize(100, 80, Image.Interpolation.NEAREST),
                new CenterCrop(64, 64),
                new ToTensor()));
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> all.stream().map(one -> Arguments.of(engine, one)));
  }

  @ParameterizedTest
  @MethodSource("translators")
  void theLogitsAreThoseOfThePredictor(String engine, List<Transform> transforms) throws Exception {
    int[][] sizes = {{640, 427}, {3000, 2000}, {301, 200}, {100, 333}, {64, 64}, {90, 81}};
    try (ZooModel<Image, Classifications> model =
            load(engine, transforms.toArray(Transform[]::new));
        var predictor = model.newPredictor();
        Explainer explainer = Explainer.of(model)) {
      for (int[] size : sizes) {
        Picture photo = photo(size[0], size[1]);
        Classifications says =
            predictor.predict(new BufferedImageFactory().fromImage(Pictures.toImage(photo)));
        float[] logits = explainer.explain(photo).logits();
        for (int i = 0; i < logits.length; i++) {
          double expected = says.get(TinyResNet.LABELS.get(i)).getProbability();
          assertThat((double) logits[i])
              .as("%s of %s", TinyResNet.LABELS.get(i), photo)
              .isCloseTo(expected, within(1e-3));
        }
      }
    }
  }

  @Test
  void theMiddleOfAResizedPictureIsFound() throws Exception {
    try (ZooModel<Image, Classifications> model =
        load(
            new CenterCrop(),
            new Resize(72),
            new CenterCrop(64, 64),
            new ToTensor(),
            new Normalize(new float[] {.1f, .2f, .3f}, new float[] {.5f, 1, 2}))) {
      Preprocessing found = Preprocessing.of(model);
      assertThat(found.width()).isEqualTo(64);
      assertThat(found.height()).isEqualTo(64);
      assertThat(found.fit()).isEqualTo(Fit.CROP);
      assertThat(found.share()).isEqualTo(64.0 / 72);
      assertThat(found.mean()).containsExactly(new float[] {.1f, .2f, .3f}, offset(1e-5f));
      assertThat(found.std()).containsExactly(new float[] {.5f, 1, 2}, offset(1e-5f));
      assertThat(found.assumption()).isEmpty();
    }
  }

  @Test
  void aStretchedPictureIsFound() throws Exception {
    try (ZooModel<Image, Classifications> model = load(new Resize(64, 64), new ToTensor())) {
      Preprocessing found = Preprocessing.of(model);
      assertThat(found.fit()).isEqualTo(Fit.STRETCH);
      assertThat(found.visibleRegion(3000, 2000))
          .isEqualTo(new Rectangle2D.Double(0, 0, 3000, 2000));
    }
  }

  @Test
  void pixelsThatAreCutOutStayTheSameNumberAtEverySize() throws Exception {
    try (ZooModel<Image, Classifications> model = load(new CenterCrop(64, 64), new ToTensor())) {
      Preprocessing found = Preprocessing.of(model);
      assertThat(found.fit()).isEqualTo(Fit.PIXELS);
      for (int[] size : new int[][] {{640, 427}, {3000, 2000}, {64, 100}}) {
        Rectangle2D seen = found.visibleRegion(size[0], size[1]);
        assertThat(seen.getWidth()).isCloseTo(64, within(0.7));
        assertThat(seen.getHeight()).isCloseTo(64, within(0.7));
        assertThat(seen.getCenterX()).isCloseTo(size[0] / 2.0, within(0.8));
        assertThat(seen.getCenterY()).isCloseTo(size[1] / 2.0, within(0.8));
      }
    }
  }

  @Test
  void barsAreOutsideOfThePicture() throws Exception {
    try (ZooModel<Image, Classifications> model = load(BARS, new Resize(64, 64), new ToTensor())) {
      Rectangle2D seen = Preprocessing.of(model).visibleRegion(400, 100);
      assertThat(seen.getX()).isZero();
      assertThat(seen.getY()).isCloseTo(0, within(0.5));
      assertThat(seen.getWidth()).isEqualTo(400);
      assertThat(seen.getHeight()).isCloseTo(200, within(1.0));
    }
  }

  @Test
  void translatorsThatDrawAtRandomAreRefused() throws Exception {
    Transform random = new RandomResizedCrop(64, 64, 0.1, 0.9, 0.8, 1.2);
    try (ZooModel<Image, Classifications> model =
        load("PyTorch", random, new Resize(64, 64), new ToTensor())) {
      assertThatThrownBy(() -> Preprocessing.of(model))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("optPreprocessing");
    }
  }

  /** Half the time, two inputs of one picture are equal. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void translatorsThatFlipAtRandomAreRefused(long seed) throws Exception {
    Random random = new Random(seed);
    Transform flip = picture -> random.nextBoolean() ? picture.flip(1) : picture;
    try (ZooModel<Image, Classifications> model = load(flip, new Resize(64, 64), new ToTensor())) {
      assertThatThrownBy(() -> Preprocessing.of(model))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("optPreprocessing");
    }
  }

  @Test
  void aTranslatorOfAnotherSizeForEachPictureIsRefused() throws Exception {
    try (ZooModel<Image, Classifications> model = load(new ResizeShort(64), new ToTensor())) {
      Preprocessing found = Preprocessing.of(model);
      assertThatThrownBy(() -> found.apply(photo(640, 427)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("several sizes");
    }
  }
}
