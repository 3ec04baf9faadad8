package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.transform.CenterCrop;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.Resize;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Transform;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing.Fit;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranslatorProbeTest {

  private static ZooModel<Image, Classifications> load(Transform... transforms) throws Exception {
    ImageClassificationTranslator.Builder translator =
        ImageClassificationTranslator.builder()
            .setImageSize(64, 64)
            .optSynset(TinyResNet.LABELS)
            .optApplySoftmax(true);
    List.of(transforms).forEach(translator::addTransform);
    return Criteria.builder()
        .setTypes(Image.class, Classifications.class)
        .optModelPath(TinyResNet.folder())
        .optModelName("tiny-resnet")
        .optEngine("MXNet")
        .optTranslator(translator.build())
        .build()
        .loadModel();
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
    }
  }

  @Test
  void aStretchedPictureIsFound() throws Exception {
    try (ZooModel<Image, Classifications> model = load(new Resize(64, 64), new ToTensor())) {
      assertThat(Preprocessing.of(model)).isEqualTo(Preprocessing.of(64, 64).fitted(Fit.STRETCH));
    }
  }

  @Test
  void theExplainerSeesWhatThePredictorSees() throws Exception {
    Picture picture = Pictures.read(TinyResNet.folder().resolve("picture-1.png"));
    try (ZooModel<Image, Classifications> model = load(new Resize(64, 64), new ToTensor());
        var predictor = model.newPredictor();
        Explainer explainer = Explainer.of(model)) {
      Classifications says =
          predictor.predict(ImageFactory.getInstance().fromImage(Pictures.toImage(picture)));
      Explanation seen = explainer.explain(picture);
      assertThat(TinyResNet.LABELS.get(seen.predicted())).isEqualTo(says.best().getClassName());
      assertThat(seen.probability()).isCloseTo(says.best().getProbability(), offset(1e-3));
    }
  }
}
