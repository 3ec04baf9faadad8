package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.TinyResNet;
import dev.limelight.model.block.BlockBackend;
import dev.limelight.model.loading.ModelFile;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFormatsTest {

  private static final List<String> OWN =
      List.of(
          "dev.limelight.model.mxnet.SymbolFormat",
          "dev.limelight.model.torchscript.TorchScriptFormat",
          "dev.limelight.model.block.BlockFormat",
          "dev.limelight.zoo.hub.HubFormat");

  @TempDir Path folder;

  /** A format of somebody else that claims all that ends with .pt, and nothing of its engine. */
  public static final class Rival implements NetworkFormat {

    @Override
    public String title() {
      return "a rival";
    }

    @Override
    public String files() {
      return "a rival's file";
    }

    @Override
    public List<EngineName> engines() {
      return List.of(EngineName.PYTORCH);
    }

    @Override
    public Claim claim(Path path) {
      return path.toString().endsWith(".pt") || path.toString().endsWith(".rival")
          ? Claim.SPECIFIC
          : Claim.NONE;
    }

    @Override
    public Claim claim(Model model) {
      return model.getName().equals("rival") ? Claim.SPECIFIC : Claim.NONE;
    }

    @Override
    public Model load(Path path, EngineName engine, Device device) {
      return TinyResNet.of("traced");
    }

    @Override
    public List<Path> files(Path path) {
      return List.of(path);
    }

    @Override
    public Network network(Model model) {
      throw new UnsupportedOperationException();
    }
  }

  /** Runs work while another jar offers these classes as formats. */
  private <T> T offering(String classes, Supplier<T> work) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(NetworkFormat.class.getName()), classes);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static List<String> names() {
    return NetworkFormats.all().stream().map(format -> format.getClass().getName()).toList();
  }

  @Test
  void thoseOfOneEngineComeFirst() {
    assertThat(names()).containsSubsequence(OWN);
  }

  @Test
  void aFormatOfAnotherJarIsFoundByItsFilesAndModels() throws IOException {
    String rival = Rival.class.getName();
    assertThat(offering(rival, NetworkFormatsTest::names)).contains(rival).containsAll(OWN);
    Path file = Path.of("net.rival");
    assertThat(offering(rival, () -> ModelFile.of(file).engine())).isEqualTo(EngineName.PYTORCH);
    try (Model model = EngineName.MXNET.newModel("rival", null)) {
      model.setBlock(TinyResNet.network());
      assertThat(offering(rival, () -> NetworkFormats.of(model).orElseThrow()))
          .isInstanceOf(Rival.class);
    }
  }

  @Test
  void aFileThatTwoFormatsClaimIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> offering(Rival.class.getName(), () -> NetworkFormats.of(Path.of("net.pt"))))
        .withMessageContaining("net.pt")
        .withMessageContaining(Rival.class.getName())
        .withMessageContaining("dev.limelight.model.torchscript.TorchScriptFormat");
  }

  @Test
  void aFolderOfSeveralModelsNamesThem() throws IOException {
    for (String name : List.of("net-symbol.json", "net-0000.params", "config.json")) {
      Files.writeString(folder.resolve(name), "{}");
    }
    Path weights = Files.writeString(folder.resolve("model.safetensors"), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkFormats.of(folder))
        .withMessageContaining("an MXNet symbol and a folder of the Hugging Face hub")
        .withMessageContaining("name the file that is meant");
    assertThat(NetworkFormats.of(weights).orElseThrow().title()).contains("Hugging Face");
    assertThat(NetworkFormats.of(folder.resolve("net-symbol.json")).orElseThrow().title())
        .isEqualTo("an MXNet symbol");
    Files.delete(folder.resolve("net-symbol.json"));
    NetworkFormat hub = NetworkFormats.of(folder).orElseThrow();
    assertThatThrownBy(() -> hub.load(folder, EngineName.PYTORCH, null))
        .hasMessageContaining("model.safetensors with a config.json and net-0000.params");
  }

  @Test
  void aFormatThatCannotBeLoadedLeavesTheOthersUsable() throws IOException {
    assertThat(offering("no.such.Format", NetworkFormatsTest::names)).containsAll(OWN);
    assertThatThrownBy(
            () ->
                offering(
                    "no.such.Format",
                    () -> {
                      try {
                        return ModelFile.of(TinyResNet.folder().resolve("golden.npz")).load();
                      } catch (IOException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                      }
                    }))
        .hasMessageContaining("*-symbol.json, a TorchScript .pt")
        .hasMessageContaining("a folder saved by DJL or a folder with config.json")
        .hasMessageContaining("no.such.Format");
  }

  /** What is looked up where no engine is on the class path; a class loader of its own makes it. */
  public static final class WithoutEngines implements Supplier<List<String>> {
    @Override
    public List<String> get() {
      List<String> found = new ArrayList<>(names());
      // As a module path looks for a provider method.
      NetworkFormats.all().forEach(format -> format.getClass().getMethods());
      for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
        BlockBackend backend = BlockBackend.of(engine).orElseThrow();
        backend.getClass().getMethods();
        found.add(engine + " " + engine.isInstalled() + " " + (backend.engine() == engine));
      }
      for (String file : List.of("tiny-resnet-symbol.json", "tiny-resnet-traced.pt")) {
        ModelFile model = ModelFile.of(Path.of(System.getProperty("fixtures"), file));
        try {
          model.on(Device.cpu()).load();
        } catch (IllegalArgumentException | IOException e) {
          found.add(e.getMessage());
        }
      }
      return found;
    }
  }

  @Test
  void formatsAreFoundWithoutTheirEngines() throws Exception {
    URL[] jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.matches(".*(mxnet|pytorch|onnx)[^/\\\\]*\\.jar"))
            .filter(path -> !Path.of(path).toUri().getPath().contains("/onnx/"))
            .map(NetworkFormatsTest::url)
            .toArray(URL[]::new);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    System.setProperty("fixtures", TinyResNet.folder().toString());
    try (URLClassLoader loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Object lookup =
          loader.loadClass(WithoutEngines.class.getName()).getConstructor().newInstance();
      assertThat((List<?>) ((Supplier<?>) lookup).get())
          .hasToString(
              List.of(
                      OWN.get(0),
                      OWN.get(1),
                      OWN.get(2),
                      OWN.get(3),
                      "MXNet false true",
                      "PyTorch false true",
                      "no engine 'MXNet' is on the class path; there are [RPC], and others come with"
                          + " ai.djl's jars",
                      "no engine 'PyTorch' is on the class path; there are [RPC], and others come with"
                          + " ai.djl's jars")
                  .toString());
    } finally {
      thread.setContextClassLoader(before);
      System.clearProperty("fixtures");
    }
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
