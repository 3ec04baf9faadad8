package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaletteTest {

  /** CIE lightness of an sRGB colour. */
  private static double lightness(int color) {
    double y =
        0.2126 * linear(color >> 16 & 255)
            + 0.7152 * linear(color >> 8 & 255)
            + 0.0722 * linear(color & 255);
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  }

  private static double linear(int channel) {
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }

  @Test
  void lightnessRisesWithTheValue() {
    for (Palette palette : List.of(Palette.VIRIDIS, Palette.INFERNO)) {
      int[] colors = palette.colors();
      for (int i = 8; i < 256; i++) {
        assertThat(lightness(colors[i]))
            .as("%s at %d against %d", palette, i, i - 8)
            .isGreaterThan(lightness(colors[i - 8]));
      }
      for (int i = 1; i < 256; i++) {
        assertThat(lightness(colors[i])).isGreaterThan(lightness(colors[i - 1]) - 0.3);
      }
    }
  }

  @Test
  void colorsAreThoseOfMatplotlib() {
    // matplotlib 3.11, colormaps[name](i), for i = 0, 64, 100, 128, 200, 255
    check(Palette.VIRIDIS, 0x440154, 0x3B528B, 0x2A768E, 0x21918C, 0x70CF57, 0xFDE725);
    check(Palette.INFERNO, 0x000004, 0x57106E, 0x902568, 0xBC3754, 0xFB9D07, 0xFCFFA4);
    check(Palette.TURBO, 0x30123B, 0x28BCEB, 0x3FF68A, 0xA4FC3C, 0xF46617, 0x7A0403);
  }

  private static void check(Palette palette, int... wanted) {
    int[] at = {0, 64, 100, 128, 200, 255};
    for (int i = 0; i < at.length; i++) {
      int color = palette.colors()[at[i]];
      for (int shift = 0; shift <= 16; shift += 8) {
        assertThat(Math.abs((color >> shift & 255) - (wanted[i] >> shift & 255)))
            .as("%s at %d", palette, at[i])
            .isLessThanOrEqualTo(at[i] % 255 == 0 ? 0 : 2);
      }
    }
  }

  @Test
  void zeroIsWhiteInTheSignedPalette() {
    Palette palette = Palette.BLUE_WHITE_RED;
    assertThat(palette.color(0.5f)).isEqualTo(0xFFFFFF);
    assertThat(palette.diverging()).isTrue();
    int against = palette.color(0);
    int strong = palette.color(1);
    assertThat(against & 255).isGreaterThan(against >> 16 & 255);
    assertThat(strong >> 16 & 255).isGreaterThan(strong & 255);
    for (int i = 1; i < 128; i++) {
      assertThat(lightness(palette.colors()[i]))
          .isGreaterThanOrEqualTo(lightness(palette.colors()[i - 1]) - 0.3);
    }
  }

  @Test
  void numbersOutsideTakeTheEnds() {
    assertThat(Palette.VIRIDIS.color(-3)).isEqualTo(0x440154);
    assertThat(Palette.VIRIDIS.color(7)).isEqualTo(0xFDE725);
    assertThat(Palette.JET.color(0)).isEqualTo(0x000080);
    assertThat(Palette.JET.color(1)).isEqualTo(0x800000);
  }

  @Test
  void everyPaletteIsFoundByItsName() {
    for (Palette palette : Palette.all()) {
      assertThat(Palette.named(palette.name())).isSameAs(palette);
    }
    assertThat(Palette.named("Blue_White_Red")).isSameAs(Palette.BLUE_WHITE_RED);
    assertThatThrownBy(() -> Palette.named("magenta"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no palette 'magenta'; there are viridis, inferno, turbo, jet, blue-white-red");
  }

  @Test
  void keepsItsColorsToItself() {
    Palette.VIRIDIS.colors()[0] = 1;
    assertThat(Palette.VIRIDIS.colors()[0]).isEqualTo(0x440154);
    assertThatThrownBy(() -> new Palette("short", new int[3], false)).hasMessageContaining("256");
  }
}
