package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.codec.Png;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight audit}, {@code limelight compare} and {@code explain --verdict}. */
class PagesIT {

  private static final String MODEL =
      Path.of("../../notebooks/data/models/scenes").toAbsolutePath().normalize().toString();

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void draw() throws IOException {
    images = folder.resolve("images");
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    for (Scene scene : scenes.list(70_000, 12)) {
      Path place = images.resolve(scene.labelName());
      Files.createDirectories(place);
      Png.write(scene.picture(), place.resolve(scene.picture().name() + ".png"));
      Png.write(picture(scene.mask()), place.resolve(scene.picture().name() + ".mask.png"));
    }
    Files.writeString(images.resolve("cross").resolve("broken.png"), "no picture");
    Files.writeString(folder.resolve("labels.txt"), "circle\ncross\n");
  }

  private static Picture picture(Mask mask) {
    boolean[] cells = mask.cells();
    int[] rgb = new int[cells.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = cells[i] ? 0xFFFFFF : 0;
    }
    return Picture.of(mask.width(), mask.height(), rgb, "mask");
  }

  private Launcher.Result run(String command, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                MODEL,
                "--labels",
                folder.resolve("labels.txt").toString(),
                "--images",
                images.toString(),
                "--out",
                folder.resolve("page.html").toString(),
                "--verdicts",
                "1"));
    arguments.addAll(List.of(more));
    return Launcher.run(arguments.toArray(String[]::new));
  }

  @Test
  void anAuditWritesOnePage() throws Exception {
    Launcher.Result result = run("audit");
    assertThat(result.errors()).isEmpty();
    assertThat(result.notes())
        .anyMatch(
            note ->
                note.startsWith("cross/broken.png could not be explained: ")
                    && note.contains("broken.png is not a picture in a known format"));
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains(
            "13 pictures, 2 predicted classes, 1 failure\n",
            "all 2 classes have fewer than 8 maps",
            "page.html");
    String page = Files.readString(folder.resolve("page.html"));
    assertThat(page)
        .contains(
            "Audit of images", "cross/broken.png", "Where the evidence lies", "better than chance")
        .doesNotContain("src=\"http", "href=\"http");
    // 100 % right: the names of the folders are mapped to the classes.
    assertThat(page).contains("100.0 % of them are right");
  }

  @Test
  void aComparisonWritesOnePageAndResumes() throws Exception {
    String[] options = {
      "--methods",
      "grad-cam,random-cam,center-blob",
      "--metrics",
      "pointing-game,deletion,adcc",
      "--results",
      folder.resolve("results").toString(),
      "--true-class"
    };
    Launcher.Result result = run("compare", options);
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows().get(0).split(" {2,}"))
        .containsExactly("metric", "method", "mean", "95 % interval", "pictures");
    assertThat(result.rows()).hasSize(1 + 9 + 1);
    assertThat(result.notes())
        .anyMatch(
            note -> note.startsWith("1 of 13 pictures could not be measured: cross/broken.png ("));
    String page = Files.readString(folder.resolve("page.html"));
    assertThat(page).contains("Comparison of images", "pointing-game", "Do the metrics agree?");
    String cells = Files.readString(folder.resolve("results").resolve("cells.csv"));
    assertThat(cells.lines()).hasSize(1 + 13 * 9);
    Files.delete(folder.resolve("page.html"));
    Launcher.Result again = run("compare", options);
    assertThat(again.out()).isEqualTo(result.out());
    assertThat(folder.resolve("page.html")).exists();
    Launcher.Result other = run("compare", "--results", folder.resolve("results").toString());
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.errors())
        .startsWith("limelight: ")
        .contains("another setting")
        .hasLineCount(1);
  }

  @Test
  void aNameGivenTwiceCountsOnce() throws Exception {
    Launcher.Result once = run("compare", "--methods", "center-blob", "--metrics", "sparseness");
    Launcher.Result twice =
        run(
            "compare",
            "--methods",
            "center-blob,center-blob",
            "--metrics",
            "sparseness,sparseness");
    assertThat(twice.out()).isEqualTo(once.out());
    assertThat(twice.notes())
        .startsWith(
            "the method center-blob is given 2 times and counts once",
            "the metric sparseness is given 2 times and counts once")
        .hasSize(2 + once.notes().size());
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    assertThat(run("compare", "--metrics", "beauty").err())
        .startsWith("limelight: no metric 'beauty'; there are adcc, average-drop")
        .hasLineCount(1);
    assertThat(run("audit", "--method", "gradcam").err())
        .startsWith("limelight: no method 'gradcam'; did you mean grad-cam?")
        .hasLineCount(1);
    images = folder.resolve("nowhere");
    Launcher.Result nowhere = run("audit");
    assertThat(nowhere.exit()).isEqualTo(1);
    assertThat(nowhere.err()).contains("nowhere does not exist").hasLineCount(1);
    assertThat(folder.resolve("page.html")).doesNotExist();
  }

  @Test
  void aMapIsJudged() throws Exception {
    Path picture = images.resolve("circle").resolve("scene 70000.png");
    Path out = folder.resolve("out");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            MODEL,
            "--image",
            picture.toString(),
            "--verdict",
            "--out",
            out.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.out()).containsAnyOf("trustworthy", "doubtful", "not to be trusted");
    assertThat(Files.readString(out.resolve("manifest.json")))
        .contains("\"verdict\"", "better than chance");
    Launcher.Result plan = Launcher.run("explain", "--model", MODEL, "--plan", "--verdict");
    assertThat(plan.rows().get(plan.rows().size() - 1))
        .startsWith("a verdict on one map: 288 forwards, 6 maps by grad-cam");
  }

  @Test
  void aTargetCanBeADifference() throws Exception {
    Path picture = images.resolve("circle").resolve("scene 70000.png");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            MODEL,
            "--labels",
            folder.resolve("labels.txt").toString(),
            "--target",
            "difference(circle, cross)",
            "--image",
            picture.toString(),
            "--out",
            folder.resolve("out").toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(Files.readString(folder.resolve("out").resolve("manifest.json")))
        .contains("\"targetLabel\": \"difference(circle, cross)\"");
    assertThat(result.out()).contains("difference(circle, cross) (predicted circle; grad-cam at ");
  }
}
