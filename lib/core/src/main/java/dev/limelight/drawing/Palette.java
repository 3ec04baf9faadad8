package dev.limelight.drawing;

import dev.limelight.image.Rgb;
import dev.limelight.io.UnknownNameException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * 256 colours for the numbers from 0 to 1.
 *
 * @param name by which {@link #named(String)} finds it
 * @param colors 256 opaque colours, 0xRRGGBB; copied in and out
 * @param diverging whether the middle, 0.5, means zero and both ends mean strong
 */
public record Palette(String name, int[] colors, boolean diverging) {

  // Viridis and inferno by S. van der Walt, N. Smith and E. Firing (matplotlib, CC0): 52 colours of
  // each; interpolated ones differ by at most 1/255. Turbo by A. Mikhailov (Google, Apache-2.0).

  /** The default: it gets lighter with the value, also in a grey print and for the colour-blind. */
  public static final Palette VIRIDIS =
      spec(
          "viridis",
          "440154,46085c,471063,481769,481d6f,482475,472a7a,46307e,453781,433d84,414287,3f4889,"
              + "3d4e8a,3a538b,38598c,355e8d,33638d,31688e,2e6d8e,2c718e,2a768e,297b8e,27808e,"
              + "25848e,23898e,218e8d,20928c,1f978b,1e9c89,1fa188,21a585,24aa83,28ae80,2eb37c,"
              + "35b779,3dbc74,46c06f,50c46a,5ac864,65cb5e,70cf57,7cd250,89d548,95d840,a2da37,"
              + "b0dd2f,bddf26,cae11f,d8e219,e5e419,f1e51d,fde725");

  /** Black, purple, orange, pale yellow: it gets lighter with the value. */
  public static final Palette INFERNO =
      spec(
          "inferno",
          "000004,02020c,050417,0a0722,10092d,160b39,1e0c45,260c51,2f0a5b,380962,400a67,490b6a,"
              + "510e6c,59106e,61136e,69166e,71196e,781c6d,801f6c,88226a,902568,982766,a02a63,"
              + "a82e5f,b0315b,b73557,bf3952,c63d4d,cc4248,d34743,d94d3d,df5337,e45a31,e9612b,"
              + "ed6925,f1711f,f47918,f78212,f98b0b,fa9407,fb9d07,fca60c,fcb014,fbba1f,fac42a,"
              + "f8cd37,f6d746,f4e156,f2ea69,f2f27d,f5f992,fcffa4");

  /** A smoother rainbow; its lightness rises and falls. */
  public static final Palette TURBO =
      spec(
          "turbo",
          "30123b,36215f,3b2f80,3f3e9c,424bb5,4559cb,4666dd,4773eb,4680f6,458cfd,4099ff,38a5fb,"
              + "2fb2f4,27bee9,1fc9dd,1ad4d0,18ddc2,1ae4b6,22ebaa,2ff19b,3ff68a,52fa7a,65fd69,"
              + "79fe59,8bff4b,9cfe40,a9fb39,b7f735,c3f134,d0ea34,dbe236,e5d938,eecf3a,f5c53a,"
              + "faba39,fdae35,fea130,fe932a,fc8423,f9751d,f46617,ef5811,e84b0c,e14109,d83706,"
              + "ce2d04,c32503,b71d02,a91601,9b0f01,8b0902,7a0403");

  /** The rainbow of the first papers, for comparison with their figures. */
  public static final Palette JET =
      spec("jet", "000080,0000ff,0080ff,00ffff,80ff80,ffff00,ff8000,ff0000,800000");

  /** For signed maps: blue for negative values, white for zero, red for positive values. */
  public static final Palette BLUE_WHITE_RED = blueWhiteRed();

  /** Checks and copies. */
  public Palette {
    if (colors.length != 256) {
      throw new IllegalArgumentException("a palette needs 256 colours, but got " + colors.length);
    }
    colors = colors.clone();
  }

  /** All palettes, the default first. */
  public static List<Palette> all() {
    return List.of(VIRIDIS, INFERNO, TURBO, JET, BLUE_WHITE_RED);
  }

  /**
   * Finds a palette by its name, ignoring case and hyphens.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Palette named(String name) {
    String plainName = plain(name);
    return all().stream()
        .filter(palette -> plain(palette.name).equals(plainName))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "palette", name, all().stream().map(Palette::name).toList()));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  /**
   * A palette that interpolates linearly between evenly spaced colours.
   *
   * @param spec at least two colours RRGGBB, separated by commas
   */
  public static Palette spec(String name, String spec) {
    return new Palette(name, ramp(spec, 256), false);
  }

  /** A copy of the 256 colours, 0xRRGGBB. */
  @Override
  public int[] colors() {
    return colors.clone();
  }

  /** The colour of a number, 0xRRGGBB; numbers outside [0, 1] get that of the nearest end. */
  public int color(float t) {
    return colors[Math.max(0, Math.min(255, Math.round(t * 255)))];
  }

  private static Palette blueWhiteRed() {
    // Two halves that both end in white, so that zero is white although 256 is even.
    int[] colors = new int[256];
    System.arraycopy(ramp("08306b,1f5fae,5b9bd5,aecdea,ffffff", 128), 0, colors, 0, 128);
    System.arraycopy(ramp("ffffff,f6b8a6,e0664f,b51f2e,67000d", 128), 0, colors, 128, 128);
    return new Palette("blue-white-red", colors, true);
  }

  private static int[] ramp(String spec, int count) {
    int[] anchors =
        Arrays.stream(spec.split(",")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    int[] colors = new int[count];
    for (int i = 0; i < count; i++) {
      float position = i * (anchors.length - 1f) / (count - 1);
      int left = Math.min((int) position, anchors.length - 2);
      colors[i] = Rgb.mix(anchors[left], anchors[left + 1], position - left);
    }
    return colors;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Palette that
        && name.equals(that.name)
        && diverging == that.diverging
        && Arrays.equals(colors, that.colors);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
