package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFileTest {

  @TempDir Path folder;

  private Path archive(String descr, String shape, int bytes) throws IOException {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(descr, shape);
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    array.write(new byte[] {(byte) text.length(), 0});
    array.write(text.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer numbers = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (numbers.remaining() >= Float.BYTES) {
      numbers.putFloat(numbers.position() / 4f);
    }
    array.write(numbers.array());
    Path file = folder.resolve("a.npz");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("x.npy"));
      array.writeTo(out);
    }
    return file;
  }

  private static NDArray read(Path file, NDManager manager) throws IOException {
    return TensorFile.parse(file + ":x").read(manager, 3);
  }

  @Test
  void aFloatArrayIsReadRowByRow() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      NDArray array = read(archive("<f4", "(2, 3)", 24), manager);
      assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(array.getShape().getShape()).containsExactly(2, 3);
      assertThat(array.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "<u2, uint16",
    "<u4, uint32",
    "<u8, uint64",
    "<f2, float16",
    "<f8, float64",
    "<c8, complex64",
    "|b1, bool",
    ">f4, big-endian float32",
    "|O, values of type |O"
  })
  void anotherTypeIsNamedBeforeAnEngineSeesIt(String descr, String name) throws IOException {
    Path file = archive(descr, "(1, 3, 2, 2)", 96);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      assertThatIOException()
          .isThrownBy(() -> read(file, manager))
          .withMessage(
              file
                  + ": the array 'x' holds "
                  + name
                  + " where a model takes float32; write it with astype('float32')");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(999999999999, 999999999, 99999999); needs more than the",
        "(9999999999999999999,); a shape that no array has",
        "(-1, 3); a header that NumPy does not write",
        "(4, 3); is not a complete NumPy archive"
      })
  void aShapeThatLiesTakesNoMemory(String shape, String reason) throws IOException {
    Path file = archive("<f4", shape, 24);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      assertThatIOException()
          .isThrownBy(() -> read(file, manager))
          .withMessageContaining(file.toString())
          .withMessageContaining(reason);
    }
  }

  @Test
  void aFileThatEndsInItsTableOfContentsIsRefused() throws IOException {
    Path file = archive("<f4", "(2, 3)", 24);
    byte[] bytes = Files.readAllBytes(file);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      for (int length = 0; length < bytes.length; length++) {
        Files.write(file, Arrays.copyOf(bytes, length));
        assertThatIOException()
            .isThrownBy(() -> read(file, manager))
            .withMessageContaining(file + " is not a complete NumPy archive");
      }
    }
  }

  @Test
  void aSmallFileThatUnpacksToGigabytesTakesNoMemory() throws IOException {
    // An honest header and 600 million bytes of zeros, in half a megabyte.
    int numbers = 150_000_000;
    Path file = archive("<f4", "(" + numbers + ",)", 0);
    byte[] header;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      header = zip.getInputStream(zip.getEntry("x.npy")).readAllBytes();
    }
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("x.npy"));
      out.write(header);
      byte[] zeros = new byte[1_000_000];
      for (int i = 0; i < numbers * 4L / zeros.length; i++) {
        out.write(zeros);
      }
    }
    assertThat(Files.size(file)).isLessThan(1_000_000);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      assertThatIOException()
          .isThrownBy(() -> read(file, manager))
          .withMessageContaining(file + ": the array 'x' of shape [150000000] needs more than the ")
          .withMessageEndingWith("may take here; write fewer or smaller pictures");
    }
  }
}
