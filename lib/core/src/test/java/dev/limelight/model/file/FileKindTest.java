package dev.limelight.model.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.TinyResNet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileKindTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "tiny-resnet-traced.pt, TORCH_SCRIPT",
    "tiny-resnet-scripted.pt, TORCH_SCRIPT",
    "tiny-resnet.pth, CHECKPOINT",
    "tiny-resnet-legacy.pth, CHECKPOINT",
    "tiny-resnet.onnx, ONNX",
    "tiny-resnet-symbol.json, SYMBOL",
    "tiny-resnet.json, UNKNOWN",
    "picture-0.png, UNKNOWN",
    "golden.npz, UNKNOWN",
    "tiny-resnet-0000.params, UNKNOWN"
  })
  void theContentDecides(String name, FileKind kind) throws IOException {
    Path file = Files.copy(TinyResNet.folder().resolve(name), folder.resolve("model"));
    assertThat(FileKind.of(file)).isEqualTo(kind);
  }

  @Test
  void programsAndSafetensorsAndOthersAreRecognised() throws IOException {
    assertThat(FileKind.of(zip("net/models/model.json", "net/data/weights/w.pt")))
        .isEqualTo(FileKind.EXPORTED_PROGRAM);
    assertThat(FileKind.of(zip("serialized_exported_program.json", "version")))
        .isEqualTo(FileKind.EXPORTED_PROGRAM);
    assertThat(FileKind.of(zip("a.txt"))).isEqualTo(FileKind.UNKNOWN);
    byte[] header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer tensors = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(FileKind.of(file(tensors.putLong(header.length).put(header).array())))
        .isEqualTo(FileKind.SAFETENSORS);
    assertThat(
            FileKind.of(
                file(
                    ByteBuffer.allocate(99)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length * 9L)
                        .put(header)
                        .array())))
        .isEqualTo(FileKind.UNKNOWN);
    assertThat(FileKind.of(file("\0\0\0\0TFL3".getBytes(StandardCharsets.ISO_8859_1))))
        .isEqualTo(FileKind.TFLITE);
    assertThat(FileKind.of(file("\u0089HDF\r\n".getBytes(StandardCharsets.ISO_8859_1))))
        .isEqualTo(FileKind.HDF5);
  }

  @Test
  void whatCannotBeReadIsUnknown() throws IOException {
    assertThat(FileKind.of(folder)).isEqualTo(FileKind.UNKNOWN);
    assertThat(FileKind.of(folder.resolve("nothing"))).isEqualTo(FileKind.UNKNOWN);
    assertThat(FileKind.of(file(new byte[0]))).isEqualTo(FileKind.UNKNOWN);
    assertThat(FileKind.of(file(new byte[] {'P', 'K', 3, 4}))).isEqualTo(FileKind.UNKNOWN);
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file"), bytes);
  }

  private Path zip(String... names) throws IOException {
    Path file = folder.resolve("zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
      }
    }
    return file;
  }
}
