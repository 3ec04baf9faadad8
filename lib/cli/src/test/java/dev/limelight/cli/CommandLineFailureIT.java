package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors are reported in one line, and no files are left behind. */
class CommandLineFailureIT {

  private static final String MODEL = Launcher.fixture("tiny-resnet-symbol.json");
  private static final String PARAMETERS = Launcher.fixture("tiny-resnet-0000.params");
  private static final String ARRAYS = Launcher.fixture("golden.npz");
  private static final String PICTURE = Launcher.fixture("picture-0.png");

  @TempDir private Path folder;
  private Path parent;
  private Path out;

  @BeforeEach
  void prepareAFolderForResults() throws Exception {
    parent = Files.createDirectory(folder.resolve("parent"));
    out = parent.resolve("out");
  }

  @Test
  void missingModels() throws Exception {
    failsTensor(missing("no-symbol.json"), ARRAYS + ":x", "no such model");
    failsTensor(Files.createDirectory(folder.resolve("e")).toString(), ARRAYS, "holds no model");
    failsTensor(PICTURE, ARRAYS, "is not a model");
  }

  @Test
  void aModelWithoutItsParameters() throws Exception {
    Path model = Files.copy(Path.of(MODEL), folder.resolve("tiny-resnet-symbol.json"));
    failsTensor(model.toString(), ARRAYS + ":x", "tiny-resnet-0000.params");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 30, 200, 20_000, 41_798, 83_000, 83_586})
  void truncatedParameters(int length) throws Exception {
    byte[] whole = Files.readAllBytes(Path.of(PARAMETERS));
    assertThat(whole).hasSize(83_596);
    String model = model(Files.readString(Path.of(MODEL)), Arrays.copyOf(whole, length));
    failsTensor(model, ARRAYS + ":x", "tiny-resnet-0000.params cannot be read: it is ");
  }

  @ParameterizedTest
  @CsvSource({"0", "16", "24", "32", "36", "44", "83000", "83200", "83500"})
  void parametersWithADamagedNumber(int from) throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(PARAMETERS));
    Arrays.fill(bytes, from, from + 8, (byte) 0x7F);
    String model = model(Files.readString(Path.of(MODEL)), bytes);
    failsTensor(model, ARRAYS + ":x", "tiny-resnet-0000.params");
  }

  @Test
  void parametersOfAnotherNetwork() throws Exception {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      NDArray other = manager.zeros(new Shape(3, 3));
      other.setName("arg:somewhere_weight");
      Path file = Files.createDirectory(folder.resolve("saved")).resolve("m.params");
      try (OutputStream to = Files.newOutputStream(file)) {
        new NDList(other).encode(to, NDList.Encoding.NPZ);
      }
      String model = model(Files.readString(Path.of(MODEL)), Files.readAllBytes(file));
      failsTensor(model, ARRAYS + ":x", "tiny-resnet-0000.params");
    }
    String renamed =
        Files.readString(Path.of(MODEL)).replace("\"conv1.weight\"", "\"elsewhere.weight\"");
    assertThat(renamed).isNotEqualTo(Files.readString(Path.of(MODEL)));
    failsTensor(
        model(renamed, Files.readAllBytes(Path.of(PARAMETERS))), ARRAYS + ":x", "another network");
    String wider =
        Files.readString(Path.of(MODEL))
            .replaceFirst("\"num_filter\": \"8\"", "\"num_filter\": \"9\"");
    assertThat(wider).isNotEqualTo(Files.readString(Path.of(MODEL)));
    failsTensor(model(wider, Files.readAllBytes(Path.of(PARAMETERS))), ARRAYS + ":x", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"nodes\": 3}",
        "{\"nodes\": []}",
        "{\"nodes\": [{\"op\": \"null\"}], \"heads\": [[0, 0, 0]]}",
        "{\"nodes\": [{\"op\":\"Nothing\",\"name\":\"a\",\"inputs\":[]}], \"heads\": [[9, 0, 0]]}"
      })
  void invalidSymbols(String text) throws Exception {
    String model = model(text, Files.readAllBytes(Path.of(PARAMETERS)));
    failsTensor(model, ARRAYS + ":x", "tiny-resnet-symbol.json is not an MXNet symbol");
  }

  @Test
  void aTruncatedSymbol() throws Exception {
    String whole = Files.readString(Path.of(MODEL));
    String model =
        model(whole.substring(0, whole.length() / 2), Files.readAllBytes(Path.of(PARAMETERS)));
    failsTensor(model, ARRAYS + ":x", "is no whole JSON file");
  }

  @Test
  void unknownChoices() throws Exception {
    doesNotExist("no layer 'layer9'; did you mean layer1, layer2, layer3", "--layer", "layer9");
    doesNotExist("no layer 'nonsense'; it can be cut at: conv1", "--layer", "nonsense");
    failsTensor(MODEL, ARRAYS + ":x", "(6, 32)", "--layer", "flatten");
    doesNotExist("choose 0 to 3", "--target", "4");
    doesNotExist("choose 0 to 3", "--target", "-1");
    doesNotExist("choose 0 to 3", "--target", "4", "--isolated");
    failsTensor(MODEL, ARRAYS + ":x", "labels are not known", "--target", "cat");
    doesNotExist("no method 'nope'; there are ", "--method", "nope");
    doesNotExist(
        "no method 'gradcam'; did you mean grad-cam? See limelight methods", "--method", "gradcam");
    doesNotExist("grad-cam has no arguments", "--method", "grad-cam(a=1)");
    failsTensor(MODEL, ARRAYS + ":x", "cannot run on PyTorch", "--engine", "pytorch");
    failsTensor(MODEL, ARRAYS + ":x", "use grad-cam", "--method", "cam", "--layer", "layer2");
  }

  @Test
  void namesThatDoNotSayWhichClass() throws Exception {
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "a\na\nb\nc\n");
    String[] twice = {"--labels", labels.toString(), "--target", "a"};
    failsTensor(MODEL, ARRAYS + ":x", "the target 'a' may be a (0) or a (1)", twice);
    Files.writeString(labels, "0\n1\n3\n2\n");
    String[] number = {"--labels", labels.toString(), "--target", "3"};
    failsTensor(MODEL, ARRAYS + ":x", "the target '3' may be 3 (2) or 2 (3)", number);
    Files.writeString(labels, "circle\n\ntriangle\ncross\n");
    failsTensor(MODEL, ARRAYS + ":x", "no label in line 2", "--labels", labels.toString());
    Files.writeString(labels, "\uFEFFcircle\nsquare\ntriangle\ncross\n");
    Launcher.Result marked =
        explain(
            MODEL, "--tensor", ARRAYS + ":x", "--labels", labels.toString(), "--target", "circle");
    assertThat(marked.errors()).isEmpty();
    assertThat(marked.rows()).allMatch(row -> row.contains("  circle "));
  }

  @Test
  void sizesBeyondMemoryAreRefused() throws Exception {
    Launcher.Result result = explain(MODEL, "--image", PICTURE, "--size", "100000");
    assertThat(result.errors())
        .startsWith("limelight: --size is a size such as 224, or WIDTHxHEIGHT")
        .hasLineCount(1);
    assertThat(result.exit()).isEqualTo(2);
  }

  @Test
  void labelsThatDoNotFit() throws Exception {
    Path labels = folder.resolve("labels.txt");
    String[] option = {"--labels", labels.toString()};
    failsTensor(MODEL, ARRAYS + ":x", "no such labels file", option);
    Files.writeString(labels, "a\nb\nc\n");
    failsTensor(MODEL, ARRAYS + ":x", "4 outputs, but got 3 labels", option);
    Files.writeString(labels, "a\nb\n");
    failsTensor(MODEL, ARRAYS + ":x", "4 outputs, but got 2 labels", option);
    Files.writeString(labels, "\n");
    failsTensor(MODEL, ARRAYS + ":x", "labels.txt", option);
    Files.write(labels, new byte[] {(byte) 0xC3, 0x28});
    failsTensor(MODEL, ARRAYS + ":x", "not UTF-8 text", option);
    Files.writeString(labels, "a\nb\nc\nd\n");
    String[] target = {"--labels", labels.toString(), "--target", "cat"};
    doesNotExist("no label 'cat'; there are a, b, c, d", target);
    Files.writeString(labels, "tiger cat\ncatamaran\nEgyptian cat\nd\n");
    doesNotExist("no label 'cat'; did you mean tiger cat, Egyptian cat?", target);
  }

  @Test
  void tensorsThatDoNotFit() throws Exception {
    failsTensor(MODEL, tensor("c.npz", new Shape(2, 4, 64, 64), DataType.FLOAT32), "4, 64, 64)");
    failsTensor(MODEL, tensor("d.npz", new Shape(3, 64, 64), DataType.FLOAT32), "(N, C, H, W)");
    failsTensor(MODEL, tensor("e.npz", new Shape(1, 3, 64, 64), DataType.FLOAT64), "float64");
    failsTensor(MODEL, tensor("f.npz", new Shape(0, 3, 64, 64), DataType.FLOAT32), "");
    failsTensor(MODEL, tensor("g.npz", new Shape(1, 3, 0, 64), DataType.FLOAT32), "");
    failsTensor(MODEL, ARRAYS + ":nothing", "it has x, y, logits");
    failsTensor(MODEL, ARRAYS, "name one");
    failsTensor(MODEL, missing("none.npz"), "no such tensor file");
    Path text = folder.resolve("text.npz");
    Files.writeString(text, "this is no archive");
    failsTensor(MODEL, text.toString(), "NumPy archive");
    Files.write(text, new byte[0]);
    failsTensor(MODEL, text.toString(), "NumPy archive");
    byte[] whole = Files.readAllBytes(Path.of(ARRAYS));
    Files.write(text, Arrays.copyOf(whole, whole.length / 2));
    failsTensor(MODEL, text + ":x", "NumPy archive");
  }

  @Test
  void invalidPictures() throws Exception {
    Path file = folder.resolve("picture.png");
    failsPicture("there is no file", file.toString());
    failsPicture("is empty", Files.write(file, new byte[0]).toString());
    failsPicture("not a picture", Files.writeString(file, "this is a text").toString());
    failsPicture("is a folder", folder.toString());
    byte[] whole = Files.readAllBytes(Path.of(PICTURE));
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    failsPicture("picture.png", PICTURE, file.toString());
  }

  @Test
  void foldersThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "text");
    for (Path wrong : List.of(file, file.resolve("below"), file.resolve("far/below"))) {
      Launcher.Result result =
          Launcher.run(
              "explain", "--model", MODEL, "--tensor", ARRAYS + ":x", "--out", wrong.toString());
      failed(result, "choose another");
      assertThat(resultFiles()).containsExactly(file);
    }
    assertThat(file).hasContent("text");
  }

  @Test
  void existingFilesStayAfterAnError() throws Exception {
    Files.createDirectory(out);
    Path old = Files.writeString(out.resolve("notes.txt"), "old");
    failed(explain(MODEL, "--tensor", ARRAYS + ":x", "--target", "9"), "out of range", 2);
    assertThat(resultFiles()).containsExactly(out, old);
    assertThat(old).hasContent("old");
    assertThat(explain(MODEL, "--tensor", ARRAYS + ":x", "--target", "3").exit()).isZero();
    Path manifest = out.resolve("manifest.json");
    assertThat(resultFiles()).containsExactly(out, out.resolve("explanations.npz"), manifest, old);
    assertThat(Files.readString(manifest)).contains("provenance");
  }

  @Test
  void verboseAddsTheStackTrace() throws Exception {
    Launcher.Result result =
        explain(MODEL, "--tensor", ARRAYS + ":x", "--target", "9", "--verbose");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.errors()).startsWith("limelight: target 9").contains("\tat dev.limelight.");
  }

  private void failsTensor(String model, String tensor, String why, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--tensor", tensor));
    arguments.addAll(List.of(more));
    failed(explain(model, arguments.toArray(String[]::new)), why);
    assertThat(resultFiles()).isEmpty();
  }

  /** What is named on the command line and does not exist ends as a wrong option does. */
  private void doesNotExist(String why, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--tensor", ARRAYS + ":x"));
    arguments.addAll(List.of(more));
    failed(explain(MODEL, arguments.toArray(String[]::new)), why, 2);
    assertThat(resultFiles()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "explian; no command 'explian'; did you mean explain?",
        "explain --modell x; no option '--modell'; did you mean --model?",
        "compare --image x; did you mean --images?",
        "layers --model x y; unexpected argument 'y'"
      })
  void whatDoesNotExistIsAnsweredByTheNearest(String line, String why) throws Exception {
    failed(Launcher.run(line.split(" ")), why, 2);
  }

  private void failsPicture(String why, String... pictures) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--image"));
    arguments.addAll(List.of(pictures));
    failed(explain(MODEL, arguments.toArray(String[]::new)), why);
    assertThat(resultFiles()).isEmpty();
  }

  private Launcher.Result explain(String model, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--model", model, "--out", out.toString()));
    arguments.addAll(List.of(more));
    return Launcher.run(arguments.toArray(String[]::new));
  }

  private static void failed(Launcher.Result result, String why) {
    failed(result, why, 1);
  }

  private static void failed(Launcher.Result result, String why, int exit) {
    assertThat(result.errors())
        .startsWith("limelight: ")
        .contains(why)
        .doesNotContain("Exception")
        .endsWith("\n")
        .hasLineCount(1);
    assertThat(result.exit()).isEqualTo(exit);
    assertThat(result.out()).isEmpty();
  }

  /** All files in the folder for results. */
  private List<Path> resultFiles() throws Exception {
    try (Stream<Path> files = Files.walk(parent)) {
      return files.filter(file -> !file.equals(parent)).sorted().toList();
    }
  }

  private String missing(String name) {
    return folder.resolve(name).toString();
  }

  private String model(String symbol, byte[] parameters) throws Exception {
    Path there = Files.createDirectories(folder.resolve("model"));
    Files.write(there.resolve("tiny-resnet-0000.params"), parameters);
    return Files.writeString(there.resolve("tiny-resnet-symbol.json"), symbol).toString();
  }

  private String tensor(String name, Shape shape, DataType type) throws Exception {
    Path file = folder.resolve(name);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        OutputStream to = Files.newOutputStream(file)) {
      NDArray array = manager.zeros(shape, type);
      array.setName("x");
      new NDList(array).encode(to, NDList.Encoding.NPZ);
    }
    return file.toString();
  }
}
