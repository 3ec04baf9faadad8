package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.limelight.codec.Png;
import dev.limelight.course.data.Scenes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainManyIT {

  /** The Spark installation of the profile lab. */
  private static final Path SPARK =
      Path.of("../spark/target/spark-home").toAbsolutePath().normalize();

  private static final Path NETWORK =
      Path.of("../../notebooks/data/models/scenes").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void withoutSparkTheMessageSaysHowToGetIt() throws Exception {
    Launcher.Result result =
        Launcher.run(
            Map.of("SPARK_HOME", ""),
            "explain-many",
            "--model",
            "m",
            "--images",
            "i",
            "--out",
            "o");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.errors().lines())
        .singleElement()
        .asString()
        .startsWith("limelight: explain-many runs on Apache Spark")
        .contains("SPARK_HOME");
    Launcher.Result wrong =
        Launcher.run(
            Map.of("SPARK_HOME", folder.toString()),
            "explain-many",
            "--model",
            "m",
            "--images",
            "i",
            "--out",
            "o");
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.errors().lines()).singleElement().asString().contains(folder + "/jars");
  }

  @Test
  void aFolderIsExplainedAndAudited() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    Path images = folder.resolve("images");
    for (int i = 0; i < 20; i++) {
      Path own = Files.createDirectories(images.resolve(scenes.labels().get(i % 2)));
      Png.write(scenes.get(i).picture(), own.resolve(i + ".png"));
    }
    Files.write(images.resolve("cross").resolve("empty.png"), new byte[0]);
    Path labels = Files.writeString(folder.resolve("labels.txt"), "circle\ncross\n");
    Map<String, String> environment =
        Map.of("SPARK_HOME", SPARK.toString(), "SPARK_LOCAL_IP", "127.0.0.1");
    String[] command = {
      "explain-many",
      "--model",
      NETWORK.toString(),
      "--labels",
      labels.toString(),
      "--images",
      images.toString(),
      "--out",
      folder.resolve("out").toString(),
      "--audit"
    };
    Launcher.Result result = Launcher.run(environment, command);
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows().get(0))
        .startsWith("grad-cam: 21 pictures, 2 predicted classes, 1 fail");
    assertThat(result.rows()).anySatisfy(row -> assertThat(row).startsWith("circle "));
    assertThat(result.rows().get(result.rows().size() - 1))
        .startsWith("21 pictures, 21 rows, 1 failure in");
    assertThat(result.notes())
        .anyMatch(note -> note.startsWith("preprocessing assumed: "))
        .anyMatch(note -> note.contains("cross/empty.png has no map: "))
        .doesNotHaveDuplicates();
    Path manifest = folder.resolve("out/_manifest.json");
    assertThat(Files.readString(manifest)).contains("preprocessing assumed: ", "empty.png");
    // Nothing is left to do, and what was assumed is still said.
    Launcher.Result again = Launcher.run(environment, command);
    assertThat(again.notes()).isEqualTo(result.notes());
    assertThat(again.out()).isEqualTo(result.out());
    String[] other = command.clone();
    other[2] = "no-such-model";
    other[8] = folder.resolve("elsewhere").toString();
    Launcher.Result refused = Launcher.run(environment, other);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors().lines()).singleElement().asString().contains("no such model");
  }

  @Test
  void samplesAreScaledByARange() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    Path images = Files.createDirectories(folder.resolve("images"));
    Files.copy(
        Path.of(Launcher.fixture("../pictures")).resolve("rgb-12.png"), images.resolve("a.png"));
    Map<String, String> environment =
        Map.of("SPARK_HOME", SPARK.toString(), "SPARK_LOCAL_IP", "127.0.0.1");
    List<String> command =
        List.of(
            "explain-many",
            "--model",
            NETWORK.toString(),
            "--images",
            images.toString(),
            "--out",
            folder.resolve("dark").toString());
    Launcher.Result dark = Launcher.run(environment, command.toArray(String[]::new));
    assertThat(dark.errors()).isEmpty();
    assertThat(dark.err()).contains("a.png: its samples are from ", "--range 0,4095");
    List<String> scaled = new ArrayList<>(command);
    scaled.set(6, folder.resolve("scaled").toString());
    scaled.addAll(List.of("--range", "0,4095"));
    Launcher.Result result = Launcher.run(environment, scaled.toArray(String[]::new));
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("its samples are");
    scaled.set(6, folder.resolve("dark").toString());
    assertThat(Launcher.run(environment, scaled.toArray(String[]::new)).errors())
        .contains("has results of other settings", "samples from 0.0 to 4095.0");
  }

  @Test
  void theGridIsPassedToTheNetwork() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    Path images = Files.createDirectories(folder.resolve("images"));
    Scenes scenes = Scenes.builder().optSide(64).build();
    Png.write(scenes.get(0).picture(), images.resolve("0.png"));
    assertThat(lastRow(images, "4x16")).contains("1 row, 0 failures");
    assertThat(lastRow(images, "9x9")).contains("fewer tokens than a grid of 9x9");
  }

  /** Runs on this machine, with a model of PyTorch. */
  private Launcher.Result explainMany(String model, String out, String... more) throws Exception {
    return explainMany("64", model, out, more);
  }

  private Launcher.Result explainMany(String size, String model, String out, String[] more)
      throws Exception {
    Path images = folder.resolve("pictures");
    if (!Files.exists(images)) {
      Files.createDirectories(images);
      Files.copy(Path.of(Launcher.fixture("picture-0.png")), images.resolve("0.png"));
    }
    List<String> command = new ArrayList<>(List.of("explain-many", "--model", model));
    command.addAll(List.of("--size", size, "--images", images.toString()));
    command.addAll(List.of("--out", folder.resolve(out).toString()));
    command.addAll(List.of(more));
    return Launcher.run(
        Map.of("SPARK_HOME", SPARK.toString(), "SPARK_LOCAL_IP", "127.0.0.1"),
        command.toArray(String[]::new));
  }

  @Test
  void theEngineIsSetAsForExplain() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    String model = Launcher.fixture("tiny-resnet-traced.pt");
    Launcher.Result set = explainMany(model, "set", "--threads", "1", "--device", "cpu");
    assertThat(set.exit()).as(set.err()).isZero();
    assertThat(set.out()).startsWith("1 picture, 1 row, 0 failures in ");
    Launcher.Result noDevice = explainMany(model, "no-device", "--device", "gpu:63");
    assertThat(noDevice.exit()).isEqualTo(1);
    assertThat(noDevice.errors())
        .startsWith("limelight: PyTorch sees no device gpu63 here")
        .hasLineCount(1);
    Launcher.Result noThreads = explainMany(NETWORK.toString(), "mxnet", "--threads", "2");
    assertThat(noThreads.exit()).isEqualTo(1);
    assertThat(noThreads.errors()).contains("OMP_NUM_THREADS").hasLineCount(1);
    Launcher.Result wrong = explainMany(model, "wrong", "--threads", "0");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.errors()).startsWith("limelight: --threads is a number from 1, but got 0");
  }

  @Test
  void boxesAreReadByAReader() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    Path boxes = Path.of("../core/src/test/resources/boxes").toAbsolutePath().normalize();
    String yolo = boxes.resolve("yolo.onnx").toString();
    String[] one = {"--target", "box(0)"};
    Launcher.Result doubt = explainMany("64x48", yolo, "doubt", one);
    assertThat(doubt.exit()).isEqualTo(1);
    assertThat(doubt.errors()).contains("may be yolo (", "or yolo-objectness (", "--reader");
    String[] two = {"--reader", "yolo", "--target", "box(0)", "--target", "box(1,4,4,40,40)"};
    Launcher.Result read = explainMany("64x48", yolo, "read", two);
    assertThat(read.exit()).as(read.err()).isZero();
    assertThat(read.out()).startsWith("1 picture, 2 rows, 0 failures in ");
    assertThat(read.notes())
        .anyMatch(note -> note.startsWith("the place of box(1,4,4,40,40) is the same in every"));
    String[] none = {"--reader", "yollo"};
    Launcher.Result wrong = explainMany("64x48", yolo, "wrong", none);
    assertThat(wrong.exit()).isNotZero();
    assertThat(wrong.errors()).contains("no reader 'yollo'; did you mean");
  }

  @Test
  void aModelIsIsolated() throws Exception {
    assumeTrue(Files.isDirectory(SPARK.resolve("jars")), "Spark comes with the profile lab");
    String model = Launcher.fixture("tiny-resnet-traced.pt");
    Launcher.Result isolated = explainMany(model, "isolated", "--isolated", "--threads", "1");
    assertThat(isolated.exit()).as(isolated.err()).isZero();
    assertThat(isolated.out()).startsWith("1 picture, 1 row, 0 failures in ");
    String endless =
        Path.of("../core/src/test/resources/isolation/endless.pt").toAbsolutePath().toString();
    Launcher.Result ended = explainMany(endless, "ended", "--time-limit", "15");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.errors())
        .startsWith("limelight: the model's process was ended after its time limit of 15 s while")
        .hasLineCount(1);
  }

  /** The last row of the output, or of the message of a refusal. */
  private String lastRow(Path images, String grid) throws Exception {
    Launcher.Result result =
        Launcher.run(
            Map.of("SPARK_HOME", SPARK.toString(), "SPARK_LOCAL_IP", "127.0.0.1"),
            "explain-many",
            "--model",
            Path.of(Launcher.fixture("../transformers"), "tiny-vit.pt").toString(),
            "--size",
            "64",
            "--layer",
            "encoder.layers.encoder_layer_1.ln_1",
            "--grid",
            grid,
            "--images",
            images.toString(),
            "--out",
            folder.resolve("out-" + grid).toString());
    return result.exit() == 0 ? result.rows().get(result.rows().size() - 1) : result.err().strip();
  }
}
