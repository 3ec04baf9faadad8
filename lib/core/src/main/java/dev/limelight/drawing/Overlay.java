package dev.limelight.drawing;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Contour;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A picture with a heatmap over it: the stronger the evidence, the more of its colour shows. A line
 * surrounds everything above half of the maximum, a mark is at the peak, and a colour bar has
 * numbers and a unit. A map of single pixels is drawn on the grey picture, without lines, and its
 * colours end at a high percentile. With a map without positive values, the picture is grey, and
 * the caption says so.
 */
public final class Overlay implements Tile {

  private final Picture picture;
  private final Heatmap map;
  private final PlacedMap placed;
  private final Palette palette;
  private final Scale scale;
  private final float opacity;
  private final boolean contour;
  private final boolean peak;
  private final boolean bar;
  private final boolean legend;

  /** Whether the map is of single pixels, as those of gradients are. */
  private final boolean grainy;

  private final @Nullable Rectangle2D box;
  private final int size;
  private final String caption;
  private final Builder builder;

  private Overlay(Builder settings) {
    builder = settings;
    picture = Objects.requireNonNull(builder.picture, "setPicture is required");
    map = Objects.requireNonNull(builder.map, "setHeatmap is required");
    placed =
        new PlacedMap(
            map,
            builder.region != null
                ? builder.region
                : new Rectangle2D.Double(0, 0, picture.width(), picture.height()),
            builder.crisp);
    palette = builder.palette;
    grainy = !builder.crisp && Grain.isGrainy(map);
    scale = builder.scale != null ? builder.scale : Scale.over(map, palette, grainy);
    opacity = builder.opacity;
    contour = builder.contour;
    peak = builder.peak;
    bar = builder.bar;
    legend = builder.legend;
    box = builder.box;
    int longest = Math.max(picture.width(), picture.height());
    size = builder.size > 0 ? builder.size : Math.max(160, Math.min(320, longest));
    caption = builder.caption;
  }

  /** Collects the settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** Loads the fonts, so that the first overlay takes no longer than the next. */
  @API(status = Status.INTERNAL)
  public static void prepare() {
    Text.prepare();
  }

  /** The settings of this overlay, to build another one from. */
  public Builder toBuilder() {
    return builder.copy();
  }

  /**
   * The same overlays with one scale, so that equal colours mean equal values. Only the last one
   * that is not blank keeps its colour bar.
   */
  public static List<Overlay> sameScale(List<Overlay> overlays) {
    double min = overlays.stream().mapToDouble(o -> o.scale.min()).min().orElse(0);
    double max = overlays.stream().mapToDouble(o -> o.scale.max()).max().orElse(1);
    int barAt =
        IntStream.range(0, overlays.size())
            .filter(i -> overlays.get(i).bar && !overlays.get(i).isBlank())
            .max()
            .orElse(-1);
    return IntStream.range(0, overlays.size())
        .mapToObj(
            i -> {
              Builder builder = overlays.get(i).builder.copy();
              return builder.optScale(min, max).optColorBar(i == barAt).build();
            })
        .toList();
  }

  /** Whether the map has nothing to show: no positive value, or only zeros if it is signed. */
  public boolean isBlank() {
    return map.isBlank() && !(palette.diverging() && map.min() < 0);
  }

  /** The blended photo at the size of the picture, without text or marks. */
  public BufferedImage pixels() {
    return Pictures.toImage(blended(picture, placed));
  }

  /** The position of the map's maximum in pixels of the picture, from its upper left corner. */
  public Point2D peak() {
    return placed.peak();
  }

  private Picture blended(Picture photo, PlacedMap over) {
    int[] rgb = Blend.of(photo, over, palette, scale, opacity, isBlank() || grainy, isBlank());
    return Picture.of(photo.width(), photo.height(), rgb, photo.name());
  }

