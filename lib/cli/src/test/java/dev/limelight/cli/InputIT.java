package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputIT {

  private static final Path MODELS =
      Path.of("../core/src/test/resources/inputs").toAbsolutePath().normalize();

  private static final String PICTURE = Launcher.fixture("picture-0.png");

  @TempDir private Path folder;

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }

  private String manifest() throws IOException {
    return Files.readString(folder.resolve("out").resolve("manifest.json"));
  }

  @Test
  void layersSaysWhatTheInputIs() throws Exception {
    assertThat(Launcher.run("layers", "--model", model("one-channel.pt")).rows().get(0))
        .isEqualTo(
            "input: 1 channel, 224x224, channels first, float32"
                + " (from the first convolution; size assumed)");
    Launcher.Result last =
        Launcher.run(
            "layers",
            "--model",
            model("channels-last.pt"),
            "--channels-last",
            "--input",
            "3,24,32");
    assertThat(last.rows().get(0))
        .isEqualTo(
            "input: 3 channels, 32x24, channels last, float32"
                + " (from the first convolution; size assumed)");
    assertThat(last.rows()).anyMatch(row -> row.endsWith("4,12,16"));
  }

  @Test
  void aGreyNetworkIsExplainedFromAPicture() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            model("one-channel.pt"),
            "--image",
            PICTURE,
            "--size",
            "32x24",
            "--out",
            folder + "/out");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.notes())
        .containsExactly(
            "preprocessing assumed: values 0 to 1, no mean; set --scale, --mean, --std");
    assertThat(manifest())
        .contains("\"preprocessing\": \"32x24 crop, grey, mean [0.0], std [1.0] (assumed)\"")
        .contains("\"preprocessingAssumed\": \"preprocessing assumed: values 0 to 1");
  }

  @Test
  void nothingIsAssumedOnceAllIsSaid() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            model("one-channel.pt"),
            "--image",
            PICTURE,
            "--size",
            "32x24",
            "--mean",
            "0.13",
            "--std",
            "0.31",
            "--fit",
            "stretch",
            "--resize",
            "bicubic",
            "--out",
            folder + "/out");
    assertThat(result.rows()).hasSize(1);
    assertThat(manifest())
        .contains("\"32x24 stretch by bicubic, grey, mean [0.13], std [0.31]\"")
        .doesNotContain("Assumed");
  }

  @Test
  void filesBesideTheModelAreReadAndNamed() throws Exception {
    Path copy = Files.copy(MODELS.resolve("channels-first.pt"), folder.resolve("net.pt"));
    Files.writeString(folder.resolve("classes.txt"), "ant\nbee\ncat\ndog\n");
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"do_resize\": true, \"size\": {\"height\": 24, \"width\": 32}, \"resample\": 2,"
            + " \"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]}");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            copy.toString(),
            "--image",
            PICTURE,
            "--target",
            "bee",
            "--out",
            folder + "/out");
    assertThat(result.errors()).isEmpty();
    assertThat(result.rows().get(0)).contains("bee");
    assertThat(result.notes())
        .containsExactly("read beside the model: preprocessor_config.json, classes.txt");
    assertThat(manifest()).contains("32x24 stretch, mean [0.5, 0.5, 0.5]");
  }

  @Test
  void optionsOfAnotherFormAreRefusedBeforeAnyWork() throws Exception {
    for (String size : new String[] {"0", "big", "3x", "100000"}) {
      Launcher.Result result =
          Launcher.run(
              "explain",
              "--model",
              "none.pt",
              "--image",
              PICTURE,
              "--size",
              size,
              "--out",
              folder + "/out");
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.err())
          .contains(
              "--size is a size such as 224, or WIDTHxHEIGHT such as 160x96, of at most 67 megapixels, but got '"
                  + size);
    }
    Launcher.Result colours =
        Launcher.run(
            "explain",
            "--model",
            model("one-channel.pt"),
            "--image",
            PICTURE,
            "--mean",
            "0.4,0.5,0.6",
            "--out",
            folder + "/out");
    assertThat(colours.exit()).isEqualTo(1);
    assertThat(colours.err()).contains("one value for each of the 1 channels").hasLineCount(1);
  }
}
