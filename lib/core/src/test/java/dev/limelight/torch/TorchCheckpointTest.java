package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.TinyResNet;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchCheckpointTest {

  static Path checkpoint(String name) {
    return TinyResNet.folder().resolveSibling("checkpoints").resolve(name + ".pth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-resnet.pth", "tiny-resnet-legacy.pth"})
  void theNetworkOfTheFixturesIsReadExactly(String name) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.read(TinyResNet.folder().resolve(name));
    try (NDManager manager = NDManager.newBaseManager("MXNet");
        InputStream in =
            Files.newInputStream(TinyResNet.folder().resolve("tiny-resnet-weights.npz"))) {
      NDList weights = NDList.decode(manager, in);
      assertThat(weights).isNotEmpty();
      for (NDArray weight : weights) {
        TorchTensor tensor = checkpoint.tensor(weight.getName());
        assertThat(tensor.shape()).isEqualTo(weight.getShape().getShape());
        if (tensor.type().isInteger()) {
          assertThat(tensor.toLongArray()).isEqualTo(weight.toLongArray());
        } else {
          assertThat(tensor.toFloatArray()).isEqualTo(weight.toFloatArray());
        }
      }
      assertThat(checkpoint.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(weights.stream().map(NDArray::getName).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "types",
        "types-stream",
        "types-protocol4",
        "views",
        "views-stream",
        "views-protocol4",
        "training",
        "training-stream",
        "training-protocol4",
        "parallel",
        "parameters",
        "parameter-with-state"
      })
  void tensorsSavedByPythonAreReadExactlyAndInOrder(String name) throws IOException {
    Path file = checkpoint(name);
    String content = name.replaceAll("-(stream|protocol4)$", "");
    JsonObject expected =
        JsonParser.parseString(Files.readString(file.resolveSibling(content + ".json")))
            .getAsJsonObject();
    TorchCheckpoint read = TorchCheckpoint.read(file);
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(expected.keySet());
    read.tensors()
        .forEach((key, tensor) -> assertEqual(key, tensor, expected.getAsJsonObject(key)));
  }

  private static void assertEqual(String name, TorchTensor tensor, JsonObject expected) {
    assertThat(tensor.type().name()).as(name).isEqualTo(expected.get("type").getAsString());
    assertThat(Arrays.stream(tensor.shape()).boxed())
        .as(name)
        .containsExactlyElementsOf(
            StreamSupport.stream(expected.getAsJsonArray("shape").spliterator(), false)
                .map(length -> length.getAsLong())
                .toList());
    var numbers = expected.getAsJsonArray("numbers");
    assertThat(tensor.size()).as(name).isEqualTo(numbers.size());
    float[] floats = tensor.toFloatArray();
    for (int i = 0; i < floats.length; i++) {
      assertThat(floats[i]).as(name).isEqualTo((float) numbers.get(i).getAsDouble());
      if (tensor.type().isInteger()) {
        assertThat(tensor.toLongArray()[i]).as(name).isEqualTo(numbers.get(i).getAsLong());
      }
    }
  }

  @Test
  void tensorsOnOneStorageHoldTheSameNumbers() throws IOException {
    TorchCheckpoint views = TorchCheckpoint.read(checkpoint("views"));
    TorchTensor row = views.tensor("row");
    assertThat(row.data().isReadOnly()).isTrue();
    assertThat(row.data()).isEqualTo(views.tensor("again").data().position(55 * 4));
    assertThat(row).hasToString("FLOAT32 [5]");
  }

  @Test
  void fractionsAreNoWholeNumbers() throws IOException {
    TorchTensor tensor = TorchCheckpoint.read(checkpoint("views")).tensor("row");
    assertThatIllegalStateException()
        .isThrownBy(tensor::toLongArray)
        .withMessage("whole numbers were asked of a tensor of FLOAT32 [5]; call toFloatArray()");
  }

  @Test
  void numbersOfABigMachineAreTurnedRound(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("big.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      String pickle = PickleText.tensor("1", "3", "1");
      PickleText.entry(zip, "a/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      PickleText.entry(zip, "a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
      ByteBuffer numbers = ByteBuffer.allocate(16).putFloat(4, 1).putFloat(8, -2).putFloat(12, 3);
      PickleText.entry(zip, "a/data/0", numbers.array());
    }
    assertThat(TorchCheckpoint.read(file).tensor("w").toFloatArray()).containsExactly(1, -2, 3);
  }

  @Test
  void anUntypedStorageTakesTheTypeOfItsTensor(@TempDir Path folder) throws IOException {
    String pickle =
        PickleText.tensor("16", "4", "2,2", "2,1")
            .replace("tensor_v2", "tensor_v3")
            .replace("ctorch\nFloatStorage", "ctorch.storage\nUntypedStorage")
            .replace("\u0089}tRs", "\u0089}ctorch\nbfloat16\ntRs");
    TorchTensor tensor = TorchCheckpoint.read(PickleText.zip(folder, pickle)).tensor("w");
    assertThat(tensor).hasToString("BFLOAT16 [2, 2]");
    assertThat(tensor.toFloatArray()).containsOnly(0);
  }

  @Test
  void everyHalfIsWhatItsBitsSay() {
    ByteBuffer halves = ByteBuffer.allocate(2 << 16);
    for (int bits = 0; bits < 1 << 16; bits++) {
      halves.putShort(2 * bits, (short) bits);
    }
    float[] values =
        new TorchTensor(TorchTensor.DataType.FLOAT16, new long[] {1 << 16}, halves).toFloatArray();
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double size =
          exponent == 31
              ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
              : exponent == 0
                  ? fraction * Math.pow(2, -14)
                  : (1 + fraction) * Math.pow(2, exponent - 15);
      assertThat(values[bits]).isEqualTo(Float.valueOf((float) (bits >> 15 == 0 ? size : -size)));
    }
  }

  @Test
  void aTensorHasTheBytesOfItsShape() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TorchTensor(
                    TorchTensor.DataType.FLOAT32, new long[] {2, 3}, ByteBuffer.allocate(20)))
        .withMessage("a tensor of FLOAT32 [2, 3] got 20 bytes; give those of its numbers");
  }

  @Test
  void aWrongNameGetsTheNearestOnes() throws IOException {
    TorchCheckpoint checkpoint =
        TorchCheckpoint.read(TinyResNet.folder().resolve("tiny-resnet.pth"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checkpoint.tensor("layer2.conv1.weigth"))
        .withMessageContaining("has no tensor layer2.conv1.weigth; the nearest of its names are")
        .withMessageContaining("[layer2.conv1.weight, ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "complex: holds numbers of torch.ComplexFloatStorage, which are not read;"
            + " save them again as float32",
        "negative: holds a conjugate or negative view; save it again after resolve_neg()",
        "single: holds no state dict; save model.state_dict()",
        "several: holds several state dicts, [a, b]; save one of them alone"
      })
  void whatIsNotReadIsRefusedInASentence(String nameAndMessage) {
    String[] parts = nameAndMessage.split(": ", 2);
    Path file = checkpoint(parts[0]);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessage(file + " " + parts[1]);
  }

  @Test
  void otherFilesAreRefusedInASentence(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("a.pth"), "no checkpoint");
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(text))
        .withMessageStartingWith(text + " is no PyTorch checkpoint");
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(folder))
        .withMessageStartingWith(folder + " is a folder");
    Path missing = folder.resolve("missing.pth");
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(missing))
        .withMessage("no such checkpoint: " + missing);
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Path old = Files.write(folder.resolve("old.pth"), tar);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(old))
        .withMessageStartingWith(old + " is a tar");
  }
}