  @Override
  public BufferedImage toImage() {
    double factor = (double) size / Math.max(picture.width(), picture.height());
    int height = Math.max(1, (int) Math.round(picture.height() * factor)) * Text.SCALE;
    return Text.below(body(height), caption(), legend ? legend() : "");
  }

  /** What the marks mean. */
  private String legend() {
    List<String> marks = new ArrayList<>();
    if (!isBlank() && map.max() > 0) {
      if (contour && !grainy) {
        marks.add("line: half of the maximum");
      }
      if (peak) {
        marks.add("cross: maximum");
      }
      if (box != null) {
        marks.add("box: what the map finds");
      }
      if (scale.max() < map.max()) {
        marks.add("brightest: " + map.format((float) scale.max()) + " and more");
      }
    }
    if (!isComplete()) {
      marks.add("grey: not seen by the network");
    }
    return String.join("; ", marks);
  }

  /** Whether the map covers the picture. */
  private boolean isComplete() {
    return placed.region().contains(0, 0, picture.width(), picture.height());
  }

  @Override
  public BufferedImage body(int height) {
    int width = Math.max(1, (int) Math.round((double) picture.width() * height / picture.height()));
    double scaleX = (double) width / picture.width();
    double scaleY = (double) height / picture.height();
    PlacedMap drawn = placed.scaled(scaleX, scaleY);
    BufferedImage image = Pictures.toImage(blended(picture.resized(width, height), drawn));
    if (!isBlank() && map.max() > 0) {
      mark(image, drawn, scaleX, scaleY);
    }
    return bar && !isBlank() ? HeatmapFigure.withBar(image, palette, scale, map.unit()) : image;
  }

  private void mark(BufferedImage image, PlacedMap drawn, double scaleX, double scaleY) {
    Graphics2D g = Text.brush(image);
    try {
      if (contour && !grainy) {
        Annotations.halo(g, drawn.outline());
      }
      if (peak) {
        Annotations.peak(g, peak().getX() * scaleX, peak().getY() * scaleY);
      }
      if (box != null) {
        Annotations.halo(
            g, AffineTransform.getScaleInstance(scaleX, scaleY).createTransformedShape(box));
      }
    } finally {
      g.dispose();
    }
  }

  /** The caption; if the map is blank, it says so. */
  @Override
  public String caption() {
    if (!isBlank()) {
      return caption;
    }
    String blank = map.nothing() + advice();
    return caption.isEmpty() ? blank : caption + "\n" + blank;
  }

  /** What to do about a blank map, where something can be done. */
  private String advice() {
    return switch (map.unit()) {
      case Heatmap.CONCEPT -> "";
      case Heatmap.ACTIVATION, "" -> "; try another layer or method";
      default -> "; try another target or method";
    };
  }

  @Override
  public String altText() {
    StringBuilder text = new StringBuilder();
    if (!caption.isEmpty()) {
      text.append(caption).append(". ");
    }
    text.append("Heatmap over ").append(picture.name()).append(": ");
    if (isBlank()) {
      text.append(map.nothing());
    } else if (map.min() == map.max()) {
      text.append("the same everywhere, ").append(map.format(map.max()));
    } else {
      Point2D at = peak();
      text.append(
          String.format(
              Locale.ROOT,
              "strongest in the %s, at %.0f, %.0f of %d x %d pixels, maximum %s",
              RelativePosition.describe(at.getX() / picture.width(), at.getY() / picture.height()),
              at.getX(),
              at.getY(),
              picture.width(),
              picture.height(),
              map.format(map.max())));
      if (map.max() > 0) {
        double share =
            Contour.area(Contour.halfMaximum(map)) / ((double) map.width() * map.height());
        text.append(
            String.format(
                Locale.ROOT, "; %.0f %% of the map is above half of it", Math.max(1, 100 * share)));
      }
    }
    return text.append(isComplete() ? "." : "; what the model did not see is grey.").toString();
  }

  static int checkSize(int size) {
    if (size < 16 || size > 4096) {
      throw new IllegalArgumentException("a size is from 16 to 4096 CSS pixels, not " + size);
    }
    return size;
  }

