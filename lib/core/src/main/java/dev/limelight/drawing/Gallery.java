package dev.limelight.drawing;

import dev.limelight.codec.Pictures;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Figures of the same height in rows and columns, with a title, headers and captions. Immutable:
 * each method returns another gallery.
 *
 * <pre>{@code
 * Gallery.of(overlays).columns(3).title("Three cats").save(Path.of("cats.png"));
 * Gallery.grid("Grad-CAM", "HiResCAM").row("tabby", List.of(a, b)).row("dog", List.of(c, d));
 * }</pre>
 */
public final class Gallery implements Figure {

  private static final int GAP = 10 * Text.SCALE;
  private static final int SMALL_GAP = 4 * Text.SCALE;
  private static final int ROW_HEADER = 110 * Text.SCALE;
  private static final int MAX_DESCRIBED = 12;

  private record Row(String header, List<Figure> figures) {}

  private final String title;
  private final List<String> headers;
  private final List<Row> rows;
  private final int columns;
  private final int tile;

  private Gallery(String title, List<String> headers, List<Row> rows, int columns, int tile) {
    this.title = title;
    this.headers = headers;
    this.rows = rows;
    this.columns = columns;
    this.tile = tile;
  }

  /**
   * Figures one after another, four in a row; {@link #columns(int)} changes that.
   *
   * @param values pictures, heatmaps and figures
   * @throws IllegalArgumentException if there are none, or one is of another type
   */
  public static Gallery of(List<?> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a gallery needs at least one figure, but got none");
    }
    return flow("", List.of(), figures(values), Math.min(4, values.size()), 160);
  }

  private static List<Figure> figures(List<?> values) {
    List<Figure> figures = new ArrayList<>();
    for (Object value : values) {
      figures.add(
          Figure.of(value)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "a gallery shows pictures, heatmaps and figures, but found "
                              + value.getClass().getName())));
    }
    return List.copyOf(figures);
  }

  /** An empty gallery with a header above each column; add rows to it. */
  public static Gallery grid(String... headers) {
    if (headers.length == 0) {
      throw new IllegalArgumentException("a grid needs at least one column header, but got none");
    }
    return new Gallery("", List.of(headers), List.of(), headers.length, 160);
  }

  private static Gallery flow(
      String title, List<String> headers, List<Figure> figures, int columns, int tile) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < figures.size(); i += columns) {
      rows.add(new Row("", figures.subList(i, Math.min(figures.size(), i + columns))));
    }
    return new Gallery(title, headers, List.copyOf(rows), columns, tile);
  }

  /** The figures in rows of another length; row headers are dropped. */
  public Gallery columns(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("a gallery needs at least one column, but got " + columns);
    }
    return flow(title, headers, figures(), columns, tile);
  }

  /**
   * The gallery with another row, which has a header on its left.
   *
   * @param values pictures, heatmaps and figures
   * @throws IllegalArgumentException if there are more than the gallery has columns, or one is of
   *     another type
   */
  public Gallery row(String header, List<?> values) {
    if (values.size() > columns) {
      throw new IllegalArgumentException(
          "row '" + header + "' has " + values.size() + " figures for " + columns + " columns");
    }
    List<Row> extended = new ArrayList<>(rows);
    extended.add(new Row(Objects.requireNonNull(header, "header"), figures(values)));
    return new Gallery(title, headers, List.copyOf(extended), columns, tile);
  }

  /** The gallery with headers above its columns, from the left. */
  public Gallery headers(String... headers) {
    if (headers.length > columns) {
      throw new IllegalArgumentException(headers.length + " headers for " + columns + " columns");
    }
    return new Gallery(title, List.of(headers), rows, columns, tile);
  }

  /** The gallery with a title above it. */
  public Gallery title(String title) {
    return new Gallery(Objects.requireNonNull(title, "title"), headers, rows, columns, tile);
  }

  /** The gallery with pictures of another height in CSS pixels; 160 by default. */
  public Gallery tileHeight(int height) {
    return new Gallery(title, headers, rows, columns, Overlay.checkSize(height));
  }

  /** The figures, row by row. */
  public List<Figure> figures() {
    return rows.stream().flatMap(row -> row.figures().stream()).toList();
  }

  @Override
  public BufferedImage toImage() {
    if (rows.isEmpty()) {
      throw new IllegalStateException("the gallery is empty; add a row of figures to it");
    }
    return new Layout().paint();
  }

  /** The title, the headers and what each figure shows; of many figures the first twelve. */
  @Override
  public String altText() {
    StringBuilder text = new StringBuilder();
    List<Figure> figures = figures();
    if (!title.isEmpty()) {
      text.append(title).append(". ");
    }
    text.append("Gallery of ")
        .append(figures.size())
        .append(figures.size() == 1 ? " figure" : " figures");
    if (!headers.isEmpty()) {
      text.append(", columns ").append(String.join(", ", headers).replace('\n', ' '));
    }
    text.append(".");
    int described = 0;
    for (Row row : rows) {
      if (described < MAX_DESCRIBED && !row.header().isEmpty()) {
        text.append(" Row ").append(row.header()).append(":");
      }
      for (Figure figure : row.figures()) {
        if (described++ < MAX_DESCRIBED) {
          text.append(' ').append(figure.altText());
        }
      }
    }
    if (figures.size() > MAX_DESCRIBED) {
      text.append(" And ").append(figures.size() - MAX_DESCRIBED).append(" more.");
    }
    return text.toString();
  }

  /** Measures the gallery once, and paints it. */
  private final class Layout {

    private final int tileHeight = tile * Text.SCALE;
    private final List<List<BufferedImage>> bodies = new ArrayList<>();
    private final List<List<List<String>>> captions = new ArrayList<>();
    private final int[] widths = new int[columns];
    private final List<List<String>> headerLines = new ArrayList<>();
    private final List<List<String>> rowLines = new ArrayList<>();
    private final int left;
    private final int headerHeight;

    Layout() {
      for (Row row : rows) {
        bodies.add(row.figures().stream().map(this::body).toList());
        rowLines.add(Text.wrap(row.header(), Text.HEADER, ROW_HEADER));
      }
      for (List<BufferedImage> row : bodies) {
        for (int i = 0; i < row.size(); i++) {
          widths[i] = Math.max(widths[i], row.get(i).getWidth());
        }
      }
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], 60 * Text.SCALE);
        String header = i < headers.size() ? headers.get(i) : "";
        headerLines.add(Text.wrap(header, Text.HEADER, widths[i]));
      }
      for (Row row : rows) {
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < row.figures().size(); i++) {
          String caption = row.figures().get(i) instanceof Tile tile ? tile.caption() : "";
          lines.add(Text.wrap(caption, Text.NORMAL, widths[i]));
        }
        captions.add(lines);
      }
      int widest =
          rowLines.stream()
              .flatMap(List::stream)
              .mapToInt(line -> Text.width(line, Text.HEADER))
              .max()
              .orElse(0);
      left = GAP + (widest == 0 ? 0 : widest + GAP);
      int lines = Collections.max(headerLines.stream().map(List::size).toList());
      headerHeight = lines == 0 ? 0 : lines * Text.lineHeight(Text.HEADER) + SMALL_GAP;
    }

    private BufferedImage body(Figure figure) {
      if (figure instanceof Tile tile) {
        return tile.body(tileHeight);
      }
      BufferedImage image = figure.toImage();
      return new PictureFigure(Pictures.of(image, "")).body(tileHeight);
    }

    private int rowHeight(int row) {
      int text =
          captions.get(row).stream().mapToInt(c -> Text.height(c, Text.NORMAL)).max().orElse(0);
      int height = tileHeight + (text == 0 ? 0 : SMALL_GAP + text);
      return Math.max(height, Text.height(rowLines.get(row), Text.HEADER));
    }

    BufferedImage paint() {
      int width = left;
      for (int column : widths) {
        width += column + GAP;
      }
      List<String> titleLines = Text.wrap(title, Text.TITLE, width - 2 * GAP);
      int height = GAP + Text.height(titleLines, Text.TITLE) + (titleLines.isEmpty() ? 0 : GAP / 2);
      int top = height;
      height += headerHeight;
      for (int row = 0; row < bodies.size(); row++) {
        height += rowHeight(row) + GAP;
      }
      BufferedImage image = Text.canvas(width, height);
      Graphics2D g = Text.brush(image);
      try {
        g.setRenderingHint(
            RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        Text.draw(g, titleLines, Text.TITLE, GAP, GAP, width - 2 * GAP, false);
        paintHeaders(g, top);
        int y = top + headerHeight;
        for (int row = 0; row < bodies.size(); row++) {
          paintRow(g, row, y);
          y += rowHeight(row) + GAP;
        }
      } finally {
        g.dispose();
      }
      return image;
    }

    private void paintHeaders(Graphics2D g, int top) {
      int x = left;
      for (int i = 0; i < columns; i++) {
        int above = headerHeight - SMALL_GAP - Text.height(headerLines.get(i), Text.HEADER);
        Text.draw(
            g, headerLines.get(i), Text.HEADER, x, top + Math.max(0, above), widths[i], false);
        x += widths[i] + GAP;
      }
    }

    private void paintRow(Graphics2D g, int row, int y) {
      int text = Text.height(rowLines.get(row), Text.HEADER);
      int middle = Math.max(0, (tileHeight - text) / 2);
      Text.draw(g, rowLines.get(row), Text.HEADER, GAP, y + middle, ROW_HEADER, false);
      int x = left;
      for (int i = 0; i < bodies.get(row).size(); i++) {
        g.drawImage(bodies.get(row).get(i), x, y, null);
        Text.draw(
            g,
            captions.get(row).get(i),
            Text.NORMAL,
            x,
            y + tileHeight + SMALL_GAP,
            widths[i],
            false);
        x += widths[i] + GAP;
      }
    }
  }
}
