package dev.limelight.model.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.model.Preprocessing;
import dev.limelight.model.Preprocessing.Filter;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.model.Preprocessing.Part;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCompanionsTest {

  /** That of a network which does not give its size, so that files may. */
  private static final Preprocessing UNKNOWN = unknown();

  private static Preprocessing unknown() {
    Preprocessing of = Preprocessing.of(50, 50);
    return new Preprocessing(
        50, 50, of.fit(), 1, of.filter(), of.values(), Set.of(Part.values()), null);
  }

  @TempDir private Path folder;

  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.createFile(folder.resolve("net.onnx"));
  }

  private ModelCompanions with(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    return ModelCompanions.of(model);
  }

  private Preprocessing stated(String name, String text) throws IOException {
    return with(name, text).preprocessing(UNKNOWN).orElseThrow();
  }

  private Preprocessing processor(String json) throws IOException {
    return stated("preprocessor_config.json", json.replace('\'', '"'));
  }

  @Test
  void withoutFilesNothingIsStated() throws IOException {
    assertThat(ModelCompanions.of(model).preprocessing(UNKNOWN)).isEmpty();
    assertThat(ModelCompanions.of(model).labels()).isEmpty();
    assertThat(ModelCompanions.of(folder.resolve("missing.onnx")).labels()).isEmpty();
    assertThat(with("config.json", "{\"model_type\": \"vit\"}").preprocessing(UNKNOWN)).isEmpty();
  }

  @Test
  void aVisionTransformOfHuggingFace() throws IOException {
    Preprocessing found =
        processor(
            """
            {'do_normalize': true, 'do_rescale': true, 'do_resize': true,
             'image_mean': [0.5, 0.5, 0.5], 'image_std': [0.5, 0.4, 0.3],
             'image_processor_type': 'ViTImageProcessor', 'resample': 3,
             'rescale_factor': 0.00392156862745098, 'size': {'height': 192, 'width': 224}}
            """);
    float[] mean = {0.5f, 0.5f, 0.5f};
    assertThat(found)
        .isEqualTo(
            Preprocessing.of(224, 192)
                .fitted(Fit.STRETCH)
                .withFilter(Filter.BICUBIC)
                .normalised(mean, new float[] {0.5f, 0.4f, 0.3f}));
    assertThat(found.assumption()).isEmpty();
  }

  @Test
  void theShorterSideAndThenTheMiddle() throws IOException {
    Preprocessing found =
        processor(
            """
            {'do_center_crop': true, 'crop_size': {'height': 224, 'width': 224}, 'resample': 2,
             'do_resize': true, 'size': {'shortest_edge': 256}, 'do_normalize': false,
             'do_flip_channel_order': true, 'image_processor_type': 'MobileViTImageProcessor'}
            """);
    assertThat(found).isEqualTo(Preprocessing.of(224, 224).cropped(0.875).withBlueFirst(true));
  }

  @ParameterizedTest
  @CsvSource({"224, 0.875, 224, CROP, 0.875", "384, 1.0, 384, STRETCH, 1"})
  void convolutionalNetworksOfHuggingFace(int size, double pct, int side, Fit fit, double share)
      throws IOException {
    Preprocessing found =
        processor(
            "{'crop_pct': "
                + pct
                + ", 'do_resize': true, 'feature_extractor_type':"
                + " 'ConvNextFeatureExtractor', 'image_mean': [0.485, 0.456, 0.406],"
                + " 'image_std': [0.229, 0.224, 0.225], 'resample': 3, 'size': "
                + size
                + "}");
    assertThat(found)
        .isEqualTo(
            Preprocessing.of(side, side)
                .fitted(fit)
                .cropped(share)
                .withFilter(Filter.BICUBIC)
                .imageNet());
  }

  @Test
  void valuesFromMinusOneByAnOffset() throws IOException {
    Preprocessing found =
        processor(
            """
            {'do_normalize': false, 'do_resize': true, 'rescale_factor': 0.00784313725490196,
             'rescale_offset': true, 'include_top': false, 'size': {'height': 60, 'width': 60},
             'image_processor_type': 'EfficientNetImageProcessor'}
            """);
    assertThat(found.values().scale()).isCloseTo(2, within(1e-5f));
    assertThat(found.mean()).containsExactly(1, 1, 1);
  }

  @Test
  void settingsAndClassesOfTimm() throws IOException {
    ModelCompanions found =
        with(
            "config.json",
            """
            {"architecture": "resnet10t", "num_classes": 2, "label_names": ["cat", "dog"],
             "pretrained_cfg": {"input_size": [3, 176, 176], "interpolation": "bilinear",
               "crop_pct": 0.95, "crop_mode": "squash", "mean": [0.1, 0.2, 0.3],
               "std": [0.5, 0.5, 0.5]}}
            """);
    assertThat(found.labels()).containsExactly("cat", "dog");
    assertThat(found.notes(true, true)).containsExactly("read beside the model: config.json");
    assertThat(found.notes(false, false)).isEmpty();
    float[] half = {0.5f, 0.5f, 0.5f};
    assertThat(found.preprocessing(UNKNOWN))
        .contains(
            Preprocessing.of(176, 176)
                .fitted(Fit.STRETCH)
                .cropped(176 / 185.0)
                .normalised(new float[] {0.1f, 0.2f, 0.3f}, half));
  }

  @Test
  void oneChannelOfTimm() throws IOException {
    Preprocessing found =
        stated(
            "config.json",
            "{\"input_size\": [1, 28, 28], \"mean\": [0.13], \"std\": [0.31], \"crop_pct\": 1.0}");
    assertThat(found.channels()).isEqualTo(1);
    assertThat(found.mean()).containsExactly(0.13f);
  }

  @Test
  void classesByTheirIndicesInAnyOrder() throws IOException {
    String labels = "{\"id2label\": {\"2\": \"c\", \"0\": \"a\", \"10\": \"k\", \"1\": \"b\"}}";
    assertThatThrownBy(() -> with("config.json", labels))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no class 3");
    assertThat(with("config.json", labels.replace("10", "3")).labels())
        .containsExactly("a", "b", "c", "k");
    assertThat(with("config.json", "{\"id2label\": {\"0\": \"LABEL_0\"}}").labels()).isEmpty();
  }

  @Test
  void argumentsOfDjl() throws IOException {
    Preprocessing found =
        stated(
            "serving.properties",
            "option.width=160\nheight=96\nresize=true\nnormalize=true\nengine=PyTorch\n");
    assertThat(found)
        .isEqualTo(
            Preprocessing.of(160, 96)
                .fitted(Fit.STRETCH)
                .withFilter(Filter.FOUR_PIXELS)
                .imageNet());
    assertThat(stated("serving.properties", "width=64\nheight=64\ncenterCrop=true\n").fit())
        .isEqualTo(Fit.PIXELS);
    assertThat(with("serving.properties", "blockFactory=x.Y\n").preprocessing(UNKNOWN)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels.txt", "classes.txt", "synset.txt"})
  void listsOfClasses(String name) throws IOException {
    ModelCompanions found = with(name, "\uFEFFcircle\r\n square \n\n");
    assertThat(found.labels()).containsExactly("circle", "square");
    assertThat(found.notes(true, true)).containsExactly("read beside the model: " + name);
    assertThatThrownBy(() -> with(name, "a\n\nb\n")).hasMessageContaining("number 2");
  }

  @Test
  void theNetworksOwnSizeIsKept() throws IOException {
    Preprocessing fixed = Preprocessing.of(64, 48);
    ModelCompanions found =
        with(
            "preprocessor_config.json",
            "{\"do_resize\": true, \"size\": {\"height\": 224, \"width\": 224}}");
    assertThat(found.preprocessing(fixed).orElseThrow().width()).isEqualTo(64);
    assertThat(found.preprocessing(fixed).orElseThrow().height()).isEqualTo(48);
  }

  @Test
  void whatCannotBeDoneIsNoted() throws IOException {
    ModelCompanions found =
        with(
            "preprocessor_config.json",
            "{\"do_resize\": true, \"resample\": 4, \"size\": {\"height\": 8, \"width\": 8}}");
    assertThat(found.notes(true, true))
        .containsExactly(
            "read beside the model: preprocessor_config.json",
            "preprocessor_config.json resizes by box, and here it is bilinear",
            "preprocessor_config.json does not say by which mean and std pictures are normalised, so"
                + " none are used; set --mean and --std");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "",
        "{\"do_resize\": {}}",
        "{\"do_resize\": true, \"size\": \"big\"}",
        "{\"do_resize\": true, \"size\": {\"height\": -1, \"width\": 4}}",
        "{\"image_mean\": [1, \"x\", 2], \"image_std\": [1, 1, 1]}",
        "{\"image_mean\": [1, 2, 3], \"image_std\": [0, 1, 1]}"
      })
  void damagedFilesAreNamedInOneSentence(String json) {
    assertThatThrownBy(() -> with("preprocessor_config.json", json))
        .isInstanceOf(IOException.class)
        .message()
        .contains("preprocessor_config.json")
        .doesNotContain("\n", "Exception", "java.", "gson");
  }

  @Test
  void aHugeFileIsRefused() throws IOException {
    try (RandomAccessFile huge =
        new RandomAccessFile(folder.resolve("config.json").toFile(), "rw")) {
      huge.setLength(64L << 20);
    }
    assertThatThrownBy(() -> ModelCompanions.of(model))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("67108864 bytes");
  }

  @Test
  void aFileForOtherChannelsIsNamed() throws IOException {
    ModelCompanions found =
        with(
            "preprocessor_config.json",
            "{\"image_mean\": [1, 2, 3], \"image_std\": [1, 1, 1], \"do_resize\": true}");
    assertThatThrownBy(() -> found.preprocessing(UNKNOWN.withChannels(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("preprocessor_config.json beside the model is for another one");
  }
}
