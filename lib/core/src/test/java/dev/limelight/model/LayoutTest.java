package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How layouts are read from shapes. */
class LayoutTest {

  private static final LayerPath LAYER = LayerPath.of("norm");

  private static Shape picture(long height, long width) {
    return new Shape(1, 3, height, width);
  }

  private static Layout tokens(long tokens, long height, long width) {
    return Layout.of(LAYER, new Shape(1, tokens, 64), picture(height, width), null, null);
  }

  /** Published networks: ViT-B/16, DeiT with distillation, DINOv2 with registers, Swin stages. */
  @ParameterizedTest
  @CsvSource({
    "197, 224, 224, 14x14, 1",
    "198, 224, 224, 14x14, 2",
    "196, 224, 224, 14x14, 0",
    "50, 224, 224, 7x7, 1",
    "577, 384, 384, 24x24, 1",
    "261, 224, 224, 16x16, 5",
    "1370, 518, 518, 37x37, 1",
    "1374, 518, 518, 37x37, 5",
    "3136, 224, 224, 56x56, 0",
    "49, 224, 224, 7x7, 0",
    "253, 224, 300, 14x18, 1",
    "267, 224, 300, 14x19, 1",
    "17, 64, 64, 4x4, 1",
    "13, 48, 64, 3x4, 1",
    "16, 48, 48, 4x4, 0",
    "37, 100, 100, 6x6, 1"
  })
  void tokensOfPublishedShapesAreRead(
      long tokens, long height, long width, String grid, int prefix) {
    Layout layout = tokens(tokens, height, width);
    assertThat(layout).isEqualTo(new Layout(Layout.Order.TOKENS, Grid.parse(grid), prefix));
  }

  @Property
  void aSquareGridOfEnoughPatchesIsAlwaysFound(
      @ForAll @IntRange(min = 4, max = 40) int side,
      @ForAll @IntRange(min = 1, max = 20) int patch,
      @ForAll @IntRange(min = 0, max = 2) int prefix) {
    Layout layout = tokens((long) side * side + prefix, (long) side * patch, (long) side * patch);
    assertThat(layout).isEqualTo(new Layout(Layout.Order.TOKENS, new Grid(side, side), prefix));
  }

  @Property
  void whatIsReadHasTheTokensAndTheRatio(
      @ForAll @IntRange(min = 8, max = 120) int height,
      @ForAll @IntRange(min = 8, max = 120) int width,
      @ForAll @IntRange(min = 1, max = 500) int tokens) {
    for (Layout layout : Layout.readings(new Shape(1, tokens, 8), picture(height, width), null)) {
      Grid grid = layout.grid();
      assertThat(grid.locations() + layout.prefix()).isEqualTo(tokens);
      assertThat(layout.prefix()).isBetween(0, 8);
      // Sides of one length leave so many rows and columns, give or take one.
      double expected = (double) grid.height() * width / height;
      assertThat((double) grid.width())
          .isBetween(
              expected * (grid.height() - 1) / grid.height() - 1,
              expected * (grid.height() + 1) / grid.height() + 1);
    }
  }

  @Property
  void theTrueGridIsReadOrAskedFor(
      @ForAll @IntRange(min = 2, max = 12) int h,
      @ForAll @IntRange(min = 2, max = 12) int w,
      @ForAll @IntRange(min = 1, max = 16) int patch,
      @ForAll @IntRange(min = 0, max = 2) int prefix) {
    Shape output = new Shape(1, (long) h * w + prefix, 8);
    Layout truth = new Layout(Layout.Order.TOKENS, new Grid(h, w), prefix);
    Shape picture = picture((long) h * patch, (long) w * patch);
    assertThat(Layout.readings(output, picture, null)).contains(truth);
    assertThat(Layout.of(LAYER, output, picture, new Grid(h, w), null)).isEqualTo(truth);
  }

  @Test
  void anAmbiguousGridIsAskedForByItsCandidates() {
    assertThatThrownBy(() -> tokens(12, 48, 48))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer 'norm' gives (1, 12, 64)")
        .hasMessageContaining("2x2 places behind 8 other tokens")
        .hasMessageContaining("3x3 places behind 3 other tokens")
        .hasMessageContaining("optGrid(h, w) or --grid HxW");
  }

