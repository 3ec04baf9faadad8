package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.codec.Png;
import dev.limelight.io.UniqueNames;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format of event files, byte by byte. */
class EventFormatTest {

  /** RFC 3720's vectors of CRC-32C, masked by TensorBoard's own masked_crc32c. */
  @ParameterizedTest
  @CsvSource({
    "313233343536373839, e3069283, c78ab0e5",
    "0000000000000000000000000000000000000000000000000000000000000000, 8a9136aa, 0fd7fffa",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 62a8ab43, f909b029",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 46dd794e, 951f7892"
  })
  void checksumsAreThoseOfTheVectors(String data, String plain, String masked) {
    byte[] bytes = HexFormat.of().parseHex(data);
    int found = RecordFile.maskedCrc(bytes, 0, bytes.length);
    assertThat(HexFormat.of().toHexDigits(found)).isEqualTo(masked);
    int unmasked = Integer.rotateLeft(found - 0xa282ead8, 15);
    assertThat(HexFormat.of().toHexDigits(unmasked)).isEqualTo(plain);
  }

  @Test
  void recordsAreFramed(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("records");
    byte[] data = "abcdefghijklmnopqrstuvwx".getBytes(StandardCharsets.UTF_8);
    try (RecordFile file = new RecordFile(path.toFile())) {
      file.append(data, new byte[0]);
    }
    ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(read.remaining()).isEqualTo(2 * 16 + 24);
    assertThat(read.getLong()).isEqualTo(24);
    // By TensorBoard's masked_crc32c of 24 as eight bytes.
    assertThat(read.getInt()).isEqualTo(0x224b7fa3);
    byte[] body = new byte[24];
    read.get(body);
    assertThat(body).isEqualTo(data);
    assertThat(read.getInt()).isEqualTo(RecordFile.maskedCrc(data, 0, 24));
    assertThat(read.getLong()).isZero();
    read.getInt();
    assertThat(read.getInt()).isEqualTo(RecordFile.maskedCrc(new byte[0], 0, 0));
  }

  /** The bytes that Python's protobuf writes for the same event. */
  @Test
  void messagesAreEncodedAsByProtobuf() {
    ProtobufWriter summary =
        new ProtobufWriter().message(1, BoardEvent.scalar("train/loss é", 0.25));
    byte[] event =
        new ProtobufWriter().float64(1, 1234.5).integer(2, 300).message(5, summary).toBytes();
    assertThat(HexFormat.of().formatHex(event))
        .isEqualTo("0900000000004a934010ac022a160a140a0d747261696e2f6c6f737320c3a9150000803e");
  }

  @Test
  void numbersTakeSevenBitsAByte() {
    assertThat(HexFormat.of().formatHex(new ProtobufWriter().integer(1, 127).toBytes()))
        .isEqualTo("087f");
    assertThat(HexFormat.of().formatHex(new ProtobufWriter().integer(16, 128).toBytes()))
        .isEqualTo("80018001");
    assertThat(HexFormat.of().formatHex(new ProtobufWriter().integer(1, -1).toBytes()))
        .isEqualTo("08ffffffffffffffffff01");
  }

  @Test
  void imagesTellTheirHeightWidthAndColours() {
    byte[] png = Png.encode(new BufferedImage(300, 2, BufferedImage.TYPE_INT_RGB));
    String length = HexFormat.of().toHexDigits((byte) (png.length + 9));
    assertThat(png.length).isLessThan(0x7f - 9);
    assertThat(HexFormat.of().formatHex(BoardEvent.image("a", png).toBytes()))
        .isEqualTo(
            "0a0161"
                + "22"
                + length
                + "0802"
                + "10ac02"
                + "1803"
                + "22"
                + HexFormat.of().toHexDigits((byte) png.length)
                + HexFormat.of().formatHex(png));
  }

  @Test
  void tagsAreCleanAndTheirOwn() {
    UniqueNames tags = UniqueNames.tags();
    List<String> names =
        List.of("train/loss", "a b", "a_b", "/a b", "", "//", "Größe", "x\uD800", "a b_2");
    List<String> first = names.stream().map(name -> tags.of("scalar", name)).toList();
    assertThat(first)
        .containsExactly(
            "train/loss", "a_b", "a_b_2", "a_b_3", "_", "__2", "Größe", "x_", "a_b_2_2");
    assertThat(names.stream().map(name -> tags.of("scalar", name)).toList()).isEqualTo(first);
    assertThat(tags.of("image", "train/loss")).isEqualTo("train/loss_2");
  }
}
