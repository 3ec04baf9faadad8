package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonParser;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.HeatmapExport;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeConstraintsTest {

  /** It takes 1 to 64 pictures, an even height from 4 to 128, and a width from 4. */
  private static final Path OPEN = Pt2Fixture.file("OpenSizes-2.15-saved.pt2");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s0                          | 4../1
          s44                         | 1..64/1
          s77                         | 8..64/1
          2*s44                       | 4..128/2
          Mul(Integer(2), s44)        | 4..128/2
          Mul(Integer(3), s77)        | 24..192/3
          Add(s77, Integer(-1))       | 7..63/1
          s77 + 1                     | 9..65/1
          Add(Mul(Integer(4), s77), Integer(1)) | 33..257/4
          Mul(s44, s77)               | 1../1
          other                       | 1../1
          """)
  void lengthsFollowFromThoseOfASymbol(String expression, String range) {
    RangeConstraints constraints =
        new RangeConstraints(
            JsonParser.parseString(
                    """
                    {"s0": {"min_val": 4, "max_val": null}, "s44": {"min_val": 2, "max_val": 64},
                     "2*s44": {"min_val": 4, "max_val": 128},
                     "s77": {"min_val": 8, "max_val": 64}}
                    """)
                .getAsJsonObject());
    LengthRange found = constraints.of(new Dimension(-1, expression));
    assertThat(found).hasToString(range);
    assertThat(LengthRange.parse(range)).contains(found);
    assertThat(found.has(found.least())).isTrue();
    assertThat(found.has(found.nearest(1000))).isTrue();
    assertThat(found.has(found.nearest(1))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          130 | 8 | the size given is 8x130; give 8x128, on the command line by --size
          7   | 8 | the size given is 8x7; give 8x6, on the command line by --size
          2   | 8 | the size given is 8x2; give 8x4, on the command line by --size
          8   | 3 | the size given is 3x8; give 4x8, on the command line by --size
          """)
  void otherSizesAreRefused(int height, int width, String sentence) throws IOException {
    try (Model model = ModelFile.of(OPEN).load();
        Network network = Network.of(model)) {
      String expected =
          "the network takes a height of 4 to 128 in steps of 2, a width of at least 4, 1 to 64"
              + " pictures at a time, but "
              + sentence
              + ", or export the model for other sizes";
      assertThatThrownBy(() -> network.layers(new Shape(3, height, width), null))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(expected);
      try (SplitModel whole = network.whole();
          NDManager arrays = network.manager().newSubManager()) {
        Shape shape = new Shape(1, 3, height, width);
        NDArray picture = NativeArrays.of(arrays, new float[3 * height * width], shape);
        assertThatThrownBy(() -> whole.head(whole.features(picture)))
            .isInstanceOf(UnsupportedException.class)
            .hasMessage(expected);
      }
    }
  }

  @Test
  void theRangeIsPartOfTheInput() throws IOException {
    try (Model model = ModelFile.of(OPEN).load()) {
      Preprocessing usual = Preprocessing.of(model);
      assertThat(usual.height()).isEqualTo(128);
      assertThat(NetworkFormats.input(model).described(new Shape(3, 128, 224)))
          .endsWith(
              "; it takes a height of 4 to 128 in steps of 2, a width of at least 4, 1 to 64"
                  + " pictures at a time");
    }
  }

  @Test
  void moreOrFewerPicturesGoThroughInParts() throws IOException {
    float[] all = logits(OPEN, 10);
    for (int[] range : new int[][] {{3, 4}, {16, 64}}) {
      Path limited = folder.resolve("limited-" + range[0] + ".pt2");
      RewrittenArchive archive = new RewrittenArchive(OPEN);
      archive
          .json(
              archive.graph(),
              json -> {
                var batch = json.getAsJsonObject("range_constraints").getAsJsonObject("s77");
                batch.addProperty("min_val", range[0]);
                batch.addProperty("max_val", range[1]);
              })
          .write(limited);
      assertThat(logits(limited, 10)).containsExactly(all, within(1e-5f));
      try (Model model = ModelFile.of(limited).load()) {
        assertThat(NetworkFormats.input(model).limits())
            .endsWith(", " + range[0] + " to " + range[1] + " pictures at a time");
      }
    }
  }

  private static float[] logits(Path file, int pictures) throws IOException {
    try (Model model = ModelFile.of(file).load();
        Network network = Network.of(model);
        SplitModel whole = network.whole();
        NDManager arrays = network.manager().newSubManager()) {
      float[] values = new float[pictures * 3 * 8 * 8];
      Random random = new Random(1);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      NDArray batch = NativeArrays.of(arrays, values, new Shape(pictures, 3, 8, 8));
      return whole.head(whole.features(batch)).toFloatArray();
    }
  }

  @Test
  void theWrittenFileKeepsThem() throws IOException {
    Path written = folder.resolve("map.onnx");
    HeatmapExport.of(OPEN).optMethod("saliency").write(written);
    try (Model model = ModelFile.of(written).load()) {
      assertThat(NetworkFormats.input(model).limits()).startsWith("a height of 4 to 128");
    }
  }
}
