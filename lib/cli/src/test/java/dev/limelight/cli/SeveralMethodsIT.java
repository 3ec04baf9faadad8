package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code explain} with several methods: a folder each, and a page with all. */
class SeveralMethodsIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet.onnx");

  @TempDir private Path folder;

  private Launcher.Result explain(String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("explain", "--model", MODEL));
    all.addAll(List.of("--image", Launcher.fixture("picture-0.png")));
    all.addAll(List.of(Launcher.fixture("picture-1.png")));
    all.addAll(List.of(more));
    return Launcher.runIn(folder, all.toArray(String[]::new));
  }

  @Test
  void eachHasTheFilesOfARunOfItsOwn() throws Exception {
    Launcher.Result several =
        explain(
            "--json",
            "--out",
            "seen",
            "--method",
            "grad-cam,occlusion(window=16, stride=16)",
            "--method",
            "layer-cam");
    assertThat(several.exit()).as(several.err()).isZero();
    List<JsonObject> lines =
        several.rows().stream().map(row -> JsonParser.parseString(row).getAsJsonObject()).toList();
    assertThat(lines)
        .extracting(line -> line.get("method").getAsString() + " " + line.get("file").getAsString())
        .containsExactly(
            "grad-cam picture-0.png",
            "grad-cam picture-1.png",
            "occlusion (window=16, stride=16, baseline=0.0) picture-0.png",
            "occlusion (window=16, stride=16, baseline=0.0) picture-1.png",
            "layer-cam picture-0.png",
            "layer-cam picture-1.png");
    assertThat(lines.get(5).get("index").getAsInt()).isEqualTo(1);
    assertThat(lines.get(5).get("files").toString())
        .contains("seen/layer-cam/explanations.npz", "seen/methods.html");
    Path seen = folder.resolve("seen");
    assertThat(seen.toFile().list())
        .containsExactlyInAnyOrder("grad-cam", "occlusion", "layer-cam", "methods.html");
    assertThat(Files.readString(seen.resolve("methods.html")))
        .contains("2 pictures, 3 methods", "picture-1.png");
    assertThat(explain("--out", "alone", "--method", "layer-cam").exit()).isZero();
    List<String> files = List.of(folder.resolve("alone").toFile().list());
    assertThat(seen.resolve("layer-cam").toFile().list())
        .containsExactlyInAnyOrderElementsOf(files);
    for (String file : files) {
      assertThat(sums(seen.resolve("layer-cam").resolve(file)))
          .as(file)
          .isEqualTo(sums(folder.resolve("alone").resolve(file)));
    }
    Launcher.Result again = explain("--out", "seen", "--method", "grad-cam,layer-cam,grad-cam");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.notes())
        .contains(
            "the method grad-cam is given 2 times and counts once",
            "replaced the results of an earlier run in seen/layer-cam");
    assertThat(again.rows()).last().isEqualTo("seen/methods.html");
  }

  /** The checksum of a file, or of each array in it; the archive itself has the time in it. */
  private static Map<String, Long> sums(Path file) throws IOException {
    if (!file.toString().endsWith(".npz")) {
      CRC32 sum = new CRC32();
      sum.update(Files.readAllBytes(file));
      return Map.of("", sum.getValue());
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc));
    }
  }

  @Test
  void theDefaultFolderIsNamedAfterTheFirst() throws Exception {
    Launcher.Result found = explain("--methods", "layer-cam,grad-cam,eigen-cam");
    assertThat(found.exit()).as(found.err()).isZero();
    assertThat(folder.toFile().list()).containsExactly("picture-0-and-1-more-layer-cam-and-2-more");
  }

  @Test
  void whatIsThereAlreadyIsLeftAlone() throws Exception {
    Path own = Files.createDirectory(folder.resolve("seen"));
    Files.writeString(own.resolve("methods.html"), "mine");
    Launcher.Result refused = explain("--out", "seen", "--method", "grad-cam,layer-cam");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors())
        .contains("methods.html is there already and is no result of an earlier run");
    assertThat(own.toFile().list()).containsExactly("methods.html");
    Launcher.Result failed =
        explain("--out", "new", "--method", "grad-cam,layer-cam", "--layer", "x");
    assertThat(failed.exit()).isNotZero();
    assertThat(folder.toFile().list()).containsExactly("seen");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"grad-cam,nothing", "grad-cam,", "occlusion(window=16,grad-cam", "occlusion)"})
  void aWrongNameIsAUsageError(String methods) throws Exception {
    Launcher.Result found = explain("--out", "seen", "--method", methods);
    assertThat(found.exit()).as(found.err()).isEqualTo(2);
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void theyAreThoseOfAPlan() throws Exception {
    Launcher.Result found =
        Launcher.run("explain", "--plan", "--model", MODEL, "--method", "grad-cam,layer-cam");
    assertThat(found.rows().stream().skip(1).map(row -> row.split(" ")[0]))
        .containsExactly("grad-cam", "layer-cam");
  }
}
