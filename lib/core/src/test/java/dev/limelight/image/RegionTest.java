package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.image.Threshold.Energy;
import dev.limelight.image.Threshold.ShareOfMaximum;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RegionTest {

  private static final Threshold HALF = new ShareOfMaximum(0.5);

  private static Heatmap map(String... rows) {
    float[] values = new float[rows.length * rows[0].length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[i / rows[0].length()].charAt(i % rows[0].length()) - '0';
    }
    return new Heatmap(rows[0].length(), rows.length, values, "logit");
  }

  private static int lines(Path2D path) {
    int lines = 0;
    for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
      lines += i.currentSegment(new double[6]) == PathIterator.SEG_MOVETO ? 1 : 0;
    }
    return lines;
  }

  @Test
  void eachPartHasItsBoxShareAndPeak() {
    List<Region> regions = Region.all(map("5500", "0009", "4007", "0000"), HALF);
    assertThat(regions).hasSize(2);
    assertThat(regions.get(0).box()).isEqualTo(new Rectangle(3, 1, 1, 2));
    assertThat(regions.get(0).share()).isEqualTo(16 / 30.0);
    assertThat(regions.get(0).peak()).isEqualTo(new Heatmap.Point(3, 1));
    assertThat(regions.get(1).box()).isEqualTo(new Rectangle(0, 0, 2, 1));
    assertThat(regions.get(1).share()).isEqualTo(10 / 30.0);
    assertThat(regions.get(1).peak()).isEqualTo(new Heatmap.Point(0, 0));
    assertThat(Region.all(map("00"), HALF)).isEmpty();
  }

  @Test
  void theyAreSortedByShareOrByArea() {
    List<Region> regions = Region.all(map("90555", "90000"), HALF);
    assertThat(regions).extracting(Region::area).containsExactly(2, 3);
    assertThat(regions.stream().sorted(Region.BY_AREA).map(Region::area)).containsExactly(3, 2);
  }

  @Test
  void whatLiesBeyondThePictureIsLeftOut() {
    Rectangle picture = new Rectangle(4, 2);
    Rectangle place = new Rectangle(-2, 0, 8, 2);
    List<Region> regions = Region.all(map("90019900", "00099999"), HALF, place, picture);
    assertThat(regions).hasSize(1);
    assertThat(regions.get(0).box()).isEqualTo(new Rectangle(1, 0, 3, 2));
    assertThat(regions.get(0).mask().cells()).containsExactly(false, true, true, true, true, true);
    assertThat(regions.get(0).peak()).isEqualTo(new Heatmap.Point(2, 0));
    assertThat(regions.get(0).share()).isCloseTo(45 / 73.0, within(1e-9));
  }

  @Test
  void anOutlineGoesAroundHoles() {
    Region ring = Region.all(map("0000", "0999", "0909", "0999"), HALF).get(0);
    Path2D outline = ring.outline();
    assertThat(lines(outline)).isEqualTo(2);
    assertThat(Contour.area(outline)).isCloseTo(8 - 0.5 + 0.5, within(1e-6));
    assertThat(outline.contains(2.5, 2.5)).isFalse();
    assertThat(outline.contains(1.5, 2.5)).isTrue();
    assertThat(outline.getBounds2D().getMaxX()).isCloseTo(4, within(1e-6));
    assertThat(outline.getBounds2D().getMinX()).isCloseTo(1, within(1e-6));
  }

  @Test
  void aMaskOfAnotherSizeThanTheBoxIsRefused() {
    Mask mask = new Mask(1, 1, new boolean[] {true});
    assertThatThrownBy(() -> new Region(mask, new Rectangle(2, 1), 1, new Heatmap.Point(0, 0)))
        .hasMessageContaining("2 x 1, but got one of 1 x 1");
  }

  @Property(tries = 200)
  void regionsAreTheMaskTakenApart(@ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[9 * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Heatmap map = new Heatmap(9, 8, values, "logit");
    Threshold threshold = new Energy(0.8);
    Mask whole = threshold.of(map);
    List<Region> regions = Region.all(map, threshold);
    assertThat(regions.stream().mapToInt(Region::area).sum()).isEqualTo(whole.area());
    assertThat(regions.stream().mapToDouble(Region::share).sum()).isBetween(0.8 - 1e-6, 1.0);
    assertThat(regions).isSortedAccordingTo(Region.BY_SHARE);
    int[] owners = new int[values.length];
    for (Region region : regions) {
      Rectangle box = region.box();
      Path2D outline = region.outline();
      assertThat(region.mask().bounds()).isEqualTo(new Rectangle(box.width, box.height));
      assertThat(region.mask().largest()).isEqualTo(region.mask());
      double holes = lines(outline) - 1;
      assertThat(Contour.area(outline)).isCloseTo(region.area() - 0.5 + holes / 2, within(1e-5));
      for (int i = 0; i < values.length; i++) {
        boolean in = region.mask().get(i % 9 - box.x, i / 9 - box.y);
        owners[i] += in ? 1 : 0;
        assertThat(outline.contains(i % 9 + 0.5, i / 9 + 0.5)).isEqualTo(in);
        if (in) {
          assertThat(map.get(region.peak().x(), region.peak().y()))
              .isGreaterThanOrEqualTo(values[i]);
        }
      }
    }
    for (int i = 0; i < values.length; i++) {
      assertThat(owners[i]).isEqualTo(whole.cells()[i] ? 1 : 0);
    }
  }
}
