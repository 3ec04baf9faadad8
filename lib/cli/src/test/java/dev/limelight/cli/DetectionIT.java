package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outputs of detectors, what they find, and maps of it. */
class DetectionIT {

  private static final Path BOXES =
      Path.of("../core/src/test/resources/boxes").toAbsolutePath().normalize();

  @TempDir private Path folder;
  private Path labels;

  @BeforeEach
  void writeLabels() throws Exception {
    labels = Files.write(folder.resolve("labels.txt"), List.of("cup", "cat", "hat"));
  }

  private Launcher.Result run(String command, String model, String... more) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(command, "--model", BOXES.resolve(model).toString(), "--size", "64x48"));
    all.addAll(List.of(more));
    return Launcher.run(all.toArray(String[]::new));
  }

  @Test
  void outputsSaysWhatTheyAreTakenForAndWhy() throws Exception {
    Launcher.Result open = run("outputs", "yolo.onnx");
    assertThat(open.exit()).as(open.err()).isZero();
    assertThat(open.out())
        .contains("output0", "[1, 7, 60]", "60 candidates of 7 values: 4 of a box, 3 classes")
        .contains("2 readers fit: choose one by --reader, or give --labels");
    Launcher.Result settled = run("outputs", "yolo.onnx", "--labels", labels.toString(), "--json");
    assertThat(settled.exit()).as(settled.err()).isZero();
    List<String> chosen =
        settled.rows().stream()
            .map(row -> JsonParser.parseString(row).getAsJsonObject())
            .filter(row -> row.has("chosen") && row.get("chosen").getAsBoolean())
            .map(row -> row.get("reader").getAsString())
            .toList();
    assertThat(chosen).containsExactly("yolo");
  }

  /** Its suppression is in the graph. */
  @Test
  void whatAModelListsItselfIsReadAndExplained() throws Exception {
    Launcher.Result outputs = run("outputs", "found.onnx");
    assertThat(outputs.exit()).as(outputs.err()).isZero();
    assertThat(outputs.out())
        .containsPattern("boxes +\\[1, -1, 4\\]")
        .containsPattern("\\* +after-nms +yes +what was found is listed: boxes in boxes, scores in")
        .contains("one reader fits, and is taken by --reader auto");
    assertThat(outputs.notes()).anyMatch(note -> note.contains("pictures run one at a time"));
    String picture = Launcher.fixture("picture-1.png");
    Launcher.Result found =
        run("detect", "found.onnx", "--labels", labels.toString(), "--image", picture, "--json");
    assertThat(found.exit()).as(found.err()).isZero();
    JsonObject first = JsonParser.parseString(found.rows().get(0)).getAsJsonObject();
    String[] more = {
      "--labels",
      labels.toString(),
      "--image",
      picture,
      "--target",
      "box(0)",
      "--json",
      "--out",
      folder.resolve("listed").toString(),
      "--method",
      "d-rise(masks=20,cells=4)"
    };
    Launcher.Result explained = run("explain", "found.onnx", more);
    assertThat(explained.exit()).as(explained.err()).isZero();
    JsonObject map = JsonParser.parseString(explained.rows().get(0)).getAsJsonObject();
    assertThat(map.get("label")).isEqualTo(first.get("label"));
    assertThat(map.get("probability").getAsDouble())
        .isCloseTo(first.get("score").getAsDouble(), within(1e-4));
    more[more.length - 1] = "grad-cam";
    Launcher.Result gradients = run("explain", "found.onnx", more);
    assertThat(gradients.exit()).as(gradients.err()).isZero();
    JsonObject cam = JsonParser.parseString(gradients.rows().get(0)).getAsJsonObject();
    assertThat(cam.get("label")).isEqualTo(first.get("label"));
    assertThat(cam.get("probability")).isEqualTo(map.get("probability"));
  }

  @Test
  void onePlaceInSeveralPicturesIsNoted() throws Exception {
    List<String> command = new ArrayList<>(List.of("--labels", labels.toString(), "--image"));
    command.add(Launcher.fixture("picture-1.png"));
    command.addAll(List.of("--target", "box(cat,4,4,40,40)", "--method", "center-blob"));
    command.addAll(List.of("--out", folder.resolve("one").toString()));
    Launcher.Result one = run("explain", "yolo.onnx", command.toArray(String[]::new));
    assertThat(one.exit()).as(one.err()).isZero();
    assertThat(one.notes()).noneMatch(note -> note.startsWith("the place of"));
    command.add(4, Launcher.fixture("picture-0.png"));
    command.set(command.size() - 1, folder.resolve("two").toString());
    Launcher.Result two = run("explain", "yolo.onnx", command.toArray(String[]::new));
    assertThat(two.exit()).as(two.err()).isZero();
    assertThat(two.notes())
        .contains(
            "the place of box(cat,4,4,40,40) is the same in every picture, whatever is there;"
                + " explain pictures one by one to give each its place");
  }

  /** 32 classes, and distances in 8 bins: both outputs of a stride have as many values. */
  @Test
  void aPicoDetThatFitsBothWaysAsks() throws Exception {
    String picture = Launcher.fixture("picture-1.png");
    Launcher.Result doubt = run("detect", "picodet-32.onnx", "--image", picture);
    assertThat(doubt.exit()).isEqualTo(1);
    assertThat(doubt.errors())
        .contains("may be picodet (", "or picodet-distances-first (", "--reader");
    for (String reader : List.of("picodet", "picodet-distances-first")) {
      Launcher.Result settled =
          run("detect", "picodet-32.onnx", "--image", picture, "--reader", reader);
      assertThat(settled.exit()).as(settled.err()).isZero();
    }
  }

  @Test
  void detectNumbersTheBoxesAsExplainTakesThem() throws Exception {
    String picture = Launcher.fixture("picture-1.png");
    String out = folder.resolve("found").toString();
    Launcher.Result found =
        run(
            "detect",
            "yolo.onnx",
            "--labels",
            labels.toString(),
            "--image",
            picture,
            "--method",
            "grad-cam",
            "--boxes",
            "2",
            "--out",
            out,
            "--json");
    assertThat(found.exit()).as(found.err()).isZero();
    JsonObject first = JsonParser.parseString(found.rows().get(0)).getAsJsonObject();
    assertThat(first.get("target").getAsString()).isEqualTo("box(0)");
    assertThat(folder.resolve("found/boxes.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("found/boxes.html")))
        .contains(
            "\"box(0): " + first.get("label").getAsString() + "\"", "\"box(1): ", "\"box\":[");
    String seen = folder.resolve("seen").toString();
    Launcher.Result explained =
        run(
            "explain",
            "yolo.onnx",
            "--labels",
            labels.toString(),
            "--image",
            picture,
            "--target",
            "box(0)",
            "--out",
            seen,
            "--json");
    assertThat(explained.exit()).as(explained.err()).isZero();
    JsonObject map = JsonParser.parseString(explained.rows().get(0)).getAsJsonObject();
    assertThat(map.get("label")).isEqualTo(first.get("label"));
    assertThat(map.get("probability").getAsDouble())
        .isCloseTo(first.get("score").getAsDouble(), within(1e-4));
    assertThat(map.getAsJsonObject("numbers").get("box left").getAsDouble())
        .isCloseTo(first.get("left").getAsDouble(), within(0.1));
  }

  /** Results of an earlier run are replaced as a whole, and nothing else is. */
  @Test
  void filesOfTheUsersAreKept() throws Exception {
    Path out = Files.createDirectory(folder.resolve("own"));
    Path own = Files.writeString(out.resolve("boxes.png"), "mine");
    String[] more = {
      "--labels",
      labels.toString(),
      "--image",
      Launcher.fixture("picture-1.png"),
      "--out",
      out.toString()
    };
    Launcher.Result refused = run("detect", "yolo.onnx", more);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("boxes.png is there already and is no result of an earlier");
    assertThat(own).hasContent("mine");
    Files.delete(own);
    assertThat(run("detect", "yolo.onnx", more).exit()).isZero();
    Files.writeString(out.resolve("boxes.html"), "of another picture");
    assertThat(run("detect", "yolo.onnx", more).exit()).isZero();
    assertThat(out.resolve("boxes.html")).doesNotExist();
    assertThat(Files.readString(out.resolve("boxes.json"))).contains("\"target\": \"box(0)\"");
  }

  @Test
  void anIsolatedModelExplainsTheSameBox() throws Exception {
    String[] more = {
      "--labels",
      labels.toString(),
      "--image",
      Launcher.fixture("picture-1.png"),
      "--target",
      "box(1)",
      "--out",
      folder.resolve("seen").toString(),
      "--json"
    };
    Launcher.Result here = run("explain", "picodet.onnx", more);
    assertThat(here.exit()).as(here.err()).isZero();
    more = java.util.Arrays.copyOf(more, more.length + 1);
    more[more.length - 1] = "--isolated";
    Launcher.Result apart = run("explain", "picodet.onnx", more);
    assertThat(apart.exit()).as(apart.err()).isZero();
    assertThat(apart.rows()).isEqualTo(here.rows());
  }

  @Test
  void anIsolatedModelListsTheSame() throws Exception {
    for (String model : List.of("picodet.onnx", "found.onnx")) {
      Launcher.Result here = run("outputs", model, "--labels", labels.toString());
      assertThat(here.exit()).as(here.err()).isZero();
      Launcher.Result apart = run("outputs", model, "--labels", labels.toString(), "--isolated");
      assertThat(apart.exit()).as(apart.err()).isZero();
      assertThat(apart.rows()).isEqualTo(here.rows());
      assertThat(apart.notes()).isEqualTo(here.notes());
      Launcher.Result found = run("detect", model, boxes("here"));
      assertThat(found.exit()).as(found.err()).isZero();
      List<String> isolated = new ArrayList<>(List.of(boxes("apart")));
      isolated.addAll(List.of("--time-limit", "100"));
      Launcher.Result same = run("detect", model, isolated.toArray(String[]::new));
      assertThat(same.exit()).as(same.err()).isZero();
      assertThat(found.rows()).isNotEmpty().isEqualTo(same.rows());
      assertThat(same.notes()).isEqualTo(found.notes());
      for (String file : List.of("boxes.png", "boxes.json", "boxes.html")) {
        assertThat(folder.resolve("apart").resolve(file))
            .hasSameBinaryContentAs(folder.resolve("here").resolve(file));
      }
    }
  }

  /** What detect is asked, with maps of a box. */
  private String[] boxes(String out) {
    return new String[] {
      "--labels",
      labels.toString(),
      "--image",
      Launcher.fixture("picture-1.png"),
      "--method",
      "grad-cam",
      "--boxes",
      "1",
      "--out",
      folder.resolve(out).toString(),
      "--json"
    };
  }

  /** As without isolation. */
  @Test
  void anIsolatedModelThatFitsNoReaderIsRefused() throws Exception {
    String picture = Launcher.fixture("picture-1.png");
    Launcher.Result here = run("detect", "yolo.onnx", "--image", picture);
    Launcher.Result apart = run("detect", "yolo.onnx", "--image", picture, "--isolated");
    assertThat(apart.exit()).isEqualTo(1).isEqualTo(here.exit());
    assertThat(apart.errors()).isEqualTo(here.errors()).contains("may be yolo (", "--reader");
  }

  /** A written heatmap is that of a class. */
  @Test
  void exportHasNoReader() throws Exception {
    String model = BOXES.resolve("yolo.onnx").toString();
    Path out = folder.resolve("heatmap.onnx");
    Launcher.Result refused =
        Launcher.run("export", "--model", model, "--reader", "yolo", "--out", out.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.errors()).contains("no option '--reader'; its options are ", "--target");
    Launcher.Result detector = Launcher.run("export", "--model", model, "--out", out.toString());
    assertThat(detector.exit()).isEqualTo(1);
    assertThat(detector.errors()).contains("limelight: ");
    assertThat(out).doesNotExist();
  }

  @Test
  void aDoubtIsSettledByTheReader() throws Exception {
    String picture = Launcher.fixture("picture-1.png");
    Launcher.Result doubt = run("detect", "yolo.onnx", "--image", picture);
    assertThat(doubt.exit()).isEqualTo(1);
    assertThat(doubt.errors()).contains("may be yolo (", "or yolo-objectness (", "--reader");
    Launcher.Result settled =
        run("detect", "yolo.onnx", "--image", picture, "--reader", "yolo", "--score", "0.5");
    assertThat(settled.exit()).as(settled.err()).isZero();
    assertThat(settled.rows().get(0)).startsWith("box").endsWith("target");
    assertThat(settled.rows().get(1)).matches("0 +class \\d .*box\\(\\d(,-?[\\d.]+){4}\\)");
    Launcher.Result wrong = run("detect", "yolo.onnx", "--image", picture, "--reader", "yollo");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("no reader 'yollo'; did you mean");
  }
}
