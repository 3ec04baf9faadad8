package dev.limelight.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Mask;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneMakerTest {

  private static final int WIDTH = 60;
  private static final int HEIGHT = 40;

  private static SceneMaker shapes(int count, SceneSet set, long seed, String... sizes) {
    return new SceneMaker(
        Shape.all(),
        Backgrounds.generated(),
        WIDTH,
        HEIGHT,
        count,
        Arrays.stream(sizes).map(SizeRange::of).toList(),
        set,
        seed);
  }

  @Test
  void theMaskIsWhereThePictureIsNotItsBackground() throws IOException {
    SceneMaker maker = shapes(1, SceneSet.DEVELOPMENT, 3, "0.3-0.9");
    for (int index = 0; index < 40; index++) {
      PastedScene scene = maker.get(index);
      Mask mask = scene.masks().get(0);
      int same = 0;
      for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH;
        int y = i / WIDTH;
        boolean equal = scene.picture().rgb(x, y) == scene.background().rgb(x, y);
        same += equal && mask.get(x, y) ? 1 : 0;
        assertThat(equal || mask.get(x, y)).as("outside, %d, %d", x, y).isTrue();
      }
      assertThat(same).isLessThan(mask.area() / 4);
    }
  }

  @Test
  void objectsTakeTurnsAndHaveTheSizeOfTheirRange() throws IOException {
    SceneMaker maker = shapes(1, SceneSet.DEVELOPMENT, 0, "0.5", "1");
    for (int index = 0; index < 32; index++) {
      PastedScene scene = maker.get(index);
      assertThat(scene.objects().get(0).name()).isEqualTo(Outline.values()[index % 4].label());
      int longest = index / 4 % 2 == 0 ? 20 : 40;
      assertThat(scene.size().to() * HEIGHT).isEqualTo(longest);
      Rectangle box = scene.masks().get(0).bounds();
      assertThat(Math.max(box.width, box.height)).isBetween(longest / 2, longest);
    }
  }

  @Test
  void twoObjectsHaveTwoClassesAndAreApart() throws IOException {
    SceneMaker maker = shapes(2, SceneSet.REPORT, 1, "0.2-0.9");
    for (int index = 0; index < 60; index++) {
      PastedScene scene = maker.get(index);
      Mask one = scene.masks().get(0);
      Mask other = scene.masks().get(1);
      assertThat(scene.objects().get(0).label()).isNotEqualTo(scene.objects().get(1).label());
      assertThat(one.or(other).area()).isEqualTo(one.area() + other.area());
      assertThat(one.area()).isPositive();
      assertThat(other.area()).isPositive();
    }
  }

  @Test
  void aSceneDependsOnItsSetItsSeedAndItsIndexAlone() throws IOException {
    PastedScene first = shapes(1, SceneSet.REPORT, 5, "0.2-0.6").get(17);
    SceneMaker again = shapes(1, SceneSet.REPORT, 5, "0.2-0.6");
    again.get(3);
    assertThat(again.get(17).picture().rgb()).isEqualTo(first.picture().rgb());
    assertThat(again.get(17).masks()).hasSize(1);
    assertThat(again.get(17).masks().get(0).cells()).isEqualTo(first.masks().get(0).cells());
  }

  /** Of the same seeds and of neighbouring ones. */
  @Test
  void noSceneOfTheReportSetIsOneOfTheDevelopmentSet() throws IOException {
    Set<Integer> development = new HashSet<>();
    for (long seed = -3; seed <= 3; seed++) {
      SceneMaker maker = shapes(1, SceneSet.DEVELOPMENT, seed, "0.2-0.6");
      for (int i = 0; i < 30; i++) {
        development.add(Arrays.hashCode(maker.get(i).picture().rgb()));
      }
    }
    assertThat(development).hasSize(7 * 30);
    for (long seed = -3; seed <= 3; seed++) {
      SceneMaker maker = shapes(1, SceneSet.REPORT, seed, "0.2-0.6");
      for (int i = 0; i < 30; i++) {
        assertThat(development).doesNotContain(Arrays.hashCode(maker.get(i).picture().rgb()));
      }
    }
  }

  @Test
  void whatMakesNoSceneIsRefused() {
    List<SceneObject> circle = List.of(new Shape(Outline.CIRCLE));
    List<SizeRange> size = List.of(new SizeRange(0.2, 0.6));
    Backgrounds textures = Backgrounds.generated();
    assertThatThrownBy(() -> new SceneMaker(circle, textures, 40, 40, 2, size, SceneSet.REPORT, 0))
        .hasMessageContaining("[circle]");
    assertThatThrownBy(() -> SizeRange.of("big")).hasMessageContaining("0.2-0.6");
    assertThatThrownBy(() -> SizeRange.of("0.6-0.2")).hasMessageContaining("0.05 to 1");
    assertThatThrownBy(() -> SizeRange.of("1.5")).hasMessageContaining("1.5");
  }
}
