package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.model.loading.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and malicious files, each of which is refused in one sentence. */
class HostileProgramsTest {

  private static final String WEIGHT = "layer1.0.weight";

  @TempDir private Path folder;
  private RewrittenArchive archive;

  @BeforeEach
  void openTheFixture() throws IOException {
    archive = new RewrittenArchive(Pt2Fixture.file("Residual-2.15-saved.pt2"));
  }

  private void refused(String... why) throws IOException {
    refused(archive.write(folder.resolve("net.pt2")), why);
  }

  private static void refused(Path file, String... why) {
    assertThatThrownBy(() -> ModelFile.of(file).load().close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(why)
        .hasMessageNotContainingAny("Exception", "java.", "\n");
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void theRewrittenFileIsStillRead() throws IOException {
    Path file = archive.write(folder.resolve("net.pt2"));
    assertThat(Pt2Fixture.difference(file, "Residual")).isLessThan(1e-5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sizes|[{'as_int':1000000000000},{'as_int':3}]|at most",
        "sizes|[{'as_int':60},{'as_int':3},{'as_int':3},{'as_int':3}]|reaches outside its storage",
        "sizes|[{'as_int':-6},{'as_int':3},{'as_int':3},{'as_int':3}]|the length -6",
        "sizes|[{'as_int':6}]|reaches outside its storage",
        "strides|[{'as_int':27},{'as_int':9},{'as_int':3},{'as_int':9223372036854775807}]|outside",
        "strides|[{'as_int':-27},{'as_int':9},{'as_int':3},{'as_int':1}]|the length -27",
        "storage_offset|{'as_int':1}|reaches outside its storage",
        "storage_offset|{'as_int':9223372036854775807}|reaches outside its storage",
        "storage_offset|{'as_int':'x'}|no whole number",
        "dtype|9|the element type 9",
        "dtype|8|reaches outside its storage",
        "dtype|6|as FLOAT16 [6, 3, 3, 3], where its graph has FLOAT32",
        "layout|1|sparse"
      })
  void aWeightThatLiesAboutItselfIsRefused(String key, String value, String why)
      throws IOException {
    archive.weight(
        WEIGHT,
        weight ->
            weight
                .getAsJsonObject("tensor_meta")
                .add(key, JsonParser.parseString(value.replace('\'', '"'))));
    refused(why);
  }

  @Test
  void tensorsMayNotRepeatAStorageWithoutEnd() throws IOException {
    archive.weight(
        WEIGHT,
        weight -> {
          JsonObject meta = weight.getAsJsonObject("tensor_meta");
          meta.add("sizes", JsonParser.parseString("[{\"as_int\":100000000}]"));
          meta.add("strides", JsonParser.parseString("[{\"as_int\":0}]"));
        });
    refused("bytes");
  }

  @Test
  void overlappingWeightsAreReadAsTheyAre() throws IOException {
    // Both means of the batch are then the same numbers, which a tied weight may be.
    JsonObject[] other = new JsonObject[1];
    archive.weight("layer1.1.weight", weight -> other[0] = weight.deepCopy());
    archive.weight("layer1.1.bias", weight -> weight.add("path_name", other[0].get("path_name")));
    Path file = archive.write(folder.resolve("net.pt2"));
    ModelFile.of(file).load().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../weight_0", "/etc/passwd", "nothing", "..\\\\weight_0"})
  void aWeightIsLookedForInTheArchiveAlone(String path) throws IOException {
    archive.weight(WEIGHT, weight -> weight.addProperty("path_name", path));
    refused("has no entry");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net/../../evil", "/evil", "net/./evil", "net\\evil"})
  void anEntryThatPointsOutIsRefused(String name) throws IOException {
    archive.put(name, new byte[1]);
    refused("points out of its folder");
  }

  @Test
  void aPickledTensorIsRefused() throws IOException {
    archive.weight(WEIGHT, weight -> weight.addProperty("use_pickle", true));
    refused(WEIGHT, "as a pickle");
  }

  @Test
  void aShortStorageIsRefused() throws IOException {
    String name = archive.top() + "data/weights/weight_0";
    archive.put(name, Arrays.copyOf(archive.bytes(name), 20));
    refused("reaches outside its storage");
  }

  @Test
  void aMissingWeightIsNamed() throws IOException {
    archive.json(
        archive.top() + "data/weights/model_weights_config.json",
        json -> json.getAsJsonObject("config").remove(WEIGHT));
    refused("has no weight " + WEIGHT);
  }

  @Test
  void anOperatorThatIsNotReadIsNamedWithItsNode() throws IOException {
    archive.node("conv2d.default", node -> node.addProperty("target", "torch.ops.aten.lstm.input"));
    refused("'lstm.input'", "node 'conv2d'", "torch.onnx.export");
  }

  @Test
  void namesAreShownWithoutControlCharacters() throws IOException {
    archive.node(
        "conv2d.default", node -> node.addProperty("target", "torch.ops.aten.\u0007\u0085\nx"));
    refused("the operator '???x' (node 'conv2d')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch_norm.default|training|{'as_bool':true}|export the model in eval()",
        "batch_norm.default|eps|{'as_float':'NaN'}|'eps' is NaN",
        "batch_norm.default|eps|{'as_float':'Infinity'}|must be finite",
        "batch_norm.default|eps|{'as_float':[[]]}|'eps' is no number",
        "batch_norm.default|eps|{'as_float':1e-5,'as_int':1}|one kind of value",
        "batch_norm.default|running_mean|{'as_none':true}|normalises by the batch",
        "dropout.default|train|{'as_bool':true}|export the model in eval()",
        "add_.Tensor|alpha|{'as_float':'-Infinity'}|must be finite",
        "add_.Tensor|other|{'as_tensor':{'name':'linear'}}|'linear' is used, which none before",
        "add_.Tensor|other|{'as_tensor':{'name':'add_'}}|'add_' is used, which none before",
        "conv2d.default|stride|{'as_ints':[1,1,1]}|'stride' has 3 numbers",
        "conv2d.default|groups|{'as_string':'x'}|'groups' is as_string",
        "conv2d.default|padding|{'as_ints':[4,4]}|gives the shape",
        "flatten.using_ints|start_dim|{'as_int':7}|dimension 7 of a tensor that has 4",
        "adaptive_avg_pool2d.default|output_size|{'as_ints':[1000000000,2]}|windows"
      })
  void argumentsWithoutSenseAreRefused(String operator, String name, String value, String why)
      throws IOException {
    archive.argument(operator, name, value.replace('\'', '"'));
    refused(why);
  }

  @Test
  void aBufferThatChangesIsTraining() throws IOException {
    archive.module(
        module ->
            module
                .getAsJsonObject("signature")
                .getAsJsonArray("output_specs")
                .add(
                    json(
                        "{\"buffer_mutation\":{\"arg\":{\"name\":\"x\"},\"buffer_name\":\"b\"}}")));
    refused("changes its buffer 'b'", "eval()");
  }

  @Test
  void twoNodesOfOneNameAreRefused() throws IOException {
    archive.module(
        module -> {
          JsonArray nodes = module.getAsJsonObject("graph").getAsJsonArray("nodes");
          nodes.add(nodes.get(0));
        });
    refused("two nodes make 'conv2d'");
  }

  @Test
  void nodesWithoutEndAreRefused() throws IOException {
    archive.module(
        module -> {
          JsonArray nodes = module.getAsJsonObject("graph").getAsJsonArray("nodes");
          JsonObject node = json("{\"target\":\"a\",\"inputs\":[],\"outputs\":[]}");
          for (int i = 0; i < 1_000_000; i++) {
            nodes.add(node);
          }
        });
    refused("nodes, and at most 100000 are read");
  }

  @Test
  void aGraphThatUnpacksToFarMoreIsRefused() throws IOException {
    archive.put(archive.graph(), new byte[100 << 20]);
    refused("unpacks to far more than it should");
  }

  @Test
  void aDeepOrBrokenJsonIsRefused() throws IOException {
    archive.put(archive.graph(), "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
    refused("is no JSON");
    archive.put(archive.graph(), "{\"graph_module\":3}".getBytes(StandardCharsets.UTF_8));
    refused("'graph_module' is missing or no object");
    archive.put(archive.graph(), ("{\"a\":" + "[".repeat(9_999)).getBytes(StandardCharsets.UTF_8));
    refused("is no JSON");
  }

  @Test
  void otherArchivesAreNamed() throws IOException {
    archive.remove(archive.graph());
    refused("AOTInductor");
    archive.put(archive.top() + "byteorder", "big".getBytes(StandardCharsets.UTF_8));
    refused("order of another kind of machine");
    archive.remove(archive.top() + "archive_format");
    refused("is a zip but no .pt2", "torch.export.save");
    refused(Files.writeString(folder.resolve("text.pt2"), "no zip"), "cut short or damaged");
  }

  @Test
  void severalProgramsAreTooMany() throws IOException {
    archive.put(archive.top() + "models/other.json", archive.bytes(archive.graph()));
    refused("holds several programs");
  }

  @Test
  void aPickleRunsNothing() throws IOException {
    RewrittenArchive old = new RewrittenArchive(Pt2Fixture.file("Residual-2.7-saved.pt2"));
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(inner)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write("cos\nsystem\n(S'touch /tmp/evil'\ntR.".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    old.put("serialized_state_dict.pt", inner.toByteArray());
    refused(
        old.write(folder.resolve("old.pt2")),
        "has weights that cannot be read: serialized_state_dict.pt",
        "os");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Residual-2.15-saved.pt2", "Residual-2.7-saved.pt2"})
  void aFileCutShortIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Pt2Fixture.file(name));
    for (int length : new int[] {0, 4, 1000, whole.length / 2, whole.length - 30}) {
      refused(Files.write(folder.resolve("part.pt2"), Arrays.copyOf(whole, length)), "part.pt2");
    }
  }

  /** Whatever a byte of the graph becomes, the file is read or refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Shapes-2.15-saved.pt2", "Pools-2.15-saved.pt2", "Indexing-2.15-saved.pt2"})
  void anyByteMayBeWrong(String name) throws IOException {
    RewrittenArchive original = new RewrittenArchive(Pt2Fixture.file(name));
    byte[] graph = original.bytes(original.graph());
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      byte[] changed = graph.clone();
      changed[random.nextInt(changed.length)] =
          (byte) "0123456789-\"{}[],xn".charAt(random.nextInt(19));
      Path file = original.put(original.graph(), changed).write(folder.resolve("fuzz.pt2"));
      try {
        Pt2File.toOnnx(file);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }
}
