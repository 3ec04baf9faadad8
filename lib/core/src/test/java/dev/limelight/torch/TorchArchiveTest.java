package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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
import org.junit.jupiter.params.provider.ValueSource;

class TorchArchiveTest {

  private static final int CENTRAL = 0x02014b50;

  @TempDir Path folder;

  private Path zip(String... names) throws IOException {
    Path file = folder.resolve("a.pth");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        PickleText.entry(zip, name, name.getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private Path zeros(long size) throws IOException {
    Path file = folder.resolve("bomb.pth");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      PickleText.entry(
          zip,
          "archive/data.pkl",
          PickleText.tensor("4", "0", "4", "1").getBytes(StandardCharsets.ISO_8859_1));
      zip.putNextEntry(new ZipEntry("archive/data/0"));
      byte[] part = new byte[1 << 16];
      for (long written = 0; written < size; written += part.length) {
        zip.write(part);
      }
      zip.closeEntry();
    }
    return file;
  }

  /** Sets a number of four bytes in the table of contents for the last entry. */
  private static void forge(Path file, int offset, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.limit() - 22;
    while (bytes.getInt(at) != CENTRAL) {
      at--;
    }
    Files.write(file, bytes.putInt(at + offset, value).array());
  }

  @Test
  void namesAndBytesAreThoseInTheFolder() throws IOException {
    Path file = zip("top/", "top/data.pkl", "top/code/__torch__/a.py", "top/data/10");
    try (TorchArchive archive = TorchArchive.read(file)) {
      assertThat(archive.names()).containsExactly("data.pkl", "code/__torch__/a.py", "data/10");
      assertThat(archive.bytes("data/10")).asString().isEqualTo("top/data/10");
      assertThat(archive.size("data/10")).isEqualTo(11);
      assertThatIOException()
          .isThrownBy(() -> archive.bytes("data/11"))
          .withMessage(file + " has no entry data/11");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../data.pkl",
        "archive/../../data.pkl",
        "archive/./data.pkl",
        "archive//data.pkl",
        "/etc/passwd",
        "C:/data.pkl",
        "archive\\..\\data.pkl",
        "archive/a\0b",
        ".."
      })
  void namesThatPointElsewhereAreRefused(String name) throws IOException {
    Path file = zip(name);
    assertThatIOException()
        .isThrownBy(() -> TorchArchive.read(file))
        .withMessageStartingWith(file + " ")
        .withMessageContaining("which points out of its folder; it was not unpacked");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void everythingLiesInOneFolder() throws IOException {
    for (Path file : new Path[] {zip("a/data.pkl", "b/data.pkl"), zip("data.pkl")}) {
      assertThatIOException()
          .isThrownBy(() -> TorchArchive.read(file))
          .withMessageContaining("outside the folder of the others");
    }
  }

  @Test
  void twoEntriesOfOneNameAreRefused() throws IOException {
    Path file = zip("a/data.pkl", "a/data.pkk");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(".pkk", ".pkl");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatIOException()
        .isThrownBy(() -> TorchArchive.read(file))
        .withMessage(file + " has two entries a/data.pkl, of which one must be forged");
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    String[] names = new String[100_001];
    for (int i = 0; i < names.length; i++) {
      names[i] = "a/" + i;
    }
    Path file = zip(names);
    assertThatIOException()
        .isThrownBy(() -> TorchArchive.read(file))
        .withMessageContaining("more than 100000 entries");
  }

  @Test
  void aHugeTableOfContentsIsRefusedBeforeItIsRead() throws IOException {
    Path file = folder.resolve("table.pth");
    Files.write(file, new byte[] {'P', 'K', 3, 4});
    int table = 300 << 20;
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0, 0x06054b50).putInt(12, table).putInt(16, 4);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(table + 4);
      out.write(end.array());
    }
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageStartingWith(file + " has a table of contents of " + table + " bytes");
  }

  @Test
  void aBombIsRefusedByItsRatio() throws IOException {
    Path file = zeros(1 << 30);
    assertThat(Files.size(file)).isLessThan(2 << 20);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining("archive/data/0 that unpacks to far more than it should");
  }

  @Test
  void aBombThatClaimsToBeSmallIsRefusedWhileItUnpacks() throws IOException {
    Path file = zeros(1 << 28);
    forge(file, 24, 16);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining("archive/data/0 that unpacks to far more than it should");
  }

  @Test
  void anEntryThatClaimsMoreThanItHoldsIsRefused() throws IOException {
    Path file = zeros(1 << 19);
    forge(file, 24, 900_000_000);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining("archive/data/0 that unpacks to far more than it should");
    forge(file, 24, 500_000);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining("archive/data/0 that unpacks to far more than it should");
    forge(file, 24, 600_000);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessageContaining("archive/data/0 is shorter than it claims");
  }

  @Test
  void aWrongChecksumIsRefused() throws IOException {
    Path file = zeros(1 << 20);
    forge(file, 16, 1);
    assertThatIOException()
        .isThrownBy(() -> TorchCheckpoint.read(file))
        .withMessage(file + " is damaged: the checksum of data/0 is wrong; copy it again");
  }
}
