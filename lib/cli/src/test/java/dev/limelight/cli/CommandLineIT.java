package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output and files of successful commands, and the messages for wrong usage. */
class CommandLineIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet-symbol.json");
  private static final String TENSOR = Launcher.fixture("golden.npz") + ":x";

  @TempDir private Path folder;

  @Test
  void methodsPrintsARowPerMethod() throws Exception {
    Launcher.Result result = Launcher.run("methods");
    assertThat(result.exit()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.rows().stream().map(row -> row.split(" ")[0]))
        .contains(
            "cam",
            "grad-cam",
            "grad-cam++",
            "grad-cam-elementwise",
            "hires-cam",
            "layer-cam",
            "xgrad-cam")
        .doesNotHaveDuplicates();
    for (String row : result.rows()) {
      assertThat(row.split(" {2,}")).as(row).hasSize(6).doesNotContain("");
    }
  }

  @Test
  void layersPrintsARowPerLayerAndOneStar() throws Exception {
    Launcher.Result result = Launcher.run("layers", "--model", MODEL, "--input", "3,64,64");
    assertThat(result.exit()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.rows().stream().map(row -> row.substring(1).strip().split(" ")[0]))
        .contains("conv1", "layer1", "layer2.conv2", "layer2", "layer3", "avgpool")
        .doesNotContain("flatten", "fc", "data");
    List<String> starred = result.rows().stream().filter(row -> row.startsWith("*")).toList();
    assertThat(starred).hasSize(1);
    assertThat(starred.get(0).split(" +")).startsWith("*", "layer3").endsWith("32,8,8");
    assertThat(result.rows().stream().filter(row -> row.endsWith("before a stride of 2")))
        .isNotEmpty()
        .anyMatch(row -> row.contains(" layer2 "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"layer2", "layer3", ""})
  void theArraysEqualThoseOfTheFixture(String layer) throws Exception {
    Path out = folder.resolve("new/out");
    String[] arguments = {
      "explain", "--model", MODEL, "--tensor", TENSOR, "--target", "0", "--out", out.toString()
    };
    Launcher.Result result =
        layer.isEmpty()
            ? Launcher.run(arguments)
            : Launcher.run(
                Stream.concat(Stream.of(arguments), Stream.of("--layer", layer))
                    .toArray(String[]::new));
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows()).hasSize(6).noneMatch(row -> row.endsWith(" "));
    String used = layer.isEmpty() ? "layer3" : layer;
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      NDList golden = arrays(manager, Path.of(Launcher.fixture("golden.npz")));
      NDList found = arrays(manager, out.resolve("explanations.npz"));
      check(found.get("logits"), DataType.FLOAT32, new Shape(6, 4));
      check(found.get("target"), DataType.INT64, new Shape(6));
      check(found.get("map"), DataType.FLOAT32, golden.get(used + "/grad-cam-raw").getShape());
      check(found.get("heatmap"), DataType.FLOAT32, new Shape(6, 64, 64));
      equal(found.get("logits"), golden.get("logits"));
      assertThat(found.get("target").toLongArray()).containsOnly(0);
      for (float value : found.get("heatmap").toFloatArray()) {
        assertThat(value).isBetween(0f, 1f);
      }
      long[] classes = golden.get("y").toLongArray();
      int checked = 0;
      for (int i = 0; i < classes.length; i++) {
        if (classes[i] == 0) {
          NDArray raw = found.get("map").get(i);
          equal(raw.maximum(0), golden.get(used + "/grad-cam-raw").get(i));
          equal(found.get("heatmap").get(i), golden.get(used + "/grad-cam").get(i));
          checked++;
        }
      }
      assertThat(checked).isPositive();
    }
    JsonObject manifest = manifest(out);
    JsonObject provenance = manifest.getAsJsonObject("provenance");
    assertThat(provenance.get("layer").getAsString()).isEqualTo(used);
    assertThat(provenance.get("modelSha256").getAsString()).matches("[0-9a-f]{64}");
    assertThat(provenance.get("limelight").getAsString()).isEqualTo("0.1.0");
    assertThat(manifest.getAsJsonArray("explanations")).hasSize(6);
    assertThat(names(out)).containsExactly("explanations.npz", "manifest.json");
  }

  @Test
  void eachPictureGetsAnOverlay() throws Exception {
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "circle\nsquare\ntriangle\ncross\n\n");
    Path same = Files.createDirectories(folder.resolve("other")).resolve("picture-0.png");
    Files.copy(Path.of(Launcher.fixture("picture-1.png")), same);
    Path out = folder.resolve("out");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            MODEL,
            "--image",
            Launcher.fixture("picture-0.png"),
            same.toString(),
            "--size",
            "64",
            "--labels",
            labels.toString(),
            "--target",
            "square",
            "--method",
            "layer-cam",
            "--out",
            out.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows()).hasSize(2).allMatch(row -> row.contains("square"));
    String assumed =
        "preprocessing assumed: values 0 to 1, no mean; set --scale, --mean, --std (those of most"
            + " PyTorch networks: --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225)";
    assertThat(result.notes()).containsExactly(assumed);
    assertThat(manifest(out).getAsJsonArray("notes").asList())
        .singleElement()
        .extracting(JsonElement::getAsString)
        .isEqualTo(assumed);
    assertThat(names(out))
        .containsExactly(
            "explanations.npz",
            "manifest.json",
            "picture-0-2-layer-cam.png",
            "picture-0-layer-cam.png");
    for (String name : names(out)) {
      if (name.endsWith(".png")) {
        BufferedImage overlay = ImageIO.read(out.resolve(name).toFile());
        assertThat(overlay.getWidth()).isGreaterThanOrEqualTo(64);
      }
    }
    JsonObject first = manifest(out).getAsJsonArray("explanations").get(0).getAsJsonObject();
    assertThat(first.get("targetLabel").getAsString()).isEqualTo("square");
    assertThat(first.get("overlay").getAsString()).isEqualTo("picture-0-layer-cam.png");
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      NDList golden = arrays(manager, Path.of(Launcher.fixture("golden.npz")));
      NDList found = arrays(manager, out.resolve("explanations.npz"));
      equal(found.get("logits"), golden.get("logits").get("0:2"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--aug-smooth, grad-cam-aug-smooth",
    "--eigen-smooth, grad-cam-eigen-smooth",
    "--aug-smooth --eigen-smooth, grad-cam-eigen-smooth-aug-smooth"
  })
  void smoothingChangesTheMapAndTheName(String options, String name) throws Exception {
    Path plain = folder.resolve("plain");
    Path smooth = folder.resolve("smooth");
    List<String> arguments =
        List.of(
            "explain",
            "--model",
            MODEL,
            "--size",
            "64",
            "--image",
            Launcher.fixture("picture-0.png"),
            "--out");
    assertThat(Launcher.run(with(arguments, plain.toString())).exit()).isZero();
    Launcher.Result result = Launcher.run(with(arguments, (smooth + " " + options).split(" ")));
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("(" + name);
    assertThat(names(smooth))
        .containsExactly("explanations.npz", "manifest.json", "picture-0-" + name + ".png");
    assertThat(manifest(smooth).getAsJsonObject("provenance").get("method").getAsString())
        .startsWith(name + " (inner=");
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      NDList before = arrays(manager, plain.resolve("explanations.npz"));
      NDList after = arrays(manager, smooth.resolve("explanations.npz"));
      equal(after.get("logits"), before.get("logits"));
      check(after.get("map"), DataType.FLOAT32, before.get("map").getShape());
      assertThat(after.get("map").toFloatArray()).isNotEqualTo(before.get("map").toFloatArray());
    }
  }

  private static String[] with(List<String> arguments, String... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({"png, 10", "png, 6", "jpg, 5"})
  void greyTransparentAndJpegPicturesAreAccepted(String format, int type) throws Exception {
    BufferedImage image = new BufferedImage(90, 70, type);
    for (int x = 0; x < 90; x++) {
      image.setRGB(x, 30, x % 2 == 0 ? 0x80FF0000 : 0xFF3030FF);
    }
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    Path out = folder.resolve("out");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            MODEL,
            "--image",
            file.toString(),
            "--size",
            "64",
            "--out",
            out.toString());
    assertThat(result.errors()).isEmpty();
    String transparent = "picture.png: its transparent parts are drawn on white";
    assertThat(result.notes().contains(transparent))
        .isEqualTo(type == BufferedImage.TYPE_4BYTE_ABGR);
    assertThat(result.exit()).isZero();
    assertThat(names(out)).contains("picture-grad-cam.png");
  }

  @Test
  void theLauncherRunsThroughALink() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("first"), Launcher.FILE);
    Path second =
        Files.createSymbolicLink(folder.resolve("second"), Path.of(first.getFileName().toString()));
    assertThat(Launcher.run(second, "methods").exit()).isZero();
  }

  @Test
  void helpAndVersionAreNotErrors() throws Exception {
    for (String[] arguments :
        new String[][] {
          {"--help"}, {"explain", "--help"}, {"layers", "--help"}, {"methods", "--help"}
        }) {
      Launcher.Result result = Launcher.run(arguments);
      assertThat(result.exit()).isZero();
      assertThat(result.errors()).isEmpty();
      assertThat(result.out()).contains("Usage: limelight");
    }
    assertThat(Launcher.run("--version").out().strip()).isEqualTo("limelight 0.1.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "explain --nothing --model m --tensor t --out o",
        "explain --tensor t --out o",
        "explain --model m --out o",
        "explain --model m --out o --image i --tensor t",
        "explain --model m --out o --image i --size 0",
        "explain --model m --out o --image i --size big",
        "explain --model m --out o --image i --mean 1,2",
        "explain --model m --out o --image i --std 1,0,1",
        "explain --model m --out o --image i --engine abacus",
        "layers --model m --input 3,64",
        "layers --model m --input 3,64,-1",
        "layers --model m --input 3,64,x"
      })
  void wrongUsageIsReportedInOneLine(String line) throws Exception {
    Launcher.Result result = Launcher.run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(result.errors()).startsWith("limelight: ").endsWith("\n").hasLineCount(1);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  private static void check(NDArray array, DataType type, Shape shape) {
    assertThat(array.getDataType()).isEqualTo(type);
    assertThat(array.getShape()).isEqualTo(shape);
  }

  private static void equal(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().toFloatArray()[0]).isCloseTo(0f, within(1e-4f));
  }

  static NDList arrays(NDManager manager, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return NDList.decode(manager, in);
    }
  }

  private static JsonObject manifest(Path out) throws IOException {
    return JsonParser.parseString(Files.readString(out.resolve("manifest.json"))).getAsJsonObject();
  }

  private static List<String> names(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
