package dev.limelight.notebook;

import ai.djl.modality.cv.Image;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.codec.DataUri;
import dev.limelight.codec.Jpeg;
import dev.limelight.codec.Png;
import dev.limelight.drawing.Figure;
import dev.limelight.drawing.Gallery;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.io.Html;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Numbers;
import dev.limelight.report.ExplorerPage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jfree.chart.JFreeChart;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** Renders each kind of value for a notebook, in the same way on every kernel. */
final class Renderings {

  /** The number of array elements shown. */
  private static final int MOST_ELEMENTS = 12;

  /** Images are shown at their natural size up to this width. */
  private static final int WIDEST_PICTURE = 480;

  /** What is seen of an explorer without scripts. */
  private static final int STILLS = 3;

  private static final int STILL_HEIGHT = 110;
  private static final float STILL_QUALITY = 0.8f;

  /** Higher where the frame is narrow, since the controls are then below the map. */
  private static final String FRAME =
      "grid-area:1/1;position:relative;display:block;width:100%;border:0;"
          + "height:44rem;height:clamp(36rem,calc(96rem - 90cqw),68rem)";

  /**
   * Kinds from other libraries. A separate class handles each, so that a missing jar affects only
   * its own kind.
   */
  private static final List<Function<Object, Optional<Rendering>>> BORROWED =
      List.of(
          value -> Tablesaw.render(value),
          value -> JFree.render(value),
          value -> DjlImages.render(value));

  private Renderings() {}

  /** Renders any value; unknown kinds are shown as text. */
  static Rendering of(@Nullable Object value) {
    if (value == null) {
      return text("null");
    }
    if (value instanceof Rendering ready) {
      return ready;
    }
    if (value instanceof Showable showable) {
      return showable.rendering();
    }
    if (value instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(Explanation.class::isInstance)) {
      return explorer(list.stream().map(Explanation.class::cast).toList());
    }
    Optional<Figure> drawn = Figure.of(value);
    if (drawn.isPresent()) {
      return figure(drawn.get());
    }
    if (value instanceof BufferedImage image) {
      return picture(Png.encode(image), image.getWidth(), image.getHeight());
    }
    for (Function<Object, Optional<Rendering>> kind : BORROWED) {
      try {
        Optional<Rendering> known = kind.apply(value);
        if (known.isPresent()) {
          return known.get();
        }
      } catch (LinkageError absent) {
        // The library is not on the class path, so the value is not of its kind.
      }
    }
    if (value instanceof Record settings) {
      return settings(settings);
    }
    return text(words(value));
  }

  /** The kinds that a kernel renders with this class if they are the last value of a cell. */
  static List<Class<?>> kinds() {
    List<Class<?>> kinds =
        new ArrayList<>(
            List.of(
                Showable.class,
                Explanations.class,
                Figure.class,
                Picture.class,
                Heatmap.class,
                BufferedImage.class));
    List<Supplier<Class<?>>> borrowed =
        List.of(() -> Tablesaw.kind(), () -> JFree.kind(), () -> DjlImages.kind());
    for (Supplier<Class<?>> kind : borrowed) {
      try {
        kinds.add(kind.get());
      } catch (LinkageError absent) {
        // Not on the class path.
      }
    }
    return kinds;
  }

  private static Rendering figure(Figure figure) {
    String alt = figure.altText();
    if (alt == null || alt.isBlank()) {
      throw new IllegalStateException(
          figure.getClass().getSimpleName()
              + " has no alternative text; altText() must describe it in a sentence");
    }
    return new Rendering(figure.toHtml(), alt);
  }

