package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Region;
import dev.limelight.image.Threshold;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsFileTest {

  private static final List<String> LABELS = List.of("cat", "a \"big\", black\ndog <é>", "bird");
  private static final Threshold THRESHOLD = new Threshold.ShareOfMaximum(0.4);

  @TempDir private Path folder;

  private static Picture picture(String name, int width, int height) {
    return Picture.of(width, height, new int[width * height], name);
  }

  private static Heatmap noise(long seed, int side) {
    Random random = new Random(seed);
    float[] values = new float[25];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Heatmap(5, 5, values, "logit").processed(side, side);
  }

  private static Explanation explained(String name, long seed, int target) {
    return Explained.over(
        picture(name, 90, 60),
        new Rectangle2D.Double(15, 0, 60, 60),
        noise(seed, 32),
        target,
        LABELS);
  }

  private static List<Explanation> some() {
    return List.of(
        explained("one, \"two\".png", 1, 0),
        explained("one, \"two\".png", 2, 1),
        explained("three.png", 3, 1));
  }

  private static List<JsonObject> list(JsonObject file, String name) {
    JsonArray array = file.getAsJsonArray(name);
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static List<Double> numbers(JsonElement array) {
    List<Double> numbers = new ArrayList<>();
    array.getAsJsonArray().forEach(number -> numbers.add(number.getAsDouble()));
    return numbers;
  }

  private static Path2D path(List<Double> corners) {
    Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    path.moveTo(corners.get(0), corners.get(1));
    for (int i = 2; i < corners.size(); i += 2) {
      path.lineTo(corners.get(i), corners.get(i + 1));
    }
    path.closePath();
    return path;
  }

  @Test
  void regionsLieWhereTheNetworkLooked() {
    float[] values = new float[32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 32 >= 8 && i % 32 < 16 && i / 32 >= 16 && i / 32 < 24 ? 1 : 0;
    }
    Explanation square =
        Explained.over(
            picture("a", 200, 100),
            new Rectangle2D.Double(50, 0, 96, 96),
            new Heatmap(32, 32, values, "logit"),
            0,
            LABELS);
    List<Region> regions = square.regions(new Threshold.ShareOfMaximum(0.5));
    assertThat(regions).hasSize(1);
    // A cell is three pixels wide.
    assertThat(regions.get(0).box()).isEqualTo(new Rectangle(50 + 24, 48, 24, 24));
    assertThat(square.box(0.5)).isEqualTo(new Rectangle(50 + 24, 48, 24, 24));
    assertThat(regions.get(0).share()).isBetween(0.8, 1.0);
  }

  /** As the network saw it, cropped, or with bars above and below. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theLargestRegionHasTheBoxOfTheExplanation(long seed) {
    for (Rectangle2D seen :
        List.of(
            new Rectangle2D.Double(0, 0, 90, 60),
            new Rectangle2D.Double(15, 0, 60, 60),
            new Rectangle2D.Double(0, -15, 90, 90))) {
      Explanation explanation =
          Explained.over(picture("a", 90, 60), seen, noise(seed, 32), 0, LABELS);
      List<Region> regions = explanation.regions(THRESHOLD);
      Rectangle whole = new Rectangle(90, 60);
      assertThat(regions).allSatisfy(region -> assertThat(whole.contains(region.box())).isTrue());
      if (seen.getHeight() > 60) {
        continue; // a part may lie in a bar, where no region is
      }
      Rectangle2D box = explanation.box(0.4);
      Rectangle found = regions.stream().sorted(Region.BY_AREA).findFirst().orElseThrow().box();
      double cell = seen.getWidth() / 32 + 1;
      assertThat(found.getMinX()).isCloseTo(box.getMinX(), within(cell));
      assertThat(found.getMinY()).isCloseTo(box.getMinY(), within(cell));
      assertThat(found.getMaxX()).isCloseTo(box.getMaxX(), within(cell));
      assertThat(found.getMaxY()).isCloseTo(box.getMaxY(), within(cell));
    }
  }

  @Test
  void cocoIsReadBack() {
    List<Explanation> explanations = some();
    JsonObject file =
        new Gson().fromJson(RegionsFile.of(explanations, THRESHOLD).coco(), JsonObject.class);
    List<JsonObject> images = list(file, "images");
    assertThat(images).hasSize(2);
    assertThat(images.get(0).get("file_name").getAsString()).isEqualTo("one, \"two\".png");
    assertThat(images.get(1).get("id").getAsInt()).isEqualTo(2);
    assertThat(images.get(1).get("width").getAsInt()).isEqualTo(90);
    assertThat(images.get(1).get("height").getAsInt()).isEqualTo(60);
    List<JsonObject> categories = list(file, "categories");
    assertThat(categories.stream().map(each -> each.get("name").getAsString()))
        .containsExactly("cat", LABELS.get(1));

    List<JsonObject> annotations = list(file, "annotations");
    List<Region> regions =
        explanations.stream().flatMap(each -> each.regions(THRESHOLD).stream()).toList();
    assertThat(annotations).hasSameSizeAs(regions).hasSizeGreaterThan(4);
    TreeSet<String> pairs = new TreeSet<>();
    for (int i = 0; i < regions.size(); i++) {
      JsonObject annotation = annotations.get(i);
      assertThat(annotation.get("id").getAsInt()).isEqualTo(i + 1);
      pairs.add(annotation.get("image_id") + " " + annotation.get("category_id"));
      Rectangle box = regions.get(i).box();
      assertThat(numbers(annotation.get("bbox")))
          .containsExactly((double) box.x, (double) box.y, (double) box.width, (double) box.height);
      assertThat(new Rectangle(90, 60).contains(box)).isTrue();
      assertThat(annotation.get("area").getAsInt()).isEqualTo(regions.get(i).area());
      assertThat(annotation.get("iscrowd").getAsInt()).isZero();
      assertThat(annotation.get("score").getAsDouble()).isEqualTo(regions.get(i).share());
      assertThat(annotation.get("probability").getAsDouble()).isCloseTo(1 / 3.0, within(1e-6));
    }
    assertThat(pairs).containsExactly("1 1", "1 2", "2 2");
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void polygonsCoverTheirMasksAndNoHoles(long seed) {
    Random random = new Random(seed);
    float[] values = new float[20 * 20];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4) > 0 ? 1 : 0;
    }
    Explanation explanation =
        Explained.over(
            picture("a", 20, 20),
            new Rectangle(20, 20),
            new Heatmap(20, 20, values, "logit"),
            0,
            LABELS);
    RegionsFile file = RegionsFile.of(List.of(explanation), THRESHOLD);
    List<Region> regions = explanation.regions(THRESHOLD);
    List<JsonObject> annotations =
        list(new Gson().fromJson(file.coco(), JsonObject.class), "annotations");
    boolean holes = false;
    for (int r = 0; r < regions.size(); r++) {
      Region region = regions.get(r);
      JsonArray segmentation = annotations.get(r).getAsJsonArray("segmentation");
      assertThat(segmentation).hasSize(1);
      List<Double> corners = numbers(segmentation.get(0));
      assertThat(corners.size()).isGreaterThanOrEqualTo(6).isEven();
      Path2D polygon = path(corners);
      for (int i = 0; i < 400; i++) {
        boolean in = region.mask().get(i % 20 - region.box().x, i / 20 - region.box().y);
        assertThat(polygon.contains(i % 20 + 0.503, i / 20 + 0.497)).isEqualTo(in);
      }
      Rectangle box = region.box();
      holes |= region.area() > 50 && region.area() < box.width * box.height;
      for (int i = 0; i < corners.size(); i += 2) {
        assertThat(corners.get(i)).isBetween(box.getMinX() - 1e-6, box.getMaxX() + 1e-6);
        assertThat(corners.get(i + 1)).isBetween(box.getMinY() - 1e-6, box.getMaxY() + 1e-6);
      }
    }
    assertThat(holes).isTrue();
  }

  @Test
  void aSmoothPolygonHasTheAreaOfItsMask() {
    for (JsonObject annotation :
        list(
            new Gson().fromJson(RegionsFile.of(some(), THRESHOLD).coco(), JsonObject.class),
            "annotations")) {
      List<Double> corners = numbers(annotation.getAsJsonArray("segmentation").get(0));
      double twice = 0;
      for (int i = 0; i < corners.size(); i += 2) {
        int next = (i + 2) % corners.size();
        twice += corners.get(i) * corners.get(next + 1) - corners.get(next) * corners.get(i + 1);
      }
      assertThat(Math.abs(twice) / 2).isCloseTo(annotation.get("area").getAsDouble(), within(2.0));
    }
  }

  @Test
  void csvQuotesWhatWouldEndACell() {
    String csv = RegionsFile.of(some(), THRESHOLD).csv();
    List<String> cells = cells(csv);
    assertThat(cells).startsWith("picture", "class", "probability", "method", "region");
    assertThat(cells.size() % 13).isZero();
    List<Region> regions =
        some().stream().flatMap(each -> each.regions(THRESHOLD).stream()).toList();
    assertThat(cells.size() / 13).isEqualTo(1 + regions.size());
    int last = cells.size() - 13;
    Region region = regions.get(regions.size() - 1);
    assertThat(cells.get(13)).isEqualTo("one, \"two\".png");
    assertThat(cells.get(17)).isEqualTo("1");
    assertThat(cells.subList(last, last + 2)).containsExactly("three.png", LABELS.get(1));
    assertThat(cells.get(last + 3)).isEqualTo("made, by hand");
    assertThat(cells.subList(last + 5, last + 10))
        .containsExactly(
            String.valueOf(region.box().x),
            String.valueOf(region.box().y),
            String.valueOf(region.box().width),
            String.valueOf(region.box().height),
            String.valueOf(region.area()));
  }

  /** As RFC 4180 has it, without lines: cells are as many in each. */
  private static List<String> cells(String csv) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted && c == '"' && csv.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    return cells;
  }

  @Test
  void filesAreOfTheirEnding() throws IOException {
    RegionsFile file = RegionsFile.of(some(), THRESHOLD);
    file.save(folder.resolve("new/regions.json"));
    file.save(folder.resolve("regions.csv"));
    assertThat(Files.readString(folder.resolve("new/regions.json"))).isEqualTo(file.coco());
    assertThat(Files.readString(folder.resolve("regions.csv"))).isEqualTo(file.csv());
    assertThatThrownBy(() -> file.save(folder.resolve("regions.txt")))
        .hasMessageContaining("'regions.txt' is neither");
  }

  @Test
  void whatHasNoPlaceIsRefused() {
    Explanation tensor = Explained.of(noise(1, 4), 4, 4, 0.5);
    assertThatThrownBy(() -> RegionsFile.of(List.of(tensor), THRESHOLD))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs a picture");
    Explanation small =
        Explained.over(picture("three.png", 9, 9), new Rectangle(9, 9), noise(1, 4), 0, LABELS);
    assertThatThrownBy(
            () -> RegionsFile.of(List.of(explained("three.png", 1, 0), small), THRESHOLD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'three.png', one of 90 x 60 and one of 9 x 9");
  }

  @Test
  void aBlankMapLeavesThePictureAndItsLabel() {
    Explanation blank =
        Explained.over(
            picture("a", 4, 4),
            new Rectangle(4, 4),
            new Heatmap(2, 2, new float[4], ""),
            2,
            LABELS);
    JsonObject file =
        new Gson().fromJson(RegionsFile.of(List.of(blank), THRESHOLD).coco(), JsonObject.class);
    assertThat(list(file, "images")).hasSize(1);
    assertThat(list(file, "annotations")).isEmpty();
  }
}
