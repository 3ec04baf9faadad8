package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.TinyResNet;
import dev.limelight.onnx.file.ModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastModelTest {

  @TempDir private Path folder;

  @Test
  void aFileThatStaysTheSameIsReadOnce() throws IOException {
    Path file = folder.resolve("tiny.onnx");
    Files.copy(TinyResNet.onnxFile(), file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    ModelReader reader = new ModelReader(file);
    ModelProto first = reader.read();
    assertThat(new ModelReader(file).read()).isSameAs(first);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(30)));
    assertThat(reader.read()).isNotSameAs(first);
  }

  @Test
  void aFileThatWasWrittenJustNowIsReadAgain() throws IOException {
    Path file = folder.resolve("tiny.onnx");
    Files.write(file, Files.readAllBytes(TinyResNet.onnxFile()));
    ModelReader reader = new ModelReader(file);
    ModelProto first = reader.read();
    assertThat(reader.read()).isNotSameAs(first);
  }
}
