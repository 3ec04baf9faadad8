package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import dev.limelight.TinyResNet;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken and hostile TorchScript archives: refused in one sentence, before an engine sees them. */
class TorchScriptFileTest {

  @TempDir Path folder;

  private static void refused(Path file, String... words) {
    assertThatThrownBy(() -> ModelFile.of(file).load().close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"))
        .satisfies(e -> List.of(words).forEach(word -> assertThat(e).hasMessageContaining(word)));
  }

  @Tag("alone")
  @Test
  void anArchiveIsLoadedOnItsEngineAndItsTemporaryFilesGoAway() throws IOException {
    long before = temporaryFiles();
    try (Model model = ModelFile.of(EditedArchive.WHOLE).load();
        SplitModel split = SplitModel.of(model, LayerPath.of("layer3"))) {
      assertThat(model.getNDManager().getEngine().getEngineName()).isEqualTo("PyTorch");
      assertThat(split.layer().name()).isEqualTo("layer3");
    }
    assertThat(temporaryFiles()).isEqualTo(before);
  }

  private static long temporaryFiles() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().matches("limelight\\d+\\.pt")).count();
    }
  }

  @Test
  void anotherEngineIsRefused() {
    assertThatThrownBy(() -> new ModelFile(EditedArchive.WHOLE, EngineName.MXNET).load())
        .hasMessageContaining("is a TorchScript model, and cannot run on MXNet");
  }

  @Test
  void aPickleThatCallsTheSystemIsNotRun() throws IOException {
    Path marker = folder.resolve("marker");
    Map<String, byte[]> entries = EditedArchive.entries();
    String call = "touch " + marker;
    String pickle =
        "\u0080\u0002cposix\nsystem\n(X" + (char) call.length() + "\0\0\0" + call + "tR.";
    entries.put("tiny-resnet-traced/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
    refused(EditedArchive.write(folder, entries), "posix.system", "it was not run");
    String inside =
        new String(
            EditedArchive.entries().get("tiny-resnet-traced/data.pkl"),
            StandardCharsets.ISO_8859_1);
    entries.put(
        "tiny-resnet-traced/data.pkl",
        inside
            .replaceFirst("ctorch._utils\n_rebuild_tensor_v2\n", "cposix\nsystem\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    refused(EditedArchive.write(folder, entries), "posix.system", "it was not run");
    assertThat(marker).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil.py", "/etc/evil", "tiny-resnet-traced/../../evil"})
  void namesThatLeaveTheFolderAreRefused(String name) throws IOException {
    Map<String, byte[]> entries = EditedArchive.entries();
    entries.put(name, new byte[] {1});
    refused(EditedArchive.write(folder, entries), "it was not unpacked");
  }

  @Test
  void aBombIsRefused() throws IOException {
    Map<String, byte[]> entries = EditedArchive.entries();
    entries.put("tiny-resnet-traced/code/bomb.py", new byte[100 << 20]);
    refused(EditedArchive.write(folder, entries), "unpacks to far more than it should");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.999})
  void aTruncatedArchiveIsRefused(double share) throws IOException {
    byte[] bytes = Files.readAllBytes(EditedArchive.WHOLE);
    Path file = folder.resolve("cut.pt");
    Files.write(file, Arrays.copyOf(bytes, (int) (share * bytes.length)));
    refused(file);
  }

  /** PyTorch would read behind the end of the memory that holds the entry. */
  @ParameterizedTest
  @ValueSource(strings = {"data", "constants"})
  void anEntryThatIsShorterThanItsTensorsIsRefused(String folderName) throws IOException {
    Map<String, byte[]> entries = entriesWithConstants();
    String name = "random-3-traced/" + folderName + "/0";
    entries.put(name, new byte[2]);
    refused(EditedArchive.write(folder, entries), folderName + "/0 is shorter than the");
    entries.remove(name);
    refused(EditedArchive.write(folder, entries), folderName + "/0 is shorter than the");
  }

  private static Map<String, byte[]> entriesWithConstants() throws IOException {
    return EditedArchive.entries(
        TinyResNet.folder().resolveSibling("torchscript").resolve("random-3-traced.pt"));
  }

  @Test
  void namesAreShownWithoutControlCharacters() throws IOException {
    Map<String, byte[]> entries = EditedArchive.entries();
    String name = "tiny-resnet-traced/data.pkl";
    String pickle = new String(entries.get(name), StandardCharsets.ISO_8859_1);
    int end = pickle.indexOf('\n');
    entries.put(
        name,
        (pickle.substring(0, end) + ".a\u001b[31m\u00c2\u009b" + pickle.substring(end))
            .getBytes(StandardCharsets.ISO_8859_1));
    refused(EditedArchive.write(folder, entries), ".a?[31m?", "holds no such class");
    refused(
        EditedArchive.withCode(folder, code -> code.replace("forward", "for\u001bward")),
        "control characters");
  }

  @Test
  void aCheckpointOfWeightsIsDistinguished() throws IOException {
    Path file = folder.resolve("weights.pt");
    Files.copy(TinyResNet.folder().resolve("tiny-resnet.pth"), file);
    refused(file, "checkpoint of weights", "torch.jit.trace");
    refused(
        TinyResNet.folder().resolve("tiny-resnet.pth"),
        "checkpoint of weights",
        "fill blocks by NamedWeights");
  }

  @Test
  void unsupportedCodeIsReportedInOneSentence() throws IOException {
    refused(EditedArchive.withCode(folder, code -> code.replace("(", "((")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for i in range(30):\n      _4 = torch.cat([_4, _4])",
        "for i in range(90000):\n      for j in range(90000):\n        _4 = torch.relu(_4)",
      })
  void aLoopThatGrowsOrRunsForTooLongIsRefused(String loop) throws IOException {
    refused(
        EditedArchive.withCode(
            folder, code -> code.replace("    return _4\n", "    " + loop + "\n    return _4\n")),
        "has code with",
        "loop",
        "it was not run");
  }

  @Test
  void aModuleThatGivesNoTensorIsRefusedWithItsReason() throws IOException {
    Path pair = TinyResNet.folder().resolveSibling("torchscript").resolve("random-0-scripted.pt");
    try (Model model = ModelFile.of(pair).load()) {
      assertThatThrownBy(() -> SplitModel.of(model, LayerPath.of("classifier")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the model cannot be cut at 'classifier'")
          .hasMessageContaining("it gives the logits, and nothing follows it")
          .hasMessageContaining("it can be cut at: stem.0, ");
      assertThatThrownBy(() -> SplitModel.of(model, LayerPath.of("nowhere")))
          .hasMessageContaining("no layer 'nowhere'; it can be cut at: stem.0, ");
    }
  }
}
