package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResnetBlockFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders saved by DJL, in each of its forms. */
class SavedFolderIT {

  private static final String TENSOR = Launcher.fixture("golden.npz") + ":x";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void blocksOfAFactory(String engine) throws Exception {
    float[] expected = saveResNet(engine);
    Launcher.Result layers =
        Launcher.run(
            "layers", "--model", folder.toString(), "--engine", engine.toLowerCase(Locale.ROOT));
    assertThat(layers.errors()).isEmpty();
    assertThat(layers.exit()).isZero();
    assertThat(layers.rows()).filteredOn(row -> row.startsWith("*")).hasSize(1);
    float[] found = explained("--engine", engine.toLowerCase(Locale.ROOT));
    assertThat(found).hasSize(24);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-3f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void truncatedParameters(String engine) throws Exception {
    saveResNet(engine);
    Path parameters = folder.resolve("resnet-0000.params");
    byte[] whole = Files.readAllBytes(parameters);
    for (int length : new int[] {0, 3, 9, 60, whole.length / 2, whole.length - 10}) {
      Files.write(parameters, Arrays.copyOf(whole, length));
      Launcher.Result result = explain("--engine", engine.toLowerCase(Locale.ROOT));
      assertThat(result.err())
          .as("%d bytes", length)
          .startsWith("limelight: ")
          .contains("resnet-0000.params cannot be read")
          .hasLineCount(1);
      assertThat(result.exit()).isEqualTo(1);
      assertThat(folder.resolve("out")).doesNotExist();
      assertThat(names(folder)).noneMatch(name -> name.startsWith(".limelight"));
    }
  }

  @Test
  void aFactoryThatCannotBeCreated() throws Exception {
    saveResNet("MXNet");
    for (String properties :
        List.of(
            "",
            "blockFactory=com.example.Nothing",
            "blockFactory=java.lang.String",
            "blockFactory=" + ResnetBlockFactory.class.getName(),
            "blockFactory=" + ResnetBlockFactory.class.getName() + "\nimageShape=[3,64",
            "blockFactory=" + ResnetBlockFactory.class.getName() + "\nnumLayers=five")) {
      Files.writeString(folder.resolve("serving.properties"), properties);
      Launcher.Result result = explain();
      assertThat(result.err())
          .as(properties)
          .startsWith("limelight: ")
          .contains("serving.properties")
          .doesNotContain("cut short")
          .hasLineCount(1);
      assertThat(result.exit()).isEqualTo(1);
    }
  }

  @Test
  void aSymbolSavedByDjl() throws Exception {
    Path from = Path.of(Launcher.fixture("tiny-resnet-symbol.json")).getParent();
    try (Model model = Model.newInstance("tiny-resnet", "MXNet")) {
      model.load(from, "tiny-resnet");
      model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.save(folder, "again");
    }
    assertThat(names(folder)).containsExactly("again-0000.params");
    goldenLogits(explained());
  }

  @Test
  void aFolderWithASymbol() throws Exception {
    for (String name : List.of("tiny-resnet-symbol.json", "tiny-resnet-0000.params")) {
      Files.copy(Path.of(Launcher.fixture(name)), folder.resolve(name));
    }
    goldenLogits(explained());
  }

  /** Saves a network as DJL users do, and returns its logits for the fixture's pictures. */
  private float[] saveResNet(String engine) throws Exception {
    Files.writeString(
        folder.resolve("serving.properties"),
        """
        blockFactory=%s
        numLayers=18
        imageShape=[3,64,64]
        outSize=4
        """
            .formatted(ResnetBlockFactory.class.getName()));
    try (Model model = Model.newInstance("resnet", engine);
        NDManager scope = model.getNDManager().newSubManager()) {
      Block block =
          new ResnetBlockFactory()
              .newBlock(
                  model,
                  folder,
                  Map.of("numLayers", 18, "imageShape", List.of(3d, 64d, 64d), "outSize", 4));
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.setBlock(block);
      model.save(folder, "resnet");
      NDArray x = CommandLineIT.arrays(scope, Path.of(Launcher.fixture("golden.npz"))).get("x");
      x.setName(null);
      return block
          .forward(new ParameterStore(scope, false), new NDList(x), false)
          .head()
          .toFloatArray();
    }
  }

  private float[] explained(String... more) throws Exception {
    Launcher.Result result = explain(more);
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      return CommandLineIT.arrays(manager, folder.resolve("out/explanations.npz"))
          .get("logits")
          .toFloatArray();
    }
  }

  private Launcher.Result explain(String... more) throws Exception {
    String[] arguments = {
      "explain",
      "--model",
      folder.toString(),
      "--tensor",
      TENSOR,
      "--out",
      folder.resolve("out").toString()
    };
    return Launcher.run(
        Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
  }

  private static void goldenLogits(float[] found) throws Exception {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      float[] expected =
          CommandLineIT.arrays(manager, Path.of(Launcher.fixture("golden.npz")))
              .get("logits")
              .toFloatArray();
      assertThat(found).containsExactly(expected, within(1e-4f));
    }
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
