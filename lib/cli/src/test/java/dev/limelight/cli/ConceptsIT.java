package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.codec.Png;
import dev.limelight.course.data.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight concepts}, on the course's network that tells circles from crosses. */
class ConceptsIT {

  private static final String SHAPES =
      Path.of("../../notebooks/data/models/scenes").toAbsolutePath().normalize().toString();

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "circle\ncross\n");
    pictures("scenes", 0, 24);
    pictures("examples", 1000, 12);
    pictures("random", 2000, 24);
  }

  private void pictures(String name, int first, int count) throws IOException {
    Scenes scenes = Scenes.builder().optSide(32).optLabels("circle", "cross").build();
    Path to = Files.createDirectories(folder.resolve(name));
    for (int i = first; i < first + count; i++) {
      Png.write(scenes.get(i).picture(), to.resolve("scene-" + i + ".png"));
    }
  }

  private Launcher.Result run(String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "concepts",
                "--model",
                SHAPES,
                "--labels",
                folder.resolve("labels.txt").toString(),
                "--images",
                folder.resolve("scenes").toString(),
                "--out",
                folder.resolve("out").toString()));
    command.addAll(List.of(more));
    return Launcher.run(command.toArray(String[]::new));
  }

  /** The class is known by its index, which is another class's name. */
  @Test
  void namesMayBeTheNumbersOfOtherClasses() throws Exception {
    Files.writeString(folder.resolve("labels.txt"), "1\n0\n");
    Launcher.Result result = run("--concepts", "2");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Files.readString(folder.resolve("out/concepts.json"))).contains("\"class\": ");
  }

  @Test
  void aFolderGetsAPageTheNumbersAndTheMaps() throws Exception {
    Launcher.Result result = run("--class", "circle", "--concepts", "3", "--crops", "0.5");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.notes()).anyMatch(note -> note.contains("are taken for another class"));
    assertThat(result.rows().get(0)).startsWith("3 concepts of circle at layer ");
    Path out = folder.resolve("out");
    JsonObject numbers =
        JsonParser.parseString(Files.readString(out.resolve("concepts.json"))).getAsJsonObject();
    assertThat(numbers.get("class").getAsString()).isEqualTo("circle");
    assertThat(numbers.getAsJsonArray("concepts")).hasSize(3);
    assertThat(numbers.getAsJsonArray("pictures").size()).isBetween(3, 23);
    assertThat(Files.readString(out.resolve("concepts.html")))
        .contains("Concepts of circle", "Where they are", "total Sobol index");
    assertThat(out.resolve("concept-maps.npz")).isNotEmptyFile();
    JsonObject line =
        JsonParser.parseString(run("--concepts", "3", "--json").rows().get(0)).getAsJsonObject();
    assertThat(line.get("concept").getAsInt()).isEqualTo(1);
    assertThat(line.getAsJsonArray("crops")).isNotEmpty();
  }

  @Test
  void examplesAreTested() throws Exception {
    String examples = folder.resolve("examples").toString();
    String random = folder.resolve("random").toString();
    Launcher.Result result =
        run("--class", "circle", "--examples", examples, "--random", random, "--runs", "5");
    assertThat(result.errors()).isEmpty();
    assertThat(result.rows().get(0)).startsWith("examples: the score rises towards it in ");
    JsonObject test =
        JsonParser.parseString(Files.readString(folder.resolve("out").resolve("tcav.json")))
            .getAsJsonObject();
    assertThat(test.get("runs").getAsInt()).isEqualTo(5);
    assertThat(run("--class", "circle", "--examples", examples).err())
        .contains("--examples and --random go together");
    assertThat(run("--examples", examples, "--random", random).err())
        .contains("--examples needs --class");
  }

  @Test
  void anAuditAsksForConceptsOfSuspiciousClustersAlone() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "audit",
                "--model",
                SHAPES,
                "--labels",
                folder.resolve("labels.txt").toString(),
                "--images",
                folder.resolve("scenes").toString(),
                "--verdicts",
                "0",
                "--out",
                folder.resolve("audit.html").toString(),
                "--concepts",
                "3"));
    Launcher.Result result = Launcher.run(command.toArray(String[]::new));
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.out()).doesNotContain("carries it");
    command.set(command.size() - 1, "-1");
    assertThat(Launcher.run(command.toArray(String[]::new)).err())
        .contains("--concepts must be from 0 to 100, but got -1");
  }

  @Test
  void whatCannotBeDoneIsRefusedInASentence() throws Exception {
    assertThat(run("--concepts", "0").err()).contains("a class has 1 to 500 concepts, but got 0");
    assertThat(run("--crops", "2").err()).contains("from 0.1 to 1, but got 2.0");
    assertThat(run("--class", "square").exit()).isEqualTo(2);
    assertThat(run("--isolated").err()).contains("without --isolated");
    assertThat(folder.resolve("out").resolve("concepts.html")).doesNotExist();
  }
}