  @Test
  void tokensThatFormNoGridAreRefused() {
    assertThatThrownBy(() -> tokens(215, 224, 224))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1, 215, 64)")
        .hasMessageContaining("no grid of a 224x224 picture")
        .hasMessageContaining("optGrid(h, w)");
  }

  @Test
  void aGivenGridLeavesTheRestAsPrefix() {
    Layout layout =
        Layout.of(LAYER, new Shape(2, 247, 8), new Shape(2, 3, 224, 224), new Grid(14, 14), null);
    assertThat(layout).isEqualTo(new Layout(Layout.Order.TOKENS, new Grid(14, 14), 51));
    assertThatThrownBy(
            () -> Layout.of(LAYER, new Shape(1, 197, 8), picture(224, 224), new Grid(15, 15), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fewer tokens than a grid of 15x15");
  }

  @ParameterizedTest
  @CsvSource({
    // Swin at 224 and 448, and at a picture that is padded.
    "56, 56, 96, 224, 224, CHANNELS_LAST",
    "7, 7, 768, 224, 224, CHANNELS_LAST",
    "112, 112, 96, 448, 448, CHANNELS_LAST",
    "28, 38, 192, 224, 300, CHANNELS_LAST",
    "7, 10, 768, 224, 300, CHANNELS_LAST",
    // Convolutions, with and without padding.
    "512, 7, 7, 224, 224, CHANNELS_FIRST",
    "16, 16, 16, 64, 64, CHANNELS_FIRST",
    "30, 62, 62, 64, 64, CHANNELS_FIRST",
    "32, 64, 128, 128, 256, CHANNELS_FIRST",
    "32, 1, 1, 64, 64, CHANNELS_FIRST",
    "16, 16, 1, 64, 64, CHANNELS_FIRST",
    // Heads of attention stay what they were.
    "12, 197, 64, 224, 224, CHANNELS_FIRST",
    "12, 197, 197, 224, 224, CHANNELS_FIRST"
  })
  void fourDimensionsAreReadByTheRatioOfThePicture(
      long a, long b, long c, long height, long width, Layout.Order order) {
    Layout layout = Layout.of(LAYER, new Shape(1, a, b, c), picture(height, width), null, null);
    assertThat(layout.order()).isEqualTo(order);
  }

  @Property
  void mapsOfSquarePicturesThatAreSquareStayChannelsFirst(
      @ForAll @IntRange(min = 1, max = 300) int channels,
      @ForAll @IntRange(min = 1, max = 100) int side,
      @ForAll @IntRange(min = 1, max = 300) int picture) {
    assertThat(Layout.readings(new Shape(1, channels, side, side), picture(picture, picture), null))
        .containsExactly(Layout.CHANNELS_FIRST);
  }

  @Test
  void aGivenGridDecidesBetweenFirstAndLast() {
    Shape output = new Shape(1, 32, 64, 128);
    assertThat(Layout.of(LAYER, output, picture(128, 256), new Grid(32, 64), null).order())
        .isEqualTo(Layout.Order.CHANNELS_LAST);
    assertThat(Layout.of(LAYER, output, picture(128, 256), new Grid(64, 128), null).order())
        .isEqualTo(Layout.Order.CHANNELS_FIRST);
    // A map without padding beside a stride that happens to give its channels.
    assertThatThrownBy(() -> Layout.of(LAYER, new Shape(1, 16, 12, 8), picture(64, 48), null, null))
        .hasMessageContaining("12x8 places, channels first, or 16x12 places, channels last");
    // The first stage of Swin at a picture that makes it look like 56 channels.
    assertThat(Layout.readings(new Shape(1, 56, 75, 96), picture(224, 300), null)).hasSize(2);
  }

  @Test
  void vectorsAndOtherBatchesAreNoMaps() {
    for (Shape shape :
        new Shape[] {
          new Shape(1, 10),
          new Shape(1, 256, 1),
          new Shape(1, 1, 256),
          new Shape(64, 49, 96),
          new Shape(64, 7, 7, 96),
          new Shape(1, 3, 12, 197, 64)
        }) {
      assertThat(Layout.readings(shape, picture(224, 224), null)).as("%s", shape).isEmpty();
    }
    assertThatThrownBy(() -> Layout.of(LAYER, new Shape(1, 10), picture(224, 224), null, null))
        .hasMessageContaining("layer 'norm' gives (1, 10)")
        .hasMessageContaining("choose another layer");
  }

  @Test
  void gridsAreWrittenAsTheyAreRead() {
    assertThat(Grid.parse("14x7")).isEqualTo(new Grid(14, 7)).hasToString("14x7");
    for (String text : new String[] {"14", "x", "0x3", "14x", "-1x2", "7*7"}) {
      assertThatThrownBy(() -> Grid.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("grid");
    }
  }
}
