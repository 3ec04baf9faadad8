package dev.limelight.model.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import com.example.Strange;
import dev.limelight.TinyResNet;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {

  @TempDir private Path folder;
  private Path symbol;
  private Path parameters;

  @BeforeEach
  void copyTheFixture() throws IOException {
    symbol = folder.resolve("tiny-resnet-symbol.json");
    parameters = folder.resolve("tiny-resnet-0000.params");
    for (Path file : new Path[] {symbol, parameters}) {
      Files.copy(TinyResNet.folder().resolve(file.getFileName().toString()), file);
    }
  }

  @Test
  void aSymbolLoadsByItsFileAndByItsFolder() throws IOException {
    for (Path path : new Path[] {symbol, folder}) {
      try (Model model = new ModelFile(path, EngineName.MXNET).load()) {
        assertThat(model.getName()).isEqualTo("tiny-resnet");
      }
    }
  }

  @Test
  void theLastEpochIsTaken() throws IOException {
    Path later = folder.resolve("tiny-resnet-0012.params");
    Files.move(parameters, later);
    Files.write(parameters, new byte[0]);
    try (Model model = new ModelFile(symbol, EngineName.MXNET).load()) {
      assertThat(model.getBlock().isInitialized() || model.getBlock().getParameters().size() > 40)
          .isTrue();
    }
  }

  @Test
  void theHashChangesWithAByteOfEitherFile() throws IOException {
    for (Path path : new Path[] {symbol, folder}) {
      for (Path file : new Path[] {symbol, parameters}) {
        String before = new ModelFile(path, EngineName.MXNET).sha256();
        assertThat(before).matches("[0-9a-f]{64}");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(new ModelFile(path, EngineName.MXNET).sha256()).isNotEqualTo(before);
      }
    }
  }

  @Test
  void theHashOfAFolderChangesWithWhatBuildsItsBlock() throws IOException {
    Files.delete(symbol);
    Path properties = folder.resolve("serving.properties");
    Files.writeString(properties, "blockFactory=A");
    String before = new ModelFile(folder, EngineName.MXNET).sha256();
    Files.writeString(properties, "blockFactory=B");
    assertThat(new ModelFile(folder, EngineName.MXNET).sha256()).isNotEqualTo(before);
  }

  @Test
  void aFileThatIsNoModelIsRefused() throws IOException {
    refused(folder.resolve("nothing"), "no such model");
    refused(parameters, "is not a model that can be read");
    refused(Files.createFile(folder.resolve("net.onnx")), "needs dev.limelight:limelight-onnx");
    refused(Files.createFile(folder.resolve("net.pt2")), "needs dev.limelight:limelight-onnx");
    Path other = Files.copy(symbol, folder.resolve("other-symbol.json"));
    refused(folder, "several symbols");
    refused(other, "expected other-0000.params");
    refused(Files.createDirectory(folder.resolve("empty")), "neither *-symbol.json nor *.params");
    assertThatThrownBy(() -> new ModelFile(symbol, EngineName.PYTORCH).load())
        .hasMessageContaining("cannot run on PyTorch");
  }

  @Test
  void aFolderOfParametersNeedsANetwork() throws IOException {
    Files.delete(symbol);
    refused(folder, "holds parameters and no network");
    Path properties = folder.resolve("serving.properties");
    Files.writeString(properties, "blockFactory=com.example.Nothing");
    refused(folder, "no ai.djl.nn.BlockFactory on the class path");
    Files.writeString(properties, "blockFactory=java.lang.String");
    refused(folder, "no ai.djl.nn.BlockFactory on the class path");
    Files.writeString(properties, "blockFactory=" + Strange.class.getName());
    refused(folder, "whose code would run");
    assertThat(Strange.created).isFalse();
    System.setProperty("limelight.block.factories", "x.Y," + Strange.class.getName());
    try {
      refused(folder, "0000.params cannot be read");
      assertThat(Strange.created).isTrue();
    } finally {
      System.clearProperty("limelight.block.factories");
    }
    Files.writeString(properties, "blockFactory=A\nimageShape=[3,");
    refused(folder, "serving.properties");
    Files.move(parameters, folder.resolve("strange.params"));
    refused(folder, "NAME-0000.params");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "[1]", "{}", "{\"nodes\":[],\"heads\":[]}", "{\"nodes\":["})
  void aMalformedSymbolIsRefused(String text) throws IOException {
    Files.writeString(symbol, text);
    refused(symbol, "is not an MXNet symbol");
  }

  @Test
  void anUnknownOperatorIsReported() throws IOException {
    Files.writeString(symbol, Files.readString(symbol).replace("\"Flatten\"", "\"Flatland\""));
    refused(symbol, "Flatland");
  }

  @Test
  void parametersCutAnywhereAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(parameters);
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      Files.write(parameters, Arrays.copyOf(whole, random.nextInt(whole.length)));
      refused(symbol, "tiny-resnet-0000.params cannot be read: ");
    }
  }

  /** The sizes that MXNet would believe: of these each asks for more memory than there is. */
  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32, 36, 44, 83_000})
  void parametersWithADamagedSizeAreRefused(int place) throws IOException {
    byte[] bytes = Files.readAllBytes(parameters);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(place, place == 83_000 ? 0x7F7F7F7F7F7F7F7FL : 0x00007F7F7F7F7F7FL);
    Files.write(parameters, bytes);
    refused(symbol, "tiny-resnet-0000.params cannot be read: ");
  }

  private static void refused(Path path, String why) {
    assertThatThrownBy(() -> new ModelFile(path, EngineName.MXNET).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }
}
