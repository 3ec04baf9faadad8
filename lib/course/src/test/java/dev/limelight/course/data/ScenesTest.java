package dev.limelight.course.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Mask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScenesTest {

  @Property(tries = 100)
  void masksAreExact(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 100_000) int index,
      @ForAll @IntRange(min = 1, max = 3) int shapes) {
    Scenes scenes = Scenes.builder().optSeed(seed).optShapes(shapes).optSide(48).build();
    Scene scene = scenes.get(index);
    int[] ground = scenes.ground(index).pixels();
    boolean[] covered = new boolean[48 * 48];
    for (Mask mask : scene.masks()) {
      assertThat(mask.area()).isGreaterThan(shapes == 3 ? 30 : 40);
      for (int i = 0; i < covered.length; i++) {
        if (mask.get(i % 48, i / 48)) {
          assertThat(covered[i]).as("shapes overlap at %d", i).isFalse();
          covered[i] = true;
        }
      }
    }
    for (int i = 0; i < covered.length; i++) {
      assertThat(scene.picture().rgb(i % 48, i / 48) != ground[i])
          .as("pixel %d of scene %d of seed %d", i, index, seed)
          .isEqualTo(covered[i]);
    }
  }

  @Test
  void masksHaveTheirShapesArea() {
    Scenes scenes = Scenes.builder().optSide(256).build();
    for (int i = 0; i < 40; i++) {
      Scene scene = scenes.get(i);
      double area = scene.mask().area();
      // the largest distance from the shape's middle gives its radius
      double far = 0;
      double x = 0;
      double y = 0;
      for (int at = 0; at < 256 * 256; at++) {
        if (scene.mask().get(at % 256, at / 256)) {
          x += at % 256 / area;
          y += at / 256 / area;
        }
      }
      for (int at = 0; at < 256 * 256; at++) {
        if (scene.mask().get(at % 256, at / 256)) {
          far = Math.max(far, Math.hypot(at % 256 - x, at / 256 - y));
        }
      }
      double share = area / (Math.PI * far * far);
      double wanted =
          switch (scene.labelName()) {
            case "circle" -> 1;
            case "square" -> 2 / Math.PI;
            case "triangle" -> 3 * Math.sqrt(3) / (4 * Math.PI);
            case "cross" -> (4 * 0.92 * 0.3 * 2 - 4 * 0.3 * 0.3) / (Math.PI * (0.92 * 0.92 + 0.09));
            default -> throw new AssertionError(scene.labelName());
          };
      assertThat(share).as("%s %d", scene.labelName(), i).isCloseTo(wanted, within(0.04));
    }
  }

  @Test
  void sceneDependsOnSeedAndIndexAlone() {
    Scenes scenes = Scenes.builder().optSeed(7).optShapes(2).build();
    int[] alone = scenes.get(9).picture().rgb();
    scenes.get(3);
    Scenes others = Scenes.builder().optSeed(7).optShapes(2).build();
    IntStream.range(0, 9).forEach(others::get);
    assertThat(others.get(9).picture().rgb()).isEqualTo(alone);
    assertThat(others.get(9).masks()).isEqualTo(scenes.get(9).masks());
    assertThat(others.get(13).picture().rgb()).isNotEqualTo(alone);
    assertThat(Scenes.builder().optSeed(8).optShapes(2).build().get(9).picture().rgb())
        .isNotEqualTo(alone);
  }

  @Test
  void classesTakeTurns() {
    Scenes scenes = Scenes.builder().build();
    assertThat(scenes.labels()).containsExactly("circle", "square", "triangle", "cross");
    assertThat(scenes.list(0, 8)).extracting(Scene::label).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    assertThat(scenes.get(2).labelName()).isEqualTo("triangle");
    Scenes two = Scenes.builder().optLabels("cross", "circle").optShapes(2).build();
    assertThat(two.list(0, 6))
        .allSatisfy(
            scene ->
                assertThat(scene.shapes().stream().map(Scene.Shape::label))
                    .containsExactlyInAnyOrder(0, 1));
    assertThat(two.get(0).labelName()).isEqualTo("cross");
  }

  @Test
  void coloursDoNotTellTheClass() {
    Scenes scenes = Scenes.builder().optSide(32).build();
    double[] red = new double[4];
    for (int i = 0; i < 1200; i++) {
      Scene scene = scenes.get(i);
      double sum = 0;
      for (int at = 0; at < 32 * 32; at++) {
        if (scene.mask().get(at % 32, at / 32)) {
          sum += scene.picture().rgb(at % 32, at / 32) >> 16;
        }
      }
      red[scene.label()] += sum / scene.mask().area() / 300;
    }
    // means of 300 colours with a deviation of about 80: 5 standard errors are 23
    for (double mean : red) {
      assertThat(mean).isCloseTo(127, within(23.0));
    }
  }

  @Test
  void feedsTraining() throws IOException, TranslateException {
    Scenes scenes = Scenes.builder().optSide(32).build();
    ScenesDataset data = scenes.asDataset(100, 10, 4, true);
    assertThat(data.size()).isEqualTo(10);
    try (NDManager manager = NDManager.newBaseManager()) {
      Record record = data.get(manager, 3);
      assertThat(record.getData().get(0).getShape()).isEqualTo(new Shape(3, 32, 32));
      assertThat(record.getData().get(0).getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(record.getData().get(0).toFloatArray())
          .isEqualTo(scenes.get(103).picture().planes());
      assertThat(record.getLabels().get(0).getDataType()).isEqualTo(DataType.INT32);
      List<Integer> first = labels(data, manager);
      assertThat(first).hasSize(10).contains(0, 1, 2, 3);
      assertThat(labels(data, manager)).as("the next epoch").isNotEqualTo(first);
      assertThat(labels(scenes.asDataset(100, 10, 4, true), manager)).isEqualTo(first);
      assertThat(labels(scenes.asDataset(100, 10, 4, false), manager))
          .containsExactly(0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
    }
  }

  private static List<Integer> labels(ScenesDataset data, NDManager manager)
      throws IOException, TranslateException {
    List<Integer> labels = new ArrayList<>();
    for (Batch batch : data.getData(manager)) {
      for (int label : batch.getLabels().head().toIntArray()) {
        labels.add(label);
      }
      batch.close();
    }
    return labels;
  }

  @Test
  void imageSetCountsFromItsFirstScene() throws IOException {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    ImageSet images = scenes.images(5, 10);
    assertThat(images.size()).isEqualTo(10);
    assertThat(images.labels()).containsExactly("circle", "cross");
    assertThat(images.name(2)).isEqualTo("scene 7");
    Example example = images.get(2);
    Scene scene = scenes.get(7);
    assertThat(example.picture().rgb()).isEqualTo(scene.picture().rgb());
    assertThat(example.name()).isEqualTo("scene 7");
    assertThat(example.label()).isEqualTo(scene.label());
    assertThat(example.mask()).isEqualTo(scene.mask());
    assertThatThrownBy(() -> images.get(10)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> images.name(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesWhatCannotBe() {
    Scenes.Builder builder = Scenes.builder();
    assertThatThrownBy(() -> builder.optShapes(4)).hasMessageContaining("not 4");
    assertThatThrownBy(() -> builder.optSide(8)).hasMessageContaining("not 8");
    assertThatThrownBy(() -> builder.optLabels("circle", "star"))
        .hasMessage("no shape 'star'; there are circle, square, triangle, cross");
    assertThatThrownBy(() -> builder.optLabels("circle", "circle"))
        .hasMessageContaining("two different");
    assertThatThrownBy(() -> builder.build().get(-1)).hasMessageContaining("no -1");
    assertThatThrownBy(() -> ScenesDataset.builder().build()).hasMessageContaining("setScenes");
  }
}
