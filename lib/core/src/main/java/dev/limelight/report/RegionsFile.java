package dev.limelight.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.annotations.SerializedName;
import dev.limelight.Explanation;
import dev.limelight.image.Picture;
import dev.limelight.image.Region;
import dev.limelight.image.Threshold;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Csv;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The regions that explanations point at, as files that tools for detection read: boxes and
 * outlines, found without any to learn from.
 */
public final class RegionsFile {

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static final String COLUMNS =
      "picture,class,probability,method,region,x,y,width,height,area,share,peak_x,peak_y\n";

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Image> images = new LinkedHashMap<>();
  private final Map<String, Category> categories = new LinkedHashMap<>();

  /**
   * A region with its explanation.
   *
   * @param rank of the region in its explanation, from 1
   */
  private record Row(
      Explanation explanation, Image image, Category category, int rank, Region region) {}

  private record Coco(
      List<Image> images, List<Category> categories, List<Annotation> annotations) {}

  private record Image(int id, @SerializedName("file_name") String name, int width, int height) {}

  private record Category(int id, String name) {}

  private record Annotation(
      int id,
      @SerializedName("image_id") int image,
      @SerializedName("category_id") int category,
      List<Integer> bbox,
      int area,
      List<List<Double>> segmentation,
      @SerializedName("iscrowd") int crowd,
      double score,
      double probability) {}

  private RegionsFile() {}

  /**
   * The regions of explanations.
   *
   * @param threshold decides where their heatmaps are strong
   * @throws IllegalArgumentException if two pictures of different sizes have the same name
   * @throws IllegalStateException if a tensor was explained, so that there is no picture
   */
  public static RegionsFile of(List<Explanation> explanations, Threshold threshold) {
    RegionsFile file = new RegionsFile();
    for (Explanation explanation : explanations) {
      List<Region> regions = explanation.regions(threshold);
      // Regions were found, so there is a picture.
      Image image = file.image(Objects.requireNonNull(explanation.picture()));
      Category category =
          file.categories.computeIfAbsent(
              explanation.targetLabel(), label -> new Category(file.categories.size() + 1, label));
      for (int i = 0; i < regions.size(); i++) {
        file.rows.add(new Row(explanation, image, category, i + 1, regions.get(i)));
      }
    }
    return file;
  }

  private Image image(Picture picture) {
    Image image =
        images.computeIfAbsent(
            picture.name(),
            name -> new Image(images.size() + 1, name, picture.width(), picture.height()));
    if (image.width != picture.width() || image.height != picture.height()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "two pictures are called '%s', one of %d x %d and one of %d x %d pixels; rename one",
              image.name,
              image.width,
              image.height,
              picture.width(),
              picture.height()));
    }
    return image;
  }

  /**
   * In the format of COCO: {@code images}, {@code categories} (the labels) and {@code annotations},
   * each numbered from 1. A region has its {@code bbox} (x, y, width, height), {@code area} and
   * {@code segmentation} in pixels; its {@code score} is its share of the map, and {@code
   * probability} that of the class. The segmentation is one polygon, in which a line to each hole
   * and back joins it to the outline.
   *
   * @see <a href="https://cocodataset.org/#format-data">COCO, data format</a>
   */
  public String coco() {
    List<Annotation> annotations = new ArrayList<>();
    for (Row row : rows) {
      Rectangle box = row.region.box();
      annotations.add(
          new Annotation(
              annotations.size() + 1,
              row.image.id,
              row.category.id,
              List.of(box.x, box.y, box.width, box.height),
              row.region.area(),
              List.of(polygon(row.region.outline())),
              0,
              row.region.share(),
              row.explanation.probability()));
    }
    return JSON.toJson(
            new Coco(List.copyOf(images.values()), List.copyOf(categories.values()), annotations))
        + "\n";
  }

  /** The corners of all lines, one after another, each line closed, then back to the first. */
  private static List<Double> polygon(Path2D outline) {
    List<Double> corners = new ArrayList<>();
    List<Double> starts = new ArrayList<>();
    double[] point = new double[6];
    double startX = 0;
    double startY = 0;
    for (PathIterator i = outline.getPathIterator(null); !i.isDone(); i.next()) {
      int kind = i.currentSegment(point);
      if (kind == PathIterator.SEG_MOVETO) {
        startX = point[0];
        startY = point[1];
      } else if (kind == PathIterator.SEG_CLOSE) {
        point[0] = startX;
        point[1] = startY;
        starts.add(0, startY);
        starts.add(0, startX);
      }
      corners.add(point[0]);
      corners.add(point[1]);
    }
    // Back through the starts of the lines, in reverse order.
    corners.addAll(starts.subList(2, starts.size()));
    return corners;
  }

  /** A header, and one line per region; texts are quoted as in RFC 4180. */
  public String csv() {
    return rows.stream().map(RegionsFile::line).collect(Collectors.joining("", COLUMNS, ""));
  }

  private static String line(Row row) {
    Rectangle box = row.region.box();
    return Stream.of(
                row.image.name,
                row.category.name,
                row.explanation.probability(),
                row.explanation.provenance().methodText(),
                row.rank,
                box.x,
                box.y,
                box.width,
                box.height,
                row.region.area(),
                row.region.share(),
                row.region.peak().x(),
                row.region.peak().y())
            .map(value -> Csv.quoted(value.toString()))
            .collect(Collectors.joining(","))
        + "\n";
  }

  /**
   * Writes the file; missing folders are created.
   *
   * @param file with the extension .json for {@link #coco} or .csv for {@link #csv}
   * @throws IllegalArgumentException if it has another extension
   */
  public void save(Path file) throws IOException {
    String name = file.toString();
    if (!name.endsWith(".json") && !name.endsWith(".csv")) {
      throw new IllegalArgumentException(
          "regions are written to a .json file, in COCO's format, or to a .csv file, but '"
              + file.getFileName()
              + "' is neither");
    }
    String text = name.endsWith(".csv") ? csv() : coco();
    AtomicFile.write(text.getBytes(StandardCharsets.UTF_8), file);
  }
}
