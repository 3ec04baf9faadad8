package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.drawing.Figure;
import dev.limelight.io.AtomicFile;
import dev.limelight.report.markup.Markup;
import dev.limelight.report.markup.Paragraphs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * An HTML page with pictures and their maps, tables, groups and figures, in the order in which they
 * were added, and a manifest. The page is self-contained. Its maps can be redrawn in the browser by
 * another method, layer or class, and with other colours, opacity or threshold.
 */
@API(status = Status.INTERNAL)
public final class HtmlReport {

  private final String title;
  private final String introduction;
  private final List<Part> parts;
  private final List<String> headings;
  private final List<PictureMaps> pictures;
  private final List<Group> groups;
  private final Map<String, String> manifest;
  private final boolean explorer;

  private HtmlReport(Builder builder) {
    title = Objects.requireNonNull(builder.title, "setTitle is required");
    introduction = builder.introduction;
    parts = List.copyOf(builder.parts());
    headings = List.copyOf(builder.headings);
    pictures = List.copyOf(builder.pictures);
    groups = List.copyOf(builder.groups);
    manifest = new LinkedHashMap<>(builder.manifest);
    explorer = builder.explorer;
  }

  /** Collects the contents of a page. */
  public static Builder builder() {
    return new Builder();
  }

  /** The page. */
  public String html() {
    PictureIndex index = new PictureIndex(pictures);
    ManifestPart manifestPart = ManifestPart.of(manifest, pictures);
    List<Markup> body = new ArrayList<>();
    parts.forEach(part -> body.add(part.html(index)));
    body.add(manifestPart.html(index));
    String style = Resources.style();
    String script = Resources.script();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("title", title);
    values.put("kind", explorer ? "explorer" : "report");
    values.put("styleHash", Markup.trusted(Resources.hash(style)));
    values.put("scriptHash", Markup.trusted(Resources.hash(script)));
    values.put("style", Markup.trusted(style));
    values.put("script", Markup.trusted(script));
    values.put("introduction", introduction.isEmpty() ? "" : Paragraphs.lead(introduction));
    values.put("contents", contents(!manifestPart.entries().isEmpty()));
    values.put("toolbar", pictures.isEmpty() ? "" : Markup.trusted(Resources.read("toolbar.html")));
    values.put("dialog", pictures.isEmpty() ? "" : Markup.trusted(Resources.read("dialog.html")));
    values.put("body", Markup.join(body));
    values.put("data", Markup.trusted(new PageData(index, groups).json()));
    return Resources.filled(Resources.read("report.html"), values).toString();
  }

  private Markup contents(boolean hasManifest) {
    if (headings.size() < 2) {
      return Markup.EMPTY;
    }
    return Markup.of(
        "<nav aria-label=\"Contents\"><ul class=\"contents\">{}{}</ul></nav>",
        Markup.join(
            IntStream.range(0, headings.size())
                .mapToObj(
                    i -> Markup.of("<li><a href=\"#section-{}\">{}</a></li>", i, headings.get(i)))
                .toList()),
        Markup.of("<li><a href=\"#made\">How this was made</a></li>").when(hasManifest));
  }

  /**
   * Writes the page as one file, completely or not at all.
   *
   * @param file to be written; missing folders are created
   * @throws IOException if the file cannot be written
   */
  public void save(Path file) throws IOException {
    AtomicFile.write(html().getBytes(StandardCharsets.UTF_8), file);
  }

  /** The contents of a page: a title is required. */
  public static final class Builder {

    private @Nullable String title;
    private String introduction = "";
    private final List<Part> parts = new ArrayList<>();
    private final List<String> headings = new ArrayList<>();
    private final List<PictureMaps> pictures = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private boolean explorer;
    private int shown;
    private int means;

    private Builder() {}

    /** The title; required. */
    public Builder setTitle(String title) {
      this.title = title;
      return this;
    }

    /** The text below the title; blank lines separate paragraphs. */
    public Builder optIntroduction(String text) {
      introduction = Objects.requireNonNull(text, "text");
      return this;
    }

    /** The heading of a section. */
    public Builder addHeading(String text) {
      Markup heading = Markup.of("<h2 id=\"section-{}\">{}</h2>\n", headings.size(), text);
      headings.add(text);
      return add(heading);
    }

    /** Plain text; blank lines separate paragraphs. */
    public Builder addParagraph(String text) {
      return add(Paragraphs.plain(text));
    }

    /**
     * A picture with its maps by several methods, at several layers or for several classes.
     * Consecutive pictures form a grid.
     *
     * @param name of the picture on the page; names in tables and groups become links to it
     * @param explanations at least one, all of the same picture
     */
    Builder addMaps(String name, List<Explanation> explanations) {
      return addPicture(PictureMaps.of(name, explanations));
    }

    /** A picture with its maps and their findings. */
    Builder addPicture(PictureMaps maps) {
      pictures.add(Objects.requireNonNull(maps, "maps"));
      return this;
    }

    /** A table that readers can sort. */
    public Builder addTable(ReportTable table) {
      return add(new TablePart(Objects.requireNonNull(table, "table")));
    }

    /** Groups of pictures, in their order. */
    Builder addGroups(List<Group> added) {
      add(new GroupsPart(List.copyOf(added), means));
      groups.addAll(added);
      means += (int) added.stream().filter(group -> group.mean() != null).count();
      return this;
    }

    /** A figure, such as a chart, with its alternative text. */
    public Builder addFigure(Figure figure) {
      return addFigure(figure, "");
    }

    /** A figure with a caption. */
    public Builder addFigure(Figure figure, String caption) {
      return add(
          Markup.of(
              "<figure class=\"figure\">{}{}</figure>\n",
              Photo.of(figure.toImage(), figure.displayWidth(), figure.altText()),
              Markup.of("<figcaption>{}</figcaption>", caption).when(!caption.isEmpty())));
    }

    /**
     * Entries of the manifest, such as seed and data, by name. Model, method, layer, target, engine
     * and version are added from the maps if they are missing.
     */
    public Builder optManifest(Map<String, String> entries) {
      manifest.putAll(entries);
      return this;
    }

    /** The large view alone, open from the start, for the output of a notebook's cell. */
    Builder optExplorer(boolean newExplorer) {
      explorer = newExplorer;
      return this;
    }

    /** The page. */
    public HtmlReport build() {
      return new HtmlReport(this);
    }

    private Builder add(Markup html) {
      return add((Part) index -> html);
    }

    private Builder add(Part part) {
      flush();
      parts.add(part);
      return this;
    }

    /** Puts the pictures that were added since the last part into a grid. */
    private void flush() {
      if (shown < pictures.size()) {
        parts.add(new MapGrid(shown, pictures.size() - shown));
        shown = pictures.size();
      }
    }

    private List<Part> parts() {
      flush();
      return parts;
    }
  }
}