  /**
   * Several explanations: a separate page in a frame, and below the frame a picture of the first
   * maps, which is seen where frames are removed or run no scripts.
   */
  private static Rendering explorer(List<Explanation> explanations) {
    ExplorerPage page = new ExplorerPage(explanations);
    Gallery still =
        Gallery.of(explanations.subList(0, Math.min(STILLS, explanations.size())))
            .columns(Math.min(STILLS, explanations.size()))
            .tileHeight(STILL_HEIGHT);
    String html =
        "<div style=\"display:grid;container-type:inline-size;background:#fff\">"
            + "<img width=\""
            + still.displayWidth()
            + "\" style=\"grid-area:1/1;max-width:100%;max-height:30rem;height:auto\" alt=\""
            + Html.escape(still.altText())
            + "\" src=\""
            + DataUri.jpeg(Jpeg.encode(still.toImage(), STILL_QUALITY))
            + "\"><iframe sandbox=\"allow-scripts\" title=\""
            + Html.escape(page.title())
            + "\" style=\""
            + FRAME
            + "\" srcdoc='"
            + page.html().replace("&", "&amp;").replace("'", "&#39;")
            + "'></iframe></div>";
    return new Rendering(html, page.title() + ". " + still.altText());
  }

  private static Rendering picture(byte[] png, int width, int height) {
    String alt = "Picture, " + width + " by " + height + " pixels.";
    String html =
        "<figure style=\"margin:0\"><img width=\""
            + Math.min(width, WIDEST_PICTURE)
            + "\" style=\"max-width:100%;height:auto\" alt=\""
            + alt
            + "\" src=\""
            + DataUri.png(png)
            + "\"></figure>";
    return new Rendering(html, alt);
  }

  private static Rendering text(String text) {
    return new Rendering(
        "<div style=\"white-space:pre-wrap\">" + Html.escape(text) + "</div>", text);
  }

  /** A record as a table with a row for each component that has a value. */
  private static Rendering settings(Record settings) {
    List<List<String>> rows = new ArrayList<>();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(settings);
        if (!isAbsent(value)) {
          rows.add(List.of(sentence(component.getName()), words(value)));
        }
      } catch (ReflectiveOperationException | RuntimeException e) {
        return text(settings.toString());
      }
    }
    String caption = sentence(settings.getClass().getSimpleName());
    return Tables.pairs(caption, rows);
  }

  /** Whether a component says nothing: null, an empty collection, array or optional. */
  private static boolean isAbsent(@Nullable Object value) {
    return value == null
        || value instanceof Collection<?> many && many.isEmpty()
        || value instanceof Map<?, ?> pairs && pairs.isEmpty()
        || value instanceof Optional<?> one && one.isEmpty()
        || value.getClass().isArray() && Array.getLength(value) == 0;
  }

  /** {@code batchSize} becomes {@code batch size}. */
  private static String sentence(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
  }

  /** The value as text; arrays as their elements. */
  static String words(@Nullable Object value) {
    if (value == null || !value.getClass().isArray()) {
      return value instanceof Double || value instanceof Float
          ? Numbers.plain(((Number) value).doubleValue())
          : String.valueOf(value);
    }
    int length = Array.getLength(value);
    StringBuilder words = new StringBuilder("[");
    for (int i = 0; i < Math.min(length, MOST_ELEMENTS); i++) {
      words.append(i == 0 ? "" : ", ").append(words(Array.get(value, i)));
    }
    if (length > MOST_ELEMENTS) {
      words.append(", … ").append(length - MOST_ELEMENTS).append(" more");
    }
    return words.append(']').toString();
  }

  private static final class Tablesaw {
    static Class<?> kind() {
      return Table.class;
    }

    static Optional<Rendering> render(Object value) {
      return value instanceof Table table ? Optional.of(Tables.of(table)) : Optional.empty();
    }
  }

  private static final class JFree {
    static Class<?> kind() {
      return JFreeChart.class;
    }

    static Optional<Rendering> render(Object value) {
      return value instanceof JFreeChart chart
          ? Optional.of(figure(new Chart(chart)))
          : Optional.empty();
    }
  }

  private static final class DjlImages {
    static Class<?> kind() {
      return Image.class;
    }

    static Optional<Rendering> render(Object value) {
      if (!(value instanceof Image image)) {
        return Optional.empty();
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      try {
        image.save(png, "png");
      } catch (IOException e) {
        throw new UncheckedIOException("the image cannot be written as PNG", e);
      }
      return Optional.of(picture(png.toByteArray(), image.getWidth(), image.getHeight()));
    }
  }
}
