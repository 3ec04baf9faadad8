package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain --for localise} and enlarged maps, as scripts call them. */
class LocaliseIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet.onnx");

  @TempDir private Path folder;

  private Launcher.Result explain(Path out, String... more) throws Exception {
    Stream<String> usual =
        Stream.of(
            "explain", "--model", MODEL, "--image", Launcher.fixture("picture-0.png"), "--out");
    return Launcher.run(
        Stream.of(usual, Stream.of(out.toString()), Stream.of(more))
            .flatMap(part -> part)
            .toArray(String[]::new));
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<String> names(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void localisingWritesBoxesAndTheNextRunTakesThemAway() throws Exception {
    Path out = folder.resolve("out");
    Launcher.Result result = explain(out, "--for", "localise", "--json");
    assertThat(result.errors()).isEmpty();
    assertThat(names(out))
        .containsExactly(
            "explanations.npz", "manifest.json", "picture-0-localise.png", "regions.json");
    JsonObject manifest = json(out.resolve("manifest.json"));
    assertThat(manifest.get("regions").getAsString()).isEqualTo("regions.json");
    assertThat(manifest.getAsJsonObject("provenance").get("method").getAsString())
        .matches("localise \\(by=spotlight, fine=\\S+\\+\\S+\\)");
    JsonObject line = JsonParser.parseString(result.out()).getAsJsonObject();
    JsonArray box = line.getAsJsonArray("box");
    JsonObject first =
        json(out.resolve("regions.json")).getAsJsonArray("annotations").get(0).getAsJsonObject();
    assertThat(first.getAsJsonArray("segmentation")).isNotEmpty();
    for (int i = 0; i < 4; i++) {
      double found = first.getAsJsonArray("bbox").get(i).getAsDouble();
      assertThat(box.get(i).getAsDouble()).isBetween(found - 1.5, found + 1.5);
    }
    assertThat(line.getAsJsonArray("files")).hasSize(3);
    assertThat(explain(out).exit()).isZero();
    assertThat(names(out))
        .containsExactly("explanations.npz", "manifest.json", "picture-0-grad-cam.png");
  }

  @Test
  void regionsOfTheUsersAreKept() throws Exception {
    Path out = folder.resolve("own");
    assertThat(explain(out).exit()).isZero();
    Files.writeString(out.resolve("regions.json"), "mine");
    Launcher.Result result = explain(out, "--for", "localise");
    assertThat(result.errors()).contains("regions.json is there already and is no result");
    assertThat(Files.readString(out.resolve("regions.json"))).isEqualTo("mine");
  }

  @Test
  void wherePurposeAndMethodMeetNeitherIsTaken() throws Exception {
    Path out = folder.resolve("none");
    for (String[] wrong :
        new String[][] {{"--for", "localise", "--method", "grad-cam"}, {"--for", "debug"}}) {
      Launcher.Result result = explain(out, wrong);
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.errors()).hasLineCount(1).contains("--for");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void anEnlargedMapSaysWhoseEdgesItHas() throws Exception {
    Path out = folder.resolve("guided");
    Launcher.Result result = explain(out, "--method", "guided-filter(inner=layer-cam)");
    assertThat(result.errors()).isEmpty();
    assertThat(result.notes())
        .anySatisfy(note -> assertThat(note).startsWith("guided-filter follows edges"));
    JsonObject one =
        json(out.resolve("manifest.json")).getAsJsonArray("explanations").get(0).getAsJsonObject();
    assertThat(one.get("unit").getAsString()).isEqualTo("relative");
  }
}
