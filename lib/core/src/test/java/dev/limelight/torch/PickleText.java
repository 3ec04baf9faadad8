package dev.limelight.torch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes checkpoints by hand, so that they can say what torch.save never would. */
final class PickleText {

  private PickleText() {}

  /** A zip of this pickle, in Latin-1, with one storage of 16 bytes. */
  static Path zip(Path folder, String pickle) throws IOException {
    Path file = folder.resolve("by-hand.pth");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      entry(zip, "archive/data/0", new byte[16]);
    }
    return file;
  }

  /** The older format with this as its pickle of the state dict. */
  static Path stream(Path folder, String pickle) throws IOException {
    String head = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    String whole = head + "\u0080\u0002M\u00e9\u0003.\u0080\u0002}." + pickle + "\u0080\u0002].";
    return Files.write(
        folder.resolve("by-hand-stream.pth"), whole.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A state dict with one tensor "w" on the storage of four floats. */
  static String tensor(String offset, String shape, String strides) {
    return tensor("4", offset, shape, strides);
  }

  static String tensor(String numbers, String offset, String shape, String strides) {
    return "\u0080\u0002}X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storage"
        + "ctorch\nFloatStorage\nX\u0001\0\0\0"
        + "0X\u0003\0\0\0cpu"
        + number(numbers)
        + "tQ"
        + number(offset)
        + tuple(shape)
        + tuple(strides)
        + "\u0089}tRs.";
  }

  private static String tuple(String numbers) {
    StringBuilder out = new StringBuilder("(");
    for (String number : numbers.isEmpty() ? new String[0] : numbers.split(",")) {
      out.append(number(number));
    }
    return out.append("t").toString();
  }

  private static String number(String number) {
    return "L" + number + "L\n";
  }

  static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
