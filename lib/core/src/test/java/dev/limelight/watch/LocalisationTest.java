package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a network whose map is known: the mean red less green of each four by four pixels. */
class LocalisationTest {

  private static final int SIDE = 32;
  private static final int CELL = 4;

  private static Model model;
  private static Explainer explainer;

  @BeforeAll
  static void network() {
    model = Model.newInstance("red", "MXNet");
    SequentialBlock block =
        new SequentialBlock()
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(CELL, CELL))
                    .optStride(new Shape(CELL, CELL))
                    .setFilters(1)
                    .optBias(false)
                    .build())
            .add(Pool.globalAvgPool2dBlock())
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(1).optBias(false).build());
    block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIDE, SIDE));
    for (Parameter parameter : block.getParameters().values()) {
      float[] values = new float[(int) parameter.getArray().size()];
      int red = values.length == 1 ? 1 : CELL * CELL;
      for (int i = 0; i < Math.min(values.length, 2 * red); i++) {
        values[i] = (i < red ? 1f : -1f) / red;
      }
      parameter.getArray().set(values);
    }
    model.setBlock(block);
    explainer = Explainer.of(model);
  }

  @AfterAll
  static void close() {
    explainer.close();
    model.close();
  }

  private static Explanation explain(Picture picture, Fit fit) {
    return explainer
        .with(Preprocessing.of(SIDE, SIDE).fitted(fit))
        .explain(picture, new GradCam(), Target.of(0));
  }

  /** Red where the mask is, else black. */
  private static Picture picture(Mask red) {
    return picture(red, 0);
  }

  private static Picture picture(Mask red, int ground) {
    int[] rgb = new int[red.width() * red.height()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = red.get(i % red.width(), i / red.width()) ? 0xFF0000 : ground;
    }
    return Picture.of(red.width(), red.height(), rgb, "red");
  }

  private static Mask box(int width, int height, int x, int y, int w, int h) {
    boolean[] cells = new boolean[width * height];
    for (int row = y; row < y + h; row++) {
      for (int column = x; column < x + w; column++) {
        cells[row * width + column] = true;
      }
    }
    return new Mask(width, height, cells);
  }

  private static Map<String, Double> scores(Mask red, Mask object) {
    return Localisation.of(explain(picture(red), Fit.STRETCH), object);
  }

  @Test
  void thePeakMayMissByTheTolerance() {
    Mask red = box(SIDE, SIDE, 16, 16, CELL, CELL);
    assertThat(scores(red, red)).containsEntry("pointing-game", 1.0);
    Heatmap map = explain(picture(red), Fit.STRETCH).map();
    int peak = (int) ((map.peak().x() + 0.5) * SIDE / map.width());
    for (int gap = 0; gap <= 4; gap++) {
      Mask beside = box(SIDE, SIDE, peak + gap, 0, 2, SIDE);
      assertThat(scores(red, beside).get("pointing-game"))
          .as("%d pixels beside the peak", gap)
          .isEqualTo(gap <= SIDE * 15 / 224.0 ? 1.0 : 0.0);
    }
  }

  @Test
  void aMapOnTheObjectAloneHasMoreEnergyThere() {
    Mask object = box(SIDE, SIDE, 8, 8, 8, 8);
    double on = scores(object, object).get("energy-in-mask");
    double off = scores(box(SIDE, SIDE, 20, 20, 8, 8), object).get("energy-in-mask");
    assertThat(on).isBetween(0.5, 1.0);
    assertThat(off).isZero();
    assertThat(scores(object, box(SIDE, SIDE, 0, 0, SIDE, SIDE)))
        .containsOnlyKeys("area-above-half");
  }

  @Test
  void aBlankMapIsNotScoredAndNoMaskLeavesTheArea() {
    Mask nowhere = new Mask(SIDE, SIDE, new boolean[SIDE * SIDE]);
    assertThat(scores(nowhere, box(SIDE, SIDE, 0, 0, 4, 4)))
        .containsExactly(Map.entry("area-above-half", 0.0));
    Map<String, Double> unknown = scores(box(SIDE, SIDE, 0, 0, 16, SIDE), null);
    assertThat(unknown).containsOnlyKeys("area-above-half");
    assertThat(unknown.get("area-above-half")).isCloseTo(0.5, within(0.02));
  }

  /** By hand: each pixel of what the network saw, the map between the middles of its cells. */
  @ParameterizedTest
  @EnumSource(Fit.class)
  void partsThatTheNetworkDoesNotSeeAndBarsThatItDoesAreCountedRight(Fit fit) {
    Random random = new Random(3);
    for (int round = 0; round < 10; round++) {
      int width = 2 * (20 + random.nextInt(40));
      int height = 2 * (20 + random.nextInt(40));
      Mask object =
          box(width, height, random.nextInt(width / 2), random.nextInt(height / 2), width / 3, 17);
      Explanation seen = explain(picture(object, round % 2 == 0 ? 0 : 0x006000), fit);
      Rectangle2D region = Preprocessing.of(SIDE, SIDE).fitted(fit).visibleRegion(width, height);
      double here = 0;
      double all = 0;
      for (int y = 0; y < region.getHeight(); y++) {
        for (int x = 0; x < region.getWidth(); x++) {
          double value =
              between(
                  seen.map().positive(),
                  (x + 0.5) / region.getWidth() * seen.map().width() - 0.5,
                  (y + 0.5) / region.getHeight() * seen.map().height() - 0.5);
          all += value;
          here += object.get(x + (int) region.getX(), y + (int) region.getY()) ? value : 0;
        }
      }
      Map<String, Double> scores = Localisation.of(seen, object);
      assertThat(scores.get("energy-in-mask")).isCloseTo(here / all, within(1e-4));
      double reach = Math.min(region.getWidth(), region.getHeight()) * 15 / 224;
      double hits = 0;
      for (Heatmap.Point peak : seen.map().peaks()) {
        double x = region.getX() + (peak.x() + 0.5) / seen.map().width() * region.getWidth();
        double y = region.getY() + (peak.y() + 0.5) / seen.map().height() * region.getHeight();
        hits += object.near((int) Math.floor(x), (int) Math.floor(y), reach) ? 1 : 0;
      }
      assertThat(scores.get("pointing-game")).isEqualTo(hits / seen.map().peaks().size());
    }
  }

  private static double between(Heatmap map, double x, double y) {
    double column = Math.max(0, Math.min(map.width() - 1, x));
    double row = Math.max(0, Math.min(map.height() - 1, y));
    int left = (int) column;
    int top = (int) row;
    int right = Math.min(left + 1, map.width() - 1);
    int bottom = Math.min(top + 1, map.height() - 1);
    double across = column - left;
    double down = row - top;
    return (1 - down) * ((1 - across) * map.get(left, top) + across * map.get(right, top))
        + down * ((1 - across) * map.get(left, bottom) + across * map.get(right, bottom));
  }

  @Test
  void aSmallPositiveCellAmongNegativeOnesIsNotLost() {
    Mask cell = box(SIDE, SIDE, 12, 12, CELL, CELL);
    Mask most = box(SIDE, SIDE, 12, 12, 3, 3);
    Explanation seen = explain(picture(most, 0x00FF00), Fit.STRETCH);
    assertThat(seen.map().resized(SIDE, SIDE).isBlank()).isTrue();
    assertThat(Localisation.of(seen, cell))
        .containsEntry("pointing-game", 1.0)
        .hasEntrySatisfying("energy-in-mask", share -> assertThat(share).isBetween(0.4, 1.0));
  }

  @Test
  void whatTheCropLeavesOutIsNotScored() {
    Mask outside = box(96, 32, 0, 0, 16, 32);
    Mask inside = box(96, 32, 40, 8, 8, 8);
    Explanation seen = explain(picture(inside), Fit.CROP);
    assertThat(Localisation.of(seen, inside)).containsEntry("pointing-game", 1.0);
    assertThat(Localisation.of(seen, outside)).containsOnlyKeys("area-above-half");
    assertThat(seen.cropped(inside)).isEqualTo(box(32, 32, 8, 8, 8, 8));
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    Explanation seen = explain(picture(box(SIDE, SIDE, 0, 0, 8, 8)), Fit.CROP);
    assertThatThrownBy(() -> seen.cropped(box(8, 8, 0, 0, 1, 1)))
        .hasMessageContaining("32 x 32", "8 x 8");
  }
}
