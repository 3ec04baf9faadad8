package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ContourTest {

  private interface Field {
    double at(double x, double y);
  }

  private static Heatmap sampled(int width, int height, Field field) {
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) field.at(i % width + 0.5, i / width + 0.5);
    }
    return new Heatmap(width, height, values, "");
  }

  private static int count(Path2D path, int kind) {
    int count = 0;
    for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
      count += i.currentSegment(new double[6]) == kind ? 1 : 0;
    }
    return count;
  }

  @Test
  void aConeIsCutInADisc() {
    Heatmap cone = sampled(60, 50, (x, y) -> 20 - Math.hypot(x - 30, y - 24));
    Path2D disc = Contour.of(cone, 5);
    assertThat(Contour.area(disc)).isCloseTo(Math.PI * 15 * 15, within(2.0));
    assertThat(disc.contains(30, 24)).isTrue();
    assertThat(disc.contains(30 + 14.8, 24)).isTrue();
    assertThat(disc.contains(30 + 15.2, 24)).isFalse();
    // the area at half of the maximum; the maximum is half a cell's diagonal off the tip
    double radius = 20 - cone.max() / 2;
    assertThat(Contour.area(Contour.halfMaximum(cone)))
        .isCloseTo(Math.PI * radius * radius, within(1.0));
  }

  @Test
  void aRingHasAHole() {
    Heatmap ring = sampled(60, 60, (x, y) -> -Math.abs(Math.hypot(x - 30, y - 30) - 15));
    Path2D path = Contour.of(ring, -5);
    assertThat(count(path, PathIterator.SEG_MOVETO)).isEqualTo(2);
    assertThat(Contour.area(path)).isCloseTo(Math.PI * (400 - 100), within(6.0));
    assertThat(path.contains(30, 30)).isFalse();
    assertThat(path.contains(45, 30)).isTrue();
  }

  @Test
  void linesCloseAlongTheBorder() {
    Heatmap half = sampled(10, 8, (x, y) -> x);
    Path2D path = Contour.of(half, 4);
    assertThat(path.getBounds2D().getMinX()).isCloseTo(4, within(1e-9));
    assertThat(path.getBounds2D().getMaxX()).isEqualTo(10);
    assertThat(path.getBounds2D().getMinY()).isEqualTo(0);
    assertThat(path.getBounds2D().getMaxY()).isEqualTo(8);
    assertThat(Contour.area(Contour.of(half, -1))).isCloseTo(80, within(0.6));
  }

  @Test
  void noPositiveValueHasNoContour() {
    Heatmap blank = new Heatmap(2, 2, new float[] {-1, -2, -3, 0}, "");
    assertThat(count(Contour.halfMaximum(blank), PathIterator.SEG_MOVETO)).isZero();
  }

  @Test
  void saddlesFollowTheirMiddle() {
    Heatmap joined = Heatmap.of(new float[][] {{1, 0.4f}, {0.4f, 1}}, "");
    Heatmap apart = Heatmap.of(new float[][] {{1, 0}, {0, 0.9f}}, "");
    assertThat(count(Contour.of(joined, 0.5f), PathIterator.SEG_MOVETO)).isEqualTo(1);
    assertThat(count(Contour.of(apart, 0.5f), PathIterator.SEG_MOVETO)).isEqualTo(2);
  }

  @Property(tries = 100)
  void everyCellIsOnItsSide(@ForAll long seed) {
    Random random = new Random(seed);
    Heatmap noise = sampled(9, 7, (x, y) -> random.nextGaussian());
    Path2D path = Contour.of(noise, 0.1f);
    assertThat(count(path, PathIterator.SEG_CLOSE)).isEqualTo(count(path, PathIterator.SEG_MOVETO));
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 9; x++) {
        assertThat(path.contains(x + 0.5, y + 0.5))
            .as("cell %d, %d of seed %d", x, y, seed)
            .isEqualTo(noise.get(x, y) >= 0.1f);
      }
    }
  }
}
