package dev.limelight.model.loading;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.Explanation;
import dev.limelight.Fixtures;
import dev.limelight.codec.Pictures;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Hashes;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.cache.PrivateCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept about a model file, with each engine. */
class ModelFactsTest {

  private static final int SIDE = 64;

  private static final Path FIXTURES = Fixtures.folder("fixtures");

  private static final String ONNX = "tiny-resnet.onnx";

  private static final String LAYER = "default-layer";

  @TempDir private Path temporary;

  private Path cache;

  @BeforeEach
  void nameFolder() {
    cache = temporary.resolve("facts");
    System.setProperty(PrivateCache.FOLDER, cache.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private static ExplainerBuilder builder(Path file) {
    ExplainerBuilder builder = Explainer.builder().setModel(file).optKeptFacts(true);
    return Files.isDirectory(file)
        ? builder
        : builder.optPreprocessing(Preprocessing.of(SIDE, SIDE));
  }

  /** All that a user sees of an explanation; numbers bit by bit. */
  private static List<Object> seen(ExplainerBuilder builder) throws IOException {
    try (Explainer explainer = builder.load()) {
      Explanation one = explainer.explain(Pictures.read(FIXTURES.resolve("picture-0.png")));
      return List.of(
          bits(one.map().values()),
          bits(one.logits()),
          one.toString(),
          one.provenance().toMap().toString(),
          explainer.model());
    }
  }

  private static List<Integer> bits(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> Float.floatToRawIntBits(values[i]))
        .toList();
  }

  private static String layer(ExplainerBuilder builder) throws IOException {
    try (Explainer explainer = builder.load()) {
      return explainer
          .explain(Pictures.read(FIXTURES.resolve("picture-0.png")))
          .provenance()
          .layerText();
    }
  }

  private List<Path> kept(String kind) throws IOException {
    return AtomicFile.files(cache).stream()
        .filter(file -> file.getFileName().toString().startsWith(kind))
        .toList();
  }

  private Map<String, String> all() throws IOException {
    Map<String, String> all = new HashMap<>();
    for (Path file : AtomicFile.files(cache)) {
      all.put(
          String.valueOf(file.getFileName()),
          Files.readString(file) + Files.getLastModifiedTime(file));
    }
    return all;
  }

  /** Writes another fact as if it had been found. */
  private void forge(String kind, UnaryOperator<String> change) throws IOException {
    assertThat(kept(kind)).hasSize(1);
    Path file = kept(kind).get(0);
    JsonObject root = new Gson().fromJson(Files.readString(file), JsonObject.class);
    JsonObject facts = root.getAsJsonObject("facts");
    root.remove("sha256");
    facts.addProperty("fact", change.apply(facts.get("fact").getAsString()));
    root.addProperty("sha256", Hashes.sha256(root.toString().getBytes(StandardCharsets.UTF_8)));
    Files.writeString(file, root.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ONNX,
        "tiny-resnet-traced.pt",
        "tiny-resnet-scripted.pt",
        "tiny-resnet-symbol.json",
        "hub",
        "tiny-vit.pt"
      })
  void aLaterStartGivesTheSameAndLooksAtNothing(String name) throws IOException {
    Path file =
        switch (name) {
          case "hub" -> Fixtures.folder(name);
          case "tiny-vit.pt" -> Fixtures.folder("transformers").resolve(name);
          default -> FIXTURES.resolve(name);
        };
    List<Object> without = seen(builder(file).optKeptFacts(false));
    assertThat(cache).doesNotExist();
    assertThat(seen(builder(file))).isEqualTo(without);
    Map<String, String> kept = all();
    assertThat(kept).isNotEmpty();
    assertThat(kept(LAYER)).hasSize(1);
    assertThat(seen(builder(file))).isEqualTo(without);
    assertThat(all()).isEqualTo(kept);
    // Whoever looks does not believe what is written here.
    List<String> layers;
    try (Explainer explainer = builder(file).optKeptFacts(false).load()) {
      layers =
          explainer.layers().stream().filter(l -> l.spatial()).map(l -> l.path().name()).toList();
    }
    String other =
        layers.stream()
            .filter(layer -> !without.get(3).toString().contains(layer))
            .findFirst()
            .orElseThrow();
    forge(LAYER, known -> other);
    assertThat(layer(builder(file))).isEqualTo(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {ONNX, "tiny-resnet-traced.pt", "tiny-resnet-symbol.json"})
  void aFactThatCannotBeTrueIsLookedUpAgain(String name) throws IOException {
    Path file = FIXTURES.resolve(name);
    List<Object> first = seen(builder(file));
    Map<String, String> kept = all();
    for (String kind :
        kept.keySet().stream().map(one -> one.replaceFirst("-[0-9a-f]+.json", "")).toList()) {
      for (String lie : List.of("", " ", "no-such-layer", "null", "\u0000", "../../etc/passwd")) {
        forge(kind, known -> lie);
        assertThat(seen(builder(file))).as(kind + " " + lie).isEqualTo(first);
      }
      Path damaged = kept(kind).get(0);
      Files.writeString(damaged, Files.readString(damaged).substring(20));
      assertThat(seen(builder(file))).isEqualTo(first);
    }
    assertThat(all().keySet()).isEqualTo(kept.keySet());
  }

  @Test
  void anotherModelOfTheSameNameSizeAndTimeIsLookedAt() throws IOException {
    Path file = temporary.resolve("net.onnx");
    Files.copy(FIXTURES.resolve(ONNX), file);
    FileTime time = Files.getLastModifiedTime(file);
    seen(builder(file));
    forge(LAYER, known -> "no-such-layer");
    byte[] content = Files.readAllBytes(file);
    // A weight: the last bytes of a small file may be names.
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    Files.setLastModifiedTime(file, time);
    seen(builder(file));
    assertThat(kept(LAYER)).hasSize(2);
  }

  @Test
  void otherSettingsShareNothing() throws IOException {
    Path file = FIXTURES.resolve("tiny-resnet-traced.pt");
    seen(builder(file));
    List<Path> first = kept(LAYER);
    assertThat(first).hasSize(1);
    seen(builder(file));
    assertThat(kept(LAYER)).isEqualTo(first);
    List<ExplainerBuilder> others =
        List.of(
            builder(file).optPreprocessing(Preprocessing.of(96, 96)),
            builder(file).optGrid(4, 4),
            builder(file)
                .optLabels(IntStream.range(0, classes(file)).mapToObj(i -> "class " + i).toList()),
            builder(file).optOutput("0"),
            builder(file).optDevice(Device.cpu()));
    for (int i = 0; i < others.size(); i++) {
      seen(others.get(i));
      assertThat(kept(LAYER)).hasSize(2 + i);
      assertThat(kept("output-range")).hasSize(2 + i);
    }
  }

  private static int classes(Path file) throws IOException {
    try (Explainer explainer = builder(file).optKeptFacts(false).load()) {
      return explainer.classes();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToDoesNotDisturb() throws IOException {
    List<Object> without = seen(builder(FIXTURES.resolve(ONNX)).optKeptFacts(false));
    Files.createFile(cache);
    assertThat(seen(builder(FIXTURES.resolve(ONNX)))).isEqualTo(without);
    Files.delete(cache);
    Files.createDirectory(cache);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(seen(builder(FIXTURES.resolve(ONNX)))).isEqualTo(without);
    assertThat(AtomicFile.files(cache)).isEmpty();
  }

  @Test
  void startsAtOnceDoNotDisturbEachOther() throws IOException {
    List<Object> without = seen(builder(FIXTURES.resolve(ONNX)).optKeptFacts(false));
    List<List<Object>> all =
        Stream.generate(() -> FIXTURES.resolve(ONNX))
            .limit(6)
            .parallel()
            .map(
                file -> {
                  try {
                    return seen(builder(file));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .collect(Collectors.toList());
    assertThat(all).allSatisfy(one -> assertThat(one).isEqualTo(without));
    assertThat(kept(LAYER)).hasSize(1);
  }

  @Test
  void aModelInMemoryKeepsNothing() throws IOException {
    try (Model model = ModelFile.of(FIXTURES.resolve("tiny-resnet-traced.pt")).load();
        Explainer explainer =
            Explainer.builder()
                .setModel(model)
                .optKeptFacts(true)
                .optPreprocessing(Preprocessing.of(SIDE, SIDE))
                .build()) {
      explainer.explain(Pictures.read(FIXTURES.resolve("picture-0.png")));
    }
    assertThat(cache).doesNotExist();
  }
}
