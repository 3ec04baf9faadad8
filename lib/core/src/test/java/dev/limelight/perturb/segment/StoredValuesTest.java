package dev.limelight.perturb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.limelight.segment.ColourPlanes;
import dev.limelight.segment.Dilation;
import dev.limelight.segment.Felzenszwalb;
import dev.limelight.segment.GoldenSegments;
import dev.limelight.segment.Segments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values of a small network's game as shap, lime and saliency have them. */
class StoredValuesTest {

  private static final Offset<Double> CLOSE = within(1e-8);

  private static JsonObject golden = new JsonObject();

  @BeforeAll
  static void read() throws IOException {
    golden = GoldenSegments.all();
  }

  /** Scores by the number of a set, whose bits are its segments. */
  private static Game game(double[] scores) {
    return sets -> sets.stream().mapToDouble(set -> scores[number(set)]).toArray();
  }

  private static int number(BitSet set) {
    return set.isEmpty() ? 0 : (int) set.toLongArray()[0];
  }

  private static double[] stored(String name) {
    return GoldenSegments.numbers(golden.get(name));
  }

  private static Hierarchy row(int leaves) {
    List<int[]> children = new ArrayList<>();
    halves(0, leaves, leaves, children);
    return new Hierarchy(leaves, children.toArray(int[][]::new));
  }

  private static int halves(int first, int count, int leaves, List<int[]> children) {
    if (count == 1) {
      return first;
    }
    int one = halves(first, count / 2, leaves, children);
    int other = halves(first + count / 2, count - count / 2, leaves, children);
    children.add(new int[] {one, other});
    return leaves + children.size() - 1;
  }

  @Test
  void kernelShapIsShaps() {
    double[] scores = stored("eight");
    Estimate found = ShapleyRegression.of(game(scores), 8, scores[0], scores[255], 1000, 0);
    assertThat(found.values()).containsExactly(stored("kernel-shap"), CLOSE);
  }

  @Test
  void partitionShapIsShaps() {
    double[] scores = stored("eight");
    Estimate found = OwenValues.of(game(scores), row(8), scores[0], scores[255], 10_000);
    assertThat(found.values()).containsExactly(stored("partition-shap"), CLOSE);
    assertThat(found.errors()).containsOnly(0);
  }

  @Test
  void partitionShapStopsWhereShapDoes() {
    double[] scores = stored("twelve");
    Estimate found = OwenValues.of(game(scores), row(12), scores[0], scores[4095], 60);
    assertThat(found.values()).containsExactly(stored("partition-shap of 12, 60 scores"), CLOSE);
    assertThat(found.notes().get("coalitions")).isEqualTo(60);
    assertThat(found.errors()).containsOnly(Double.NaN);
    assertThat(found.sum()).isCloseTo(scores[4095] - scores[0], CLOSE);
  }

  @Test
  void limeIsTheAuthors() {
    double[] scores = stored("eight");
    JsonObject lime = golden.getAsJsonObject("lime");
    List<BitSet> sets = new ArrayList<>();
    for (double number : GoldenSegments.numbers(lime.get("sets"))) {
      sets.add(BitSet.valueOf(new long[] {(long) number}));
    }
    Estimate found = new LimeRegression(0.25, 1).fit(sets, game(scores).scores(sets), 8);
    assertThat(found.values()).containsExactly(GoldenSegments.numbers(lime.get("values")), CLOSE);
    assertThat(found.notes().get("intercept"))
        .isCloseTo(lime.get("intercept").getAsDouble(), CLOSE);
    assertThat(found.notes().get("R squared")).isCloseTo(lime.get("share").getAsDouble(), CLOSE);
  }

  @Test
  void xraiIsTheAuthors() throws IOException {
    JsonObject xrai = golden.getAsJsonObject("xrai");
    ColourPlanes colours = GoldenSegments.colours("small").between(-1, 1);
    int width = colours.width();
    int height = colours.height();
    List<BitSet> candidates = new ArrayList<>();
    for (double scale : new double[] {50, 100, 150, 250, 500, 1200}) {
      // Sizes are in proportion to 224 x 224 pixels.
      double share = width * height / (224.0 * 224);
      Felzenszwalb way = new Felzenszwalb(scale / share, 0.8, (int) Math.round(150 / share));
      Segments segments = way.of(colours, null);
      for (int i = 0; i < segments.count(); i++) {
        BitSet set = new BitSet();
        Arrays.stream(segments.pixels(i)).forEach(set::set);
        candidates.add(Dilation.of(set, width, height, 5));
      }
    }
    Regions regions = Regions.of(GoldenSegments.numbers(xrai.get("attribution")), candidates, 50);
    assertThat(regions.values().size()).isGreaterThan(3);
    double[] map = new double[width * height];
    for (int i = 0; i < regions.values().size(); i++) {
      double value = regions.values().get(i);
      regions.pixels().get(i).stream().forEach(pixel -> map[pixel] = value);
    }
    assertThat(map).containsExactly(GoldenSegments.numbers(xrai.get("map")), CLOSE);
  }
}