  /** The settings of an {@link Overlay}: a picture and a heatmap are required. */
  public static final class Builder {

    private @Nullable Picture picture;
    private @Nullable Heatmap map;
    private @Nullable Rectangle2D region;
    private Palette palette = Palette.VIRIDIS;
    private @Nullable Scale scale;
    private float opacity = 0.65f;
    private boolean contour = true;
    private boolean peak = true;
    private boolean bar = true;
    private boolean legend;
    private boolean crisp;
    private @Nullable Rectangle2D box;
    private int size;
    private String caption = "";

    private Builder() {}

    private Builder copy() {
      Builder copy = new Builder();
      copy.picture = picture;
      copy.map = map;
      copy.region = region;
      copy.palette = palette;
      copy.scale = scale;
      copy.opacity = opacity;
      copy.contour = contour;
      copy.peak = peak;
      copy.bar = bar;
      copy.legend = legend;
      copy.crisp = crisp;
      copy.box = box;
      copy.size = size;
      copy.caption = caption;
      return copy;
    }

    /** The picture, as it was before the model's preprocessing; required. */
    public Builder setPicture(Picture picture) {
      this.picture = picture;
      return this;
    }

    /** The map, of any size, best unscaled and with its unit; required. */
    public Builder setHeatmap(Heatmap map) {
      this.map = map;
      return this;
    }

    /**
     * The region of the map in pixels of the picture: the part that the model saw, by default all
     * of it. Everything outside is greyed out. The region may exceed the picture (letterbox).
     */
    public Builder optRegion(Rectangle2D region) {
      if (!(region.getWidth() > 0 && region.getHeight() > 0)) {
        throw new IllegalArgumentException("the map's region is empty: " + region);
      }
      this.region = (Rectangle2D) region.clone();
      return this;
    }

    /** The colours; viridis by default. A diverging palette shows negative values too. */
    public Builder optPalette(Palette palette) {
      this.palette = Objects.requireNonNull(palette, "palette");
      return this;
    }

    /** The values at the palette's ends; by default zero and the map's maximum. */
    public Builder optScale(double min, double max) {
      this.scale = new Scale(min, max);
      return this;
    }

    /** How much of the photo the strongest colours hide, from 0 to 1; 0.65 by default. */
    public Builder optOpacity(float opacity) {
      if (!(opacity >= 0 && opacity <= 1)) {
        throw new IllegalArgumentException("opacity is from 0 to 1, not " + opacity);
      }
      this.opacity = opacity;
      return this;
    }

    /** Whether a line is drawn at half of the map's maximum; by default it is. */
    public Builder optContour(boolean contour) {
      this.contour = contour;
      return this;
    }

    /** Whether to mark the map's maximum; by default true. */
    public Builder optPeak(boolean peak) {
      this.peak = peak;
      return this;
    }

    /** Whether to draw a colour bar on the right of the picture; by default true. */
    public Builder optColorBar(boolean bar) {
      this.bar = bar;
      return this;
    }

    /** Whether a line below the caption says what the marks mean; by default false. */
    public Builder optLegend(boolean legend) {
      this.legend = legend;
      return this;
    }

    /** Whether the map is of areas, whose edges are kept when it is enlarged; false by default. */
    public Builder optCrisp(boolean crisp) {
      this.crisp = crisp;
      return this;
    }

    /** A box to draw, in pixels of the picture. */
    public Builder optBox(Rectangle2D box) {
      this.box = (Rectangle2D) box.clone();
      return this;
    }

    /** The longer side in CSS pixels; by default that of the picture, limited to 160 to 320. */
    public Builder optSize(int size) {
      this.size = checkSize(size);
      return this;
    }

    /** The text below the picture. */
    public Builder optCaption(String caption) {
      this.caption = Objects.requireNonNull(caption, "caption");
      return this;
    }

    /** The figure. */
    public Overlay build() {
      return new Overlay(copy());
    }
  }
}
