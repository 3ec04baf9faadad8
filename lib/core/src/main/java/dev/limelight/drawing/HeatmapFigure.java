package dev.limelight.drawing;

import dev.limelight.image.Heatmap;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A heatmap without a picture: each cell as a square, or smoothly, with a colour bar. Maps with
 * negative values are drawn in blue, white and red unless another palette is set.
 */
public final class HeatmapFigure implements Tile {

  private final Heatmap map;
  private final Palette palette;
  private final Scale scale;
  private final boolean smooth;
  private final boolean bar;
  private final int size;
  private final String caption;

  private HeatmapFigure(Builder builder) {
    map = Objects.requireNonNull(builder.map, "setHeatmap is required");
    boolean signed = map.min() < 0;
    palette =
        builder.palette != null
            ? builder.palette
            : signed ? Palette.BLUE_WHITE_RED : Palette.VIRIDIS;
    scale = builder.scale != null ? builder.scale : Scale.of(map, palette, true);
    smooth = builder.smooth;
    bar = builder.bar;
    size = builder.size;
    caption = builder.caption;
  }

  /** A figure of a map with the default settings. */
  public static HeatmapFigure of(Heatmap map) {
    return builder().setHeatmap(map).build();
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public BufferedImage toImage() {
    return Text.below(body(size * Text.SCALE), caption, "");
  }

  @Override
  public BufferedImage body(int height) {
    int width = Math.max(1, (int) Math.round((double) height * map.width() / map.height()));
    BufferedImage cells = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Heatmap resized = smooth ? map.resized(width, height) : map;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float value =
            smooth
                ? resized.get(x, y)
                : map.get(
                    (int) ((long) x * map.width() / width),
                    (int) ((long) y * map.height() / height));
        cells.setRGB(x, y, palette.color(scale.at(value)));
      }
    }
    return bar ? withBar(cells, palette, scale, map.unit()) : cells;
  }

  /** A drawing with a colour bar on its right, if it is high enough for one. */
  static BufferedImage withBar(BufferedImage drawing, Palette palette, Scale scale, String unit) {
    int height = drawing.getHeight();
    if (height < 40 * Text.SCALE) {
      return drawing;
    }
    ColorBar bar = new ColorBar(palette, scale.min(), scale.max(), unit);
    BufferedImage image = Text.canvas(drawing.getWidth() + bar.width(height), height);
    Graphics2D g = Text.brush(image);
    try {
      g.drawImage(drawing, 0, 0, null);
      bar.paint(g, drawing.getWidth(), 0, height);
    } finally {
      g.dispose();
    }
    return image;
  }

  @Override
  public String caption() {
    return caption;
  }

  @Override
  public String altText() {
    String text =
        String.format(Locale.ROOT, "Heatmap of %d x %d cells ", map.width(), map.height())
            + (map.min() == map.max()
                ? "that are all " + map.format(map.max()) + "."
                : String.format(
                    Locale.ROOT,
                    "from %s to %s, largest in column %d of row %d.",
                    Heatmap.number(map.min()),
                    map.format(map.max()),
                    map.peak().x() + 1,
                    map.peak().y() + 1));
    return caption.isEmpty() ? text : caption + ". " + text;
  }

  /** The settings of a {@link HeatmapFigure}. */
  public static final class Builder {

    private @Nullable Heatmap map;
    private @Nullable Palette palette;
    private @Nullable Scale scale;
    private boolean smooth;
    private boolean bar = true;
    private int size = 200;
    private String caption = "";

    private Builder() {}

    /** The map to draw; required. */
    public Builder setHeatmap(Heatmap map) {
      this.map = map;
      return this;
    }

    /** The colours. */
    public Builder optPalette(Palette palette) {
      this.palette = palette;
      return this;
    }

    /** The values at the palette's ends; by default the smallest and largest, including zero. */
    public Builder optScale(double min, double max) {
      this.scale = new Scale(min, max);
      return this;
    }

    /** Whether to interpolate between cells (bilinear); by default each is a plain square. */
    public Builder optSmooth(boolean smooth) {
      this.smooth = smooth;
      return this;
    }

    /** Whether to draw a colour bar on the right of the map; by default true. */
    public Builder optColorBar(boolean bar) {
      this.bar = bar;
      return this;
    }

    /** The map's height in CSS pixels; 200 by default. */
    public Builder optSize(int size) {
      this.size = Overlay.checkSize(size);
      return this;
    }

    /** The text below the map. */
    public Builder optCaption(String caption) {
      this.caption = Objects.requireNonNull(caption, "caption");
      return this;
    }

    /** The figure. */
    public HeatmapFigure build() {
      return new HeatmapFigure(this);
    }
  }
}
