package dev.limelight.model.file;

import dev.limelight.torch.TorchArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The kind of a file by its content: its first bytes, or the names of the entries of a zip. */
public enum FileKind {
  /** {@code torch.jit.save}. */
  TORCH_SCRIPT("a TorchScript model"),
  /** {@code torch.export.save}. */
  EXPORTED_PROGRAM("a program of torch.export (.pt2)"),
  /** {@code torch.save}. */
  CHECKPOINT("a checkpoint of weights without their network"),
  /** Hugging Face's safetensors. */
  SAFETENSORS("a safetensors file of weights without their network"),
  /** A model of ONNX. */
  ONNX("an ONNX model"),
  /** The JSON of MXNet's symbols. */
  SYMBOL("an MXNet symbol"),
  /** HDF5, in which Keras 2 saves models. */
  HDF5("an HDF5 file, as Keras saves its models"),
  /** A model of TensorFlow Lite. */
  TFLITE("a TensorFlow Lite model"),
  /** Anything else, or a damaged file. */
  UNKNOWN("of no kind that is known");

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] HDF = {(byte) 0x89, 'H', 'D', 'F'};

  /** The number that the older {@code torch.save} pickles first. */
  private static final byte[] OLD_TORCH = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc};

  private static final Pattern CODE = Pattern.compile("[^/]+/code/.*\\.py");
  private static final Pattern PICKLE = Pattern.compile("[^/]+/data\\.pkl");
  private static final Pattern PROGRAM =
      Pattern.compile("(.*/)?(serialized_exported_program\\.json|models/[^/]+\\.json)");

  /** The fields that may follow the version in a model of ONNX. */
  private static final Set<Integer> FIELDS = Set.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72);

  private static final int NEWEST_VERSION = 40;
  private static final int START = 4096;
  private static final long LONGEST_HEADER = 100 << 20;

  private final String title;

  FileKind(String title) {
    this.title = title;
  }

  /** The kind in a sentence, such as "a TorchScript model". */
  public String title() {
    return title;
  }

  /** The kind of a file; {@link #UNKNOWN} for a folder and for what does not exist. */
  public static FileKind of(Path path) {
    if (!Files.isRegularFile(path)) {
      return UNKNOWN;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(START);
      return begins(start, ZIP) ? ofEntries(path) : of(start, Files.size(path));
    } catch (IOException e) {
      // Whoever reads the file says why it cannot be read.
      return UNKNOWN;
    }
  }

  private static FileKind ofEntries(Path path) throws IOException {
    Set<String> names = TorchArchive.entries(path);
    if (any(names, CODE) && any(names, PICKLE)) {
      return TORCH_SCRIPT;
    }
    if (any(names, PROGRAM)) {
      return EXPORTED_PROGRAM;
    }
    return any(names, PICKLE) ? CHECKPOINT : UNKNOWN;
  }

  private static boolean any(Set<String> names, Pattern pattern) {
    Predicate<String> matches = pattern.asMatchPredicate();
    return names.stream().anyMatch(matches);
  }

  private static FileKind of(byte[] start, long size) {
    if (begins(start, OLD_TORCH)) {
      return CHECKPOINT;
    }
    if (begins(start, HDF)) {
      return HDF5;
    }
    if (start.length >= 8 && new String(start, 4, 4, StandardCharsets.ISO_8859_1).equals("TFL3")) {
      return TFLITE;
    }
    if (isOnnx(start)) {
      return ONNX;
    }
    if (isSafetensors(start, size)) {
      return SAFETENSORS;
    }
    String text = new String(start, StandardCharsets.UTF_8).strip();
    return text.startsWith("{") && text.contains("\"nodes\"") ? SYMBOL : UNKNOWN;
  }

  /** Its version comes first, and then the field of another property. */
  private static boolean isOnnx(byte[] start) {
    return start.length > 2
        && start[0] == 0x08
        && start[1] > 0
        && start[1] <= NEWEST_VERSION
        && FIELDS.contains((int) start[2]);
  }

  /** The length of a JSON header comes first. */
  private static boolean isSafetensors(byte[] start, long size) {
    if (start.length < 9) {
      return false;
    }
    long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return header > 1 && header <= Math.min(LONGEST_HEADER, size - 8) && start[8] == '{';
  }

  private static boolean begins(byte[] bytes, byte[] start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (bytes[i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
