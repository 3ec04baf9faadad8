package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs use: JSON, standard input, exit codes. */
class MachineInterfaceIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet-symbol.json");
  private static final String PICTURE = Launcher.fixture("picture-0.png");
  private static final Path PICTURES =
      Path.of("../core/src/test/resources/pictures").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private static List<JsonObject> json(Launcher.Result result) {
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out().chars()).allMatch(c -> c < 128);
    return result.rows().stream()
        .map(row -> JsonParser.parseString(row).getAsJsonObject())
        .toList();
  }

  private String labels() throws IOException {
    return Files.writeString(folder.resolve("labels.txt"), "Kätzchen\n犬\nc\nd\n").toString();
  }

  @Test
  void explainPrintsOneLineAPicture() throws Exception {
    Path out = folder.resolve("out");
    List<JsonObject> lines =
        json(
            Launcher.run(
                "explain",
                "--json",
                "--model",
                MODEL,
                "--labels",
                labels(),
                "--target",
                "0",
                "--out",
                out.toString(),
                "--image",
                PICTURE,
                Launcher.fixture("picture-1.png")));
    assertThat(lines).hasSize(2);
    JsonObject first = lines.get(0);
    assertThat(first.keySet())
        .containsExactly(
            "file",
            "index",
            "target",
            "label",
            "probability",
            "logit",
            "predicted",
            "predictedLabel",
            "predictedProbability",
            "layer",
            "method",
            "positiveEvidence",
            "verdict",
            "overlay",
            "box",
            "files",
            "numbers",
            "notes");
    assertThat(first.get("file").getAsString()).isEqualTo("picture-0.png");
    assertThat(first.get("target").getAsInt()).isZero();
    assertThat(first.get("label").getAsString()).isEqualTo("Kätzchen");
    assertThat(first.get("layer").getAsString()).isEqualTo("layer3");
    assertThat(first.get("method").getAsString()).isEqualTo("grad-cam");
    assertThat(first.get("notes").getAsJsonArray()).isEmpty();
    assertThat(lines.get(1).get("index").getAsInt()).isEqualTo(1);
    assertThat(Path.of(first.get("overlay").getAsString())).isRegularFile();
    for (JsonElement file : first.getAsJsonArray("files")) {
      assertThat(Path.of(file.getAsString())).isRegularFile();
    }
    JsonObject stored =
        JsonParser.parseString(Files.readString(out.resolve("manifest.json")))
            .getAsJsonObject()
            .getAsJsonArray("explanations")
            .get(0)
            .getAsJsonObject();
    assertThat(first.get("probability").getAsDouble())
        .isEqualTo(stored.get("targetProbability").getAsDouble(), within(1e-9));
  }

  @Test
  void aPictureComesFromStandardInput() throws Exception {
    Path fromFile = folder.resolve("file");
    JsonObject expected =
        json(Launcher.run(
                "explain",
                "--json",
                "--model",
                MODEL,
                "--out",
                fromFile.toString(),
                "--image",
                PICTURE))
            .get(0);
    Path out = folder.resolve("out");
    JsonObject found =
        json(Launcher.runWithInput(
                Path.of(PICTURE),
                "explain",
                "-",
                "--json",
                "--model",
                MODEL,
                "--out",
                out.toString()))
            .get(0);
    assertThat(found.get("file").getAsString()).isEqualTo("stdin");
    assertThat(found.get("logit")).isEqualTo(expected.get("logit"));
    assertThat(out.resolve("stdin-grad-cam.png"))
        .hasSameBinaryContentAs(fromFile.resolve("picture-0-grad-cam.png"));
    Launcher.Result mixed =
        Launcher.runWithInput(
            Path.of(PICTURE),
            "explain",
            "--model",
            MODEL,
            "--out",
            out.toString(),
            "--image",
            "-",
            PICTURE);
    assertThat(mixed.exit()).as(mixed.err()).isZero();
    assertThat(mixed.rows()).hasSize(2);
    assertThat(mixed.rows().get(0)).startsWith("stdin ");
  }

  @Test
  void standardInputThatHoldsNoPictureIsRefused() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path text = Files.writeString(folder.resolve("text"), "hello");
    String out = folder.resolve("out").toString();
    Launcher.Result nothing =
        Launcher.runWithInput(empty, "explain", "-", "--model", MODEL, "--out", out);
    assertThat(nothing.exit()).isEqualTo(1);
    assertThat(nothing.errors()).startsWith("limelight: standard input is empty");
    Launcher.Result wrong =
        Launcher.runWithInput(text, "explain", "-", "--json", "--model", MODEL, "--out", out);
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.errors()).startsWith("limelight: stdin is not a picture").hasLineCount(1);
    assertThat(Path.of(out)).doesNotExist();
    for (String[] usage :
        new String[][] {
          {"-", "--image", PICTURE}, {"--image", "-", "-"}, {"cat.jpg"},
        }) {
      String[] all = new String[usage.length + 5];
      System.arraycopy(new String[] {"explain", "--model", MODEL, "--out", out}, 0, all, 0, 5);
      System.arraycopy(usage, 0, all, 5, usage.length);
      Launcher.Result result = Launcher.run(all);
      assertThat(result.exit()).as(String.join(" ", usage)).isEqualTo(2);
      assertThat(result.err()).hasLineCount(1);
    }
  }

  @Test
  void layersAndMethodsPrintObjects() throws Exception {
    List<JsonObject> layers = json(Launcher.run("layers", "--json", "--model", MODEL));
    assertThat(layers.stream().filter(one -> one.get("default").getAsBoolean()))
        .singleElement()
        .satisfies(one -> assertThat(one.get("layer").getAsString()).isEqualTo("layer3"))
        .satisfies(one -> assertThat(one.getAsJsonArray("shape")).hasSize(3));
    assertThat(json(Launcher.run("methods", "--json")))
        .extracting(one -> one.get("method").getAsString())
        .contains("grad-cam", "saliency")
        .doesNotHaveDuplicates();
    List<JsonObject> plan =
        json(Launcher.run("explain", "--plan", "--json", "--model", MODEL, "--method", "grad-cam"));
    assertThat(plan).singleElement().satisfies(row -> assertThat(row.has("passes")).isTrue());
  }

  @Test
  void folderCommandsPrintObjectsAndNameWhatCannotBeRead() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 3; i++) {
      Files.copy(Path.of(Launcher.fixture("picture-" + i + ".png")), images.resolve(i + ".png"));
    }
    Files.copy(PICTURES.resolve("animated-webp.webp"), images.resolve("film.webp"));
    Files.writeString(images.resolve("phone.heic"), "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
    Files.write(images.resolve("torn.png"), new byte[] {1, 2, 3});
    String page = folder.resolve("page.html").toString();
    Launcher.Result audit =
        Launcher.run(
            "audit",
            "--json",
            "--verdicts",
            "0",
            "--model",
            MODEL,
            "--images",
            images.toString(),
            "--out",
            page);
    List<JsonObject> rows = json(audit);
    assertThat(rows)
        .extracting(row -> row.get("file").getAsString())
        .containsExactly("0.png", "1.png", "2.png", "film.webp", "phone.heic", "torn.png");
    assertThat(rows.get(0).get("error").isJsonNull()).isTrue();
    assertThat(rows.get(3).getAsJsonArray("notes").get(0).getAsString())
        .isEqualTo("it is the first of 3 pictures in its file");
    assertThat(rows.get(4).get("error").getAsString()).contains("is a HEIC file");
    assertThat(rows.get(4).get("target").isJsonNull()).isTrue();
    assertThat(audit.notes())
        .contains("film.webp: it is the first of 3 pictures in its file")
        .anyMatch(note -> note.contains("phone.heic is a HEIC file"))
        .anyMatch(note -> note.startsWith("torn.png could not be explained: "))
        .doesNotHaveDuplicates();
    assertThat(audit.errors()).isEmpty();
    Launcher.Result compare =
        Launcher.run(
            "compare",
            "--json",
            "--verdicts",
            "0",
            "--model",
            MODEL,
            "--images",
            images.toString(),
            "--methods",
            "grad-cam,random-cam",
            "--metrics",
            "average-drop",
            "--out",
            page);
    assertThat(json(compare))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.get("pictures").getAsInt()).isBetween(1, 4))
        .extracting(row -> row.get("method").getAsString())
        .containsExactlyInAnyOrder("grad-cam", "random-cam");
    assertThat(compare.notes())
        .anyMatch(note -> note.startsWith("2 of 6 pictures could not be measured: phone.heic ("));
  }

  @Test
  void samplesAreScaledByARange() throws Exception {
    String twelve = PICTURES.resolve("rgb-12.png").toString();
    String out = folder.resolve("out").toString();
    Launcher.Result dark =
        Launcher.run("explain", "--model", MODEL, "--out", out, "--image", twelve);
    assertThat(dark.exit()).isZero();
    assertThat(dark.errors()).isEmpty();
    assertThat(dark.err())
        .contains("note: rgb-12.png: its samples are from ", "of 0 to 65535", "--range 0,4095");
    assertThat(Files.readString(folder.resolve("out/manifest.json"))).contains("so it is dark");
    Launcher.Result scaled =
        Launcher.run(
            "explain", "--model", MODEL, "--out", out, "--range", "0,4095", "--image", twelve);
    assertThat(scaled.exit()).isZero();
    assertThat(scaled.errors()).isEmpty();
    Launcher.Result wrong =
        Launcher.run(
            "explain", "--model", MODEL, "--out", out, "--range", "9,1", "--image", twelve);
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("--range needs two numbers that go up");
  }

  @ParameterizedTest
  @ValueSource(strings = {"explain", "layers", "methods", "compare", "audit"})
  void theHelpNamesJson(String command) throws Exception {
    assertThat(Launcher.run(command, "--help").out()).contains("--json");
  }

  @Test
  void exitCodesAreThoseOfTheHelp() throws Exception {
    Launcher.Result help = Launcher.run("--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("Exit codes:", "  0   ", "  1   ", "  2   ");
    assertThat(Launcher.run("methods").exit()).isZero();
    assertThat(Launcher.run("layers", "--model", folder.resolve("none.onnx").toString()).exit())
        .isEqualTo(1);
    assertThat(Launcher.run("layers").exit()).isEqualTo(2);
    assertThat(Launcher.run("no-command").exit()).isEqualTo(2);
    assertThat(help.out()).contains("doctor");
  }
}
