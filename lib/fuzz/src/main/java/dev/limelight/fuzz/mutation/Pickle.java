package dev.limelight.fuzz.mutation;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes a pickle by its opcodes. Its first 0x80 is taken for the start, its "." for the end. */
public final class Pickle implements Mutator {

  /** Opcodes with a number of so many bytes after them; all that are not named here have none. */
  private static final String ONE = "Kqh\u0080\u0082";

  private static final String TWO = "M\u0083";
  private static final String FOUR = "Jrj\u0084";
  private static final String EIGHT = "G\u0095";

  /** Opcodes with as many bytes after them as a number of one, four or eight bytes says. */
  private static final String COUNTED_ONE = "UC\u008a\u008c";

  private static final String COUNTED_FOUR = "TBX\u008b";
  private static final String COUNTED_EIGHT = "\u008d\u008e\u0096";

  /** Opcodes with a line of text, or two, after them. */
  private static final String LINE = "FILSVPgp";

  private static final String TWO_LINES = "ci";

  private static final String ALL =
      "(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu}])GBC"
          + "\u0080\u0081\u0082\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f"
          + "\u0090\u0091\u0092\u0093\u0094\u0095";

  /** Bytes of an operation that is repeated, all together. */
  private static final int MOST_REPEATED = 1 << 22;

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    List<byte[]> operations = operations(bytes);
    if (operations.size() < 3) {
      return new Bytes().mutate(bytes, random);
    }
    int at = random.nextInt(operations.size());
    int other = random.nextInt(operations.size());
    byte[] found = operations.get(at);
    switch (random.nextInt(8)) {
      case 0 -> operations.remove(at);
      case 1 -> operations.add(other, found);
      case 2 -> operations.set(at, operations.set(other, found));
      case 3 -> operations.set(at, new byte[] {(byte) ALL.charAt(random.nextInt(ALL.length()))});
      case 4 -> repeat(operations, at, random);
      default -> operations.set(at, argument(found, operations, random));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    operations.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /** Lists in lists in lists, or one operation very often. */
  private static void repeat(List<byte[]> operations, int at, RandomGenerator random) {
    byte[] one =
        random.nextBoolean()
            ? new byte[] {(byte) "(])}2a".charAt(random.nextInt(6))}
            : operations.get(at);
    int count = Values.pick(List.of(2, 100, 20_000), random);
    if (one.length * (long) count > MOST_REPEATED) {
      return;
    }
    operations.addAll(at, Collections.nCopies(count, one));
    if (random.nextBoolean()) {
      operations.addAll(at + count, Collections.nCopies(count, new byte[] {'a'}));
    }
  }

  /** The operation with another number or text. */
  private static byte[] argument(
      byte[] operation, List<byte[]> operations, RandomGenerator random) {
    if (operation.length == 1) {
      return operation;
    }
    char code = (char) (operation[0] & 0xFF);
    byte[] copy = operation.clone();
    int width = width(code);
    if (width > 0) {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      System.arraycopy(number.putLong(Values.integer(random)).array(), 0, copy, 1, width);
      return copy;
    }
    int counted = counted(code);
    if (counted > 0 && random.nextInt(4) == 0) {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      System.arraycopy(number.putLong(Values.integer(random)).array(), 0, copy, 1, counted);
      return copy;
    }
    List<byte[]> alike = operations.stream().filter(one -> one[0] == operation[0]).toList();
    if (random.nextBoolean()) {
      return Values.pick(alike, random);
    }
    byte[] text = Values.text(random).getBytes(StandardCharsets.UTF_8);
    if (counted == 0) {
      return ByteBuffer.allocate(text.length + 2)
          .put(operation[0])
          .put(text)
          .put((byte) '\n')
          .array();
    }
    if (counted == 1) {
      text = Arrays.copyOf(text, Math.min(text.length, 255));
    }
    return ByteBuffer.allocate(1 + counted + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(operation[0])
        .put(Arrays.copyOf(length(text.length), counted))
        .put(text)
        .array();
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  /** Each operation with its arguments; what cannot be understood is one operation at the end. */
  private static List<byte[]> operations(byte[] bytes) {
    List<byte[]> operations = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int end = end(bytes, at);
      boolean stop = bytes[at] == '.';
      end = end <= at || end > bytes.length ? bytes.length : end;
      operations.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
      if (stop && at < bytes.length && (bytes[at] & 0xFF) != 0x80) {
        operations.add(Arrays.copyOfRange(bytes, at, bytes.length));
        break;
      }
    }
    return operations;
  }

  private static int end(byte[] bytes, int at) {
    char code = (char) (bytes[at] & 0xFF);
    int counted = counted(code);
    if (counted > 0) {
      if (at + 1 + counted > bytes.length) {
        return bytes.length;
      }
      byte[] number = Arrays.copyOf(Arrays.copyOfRange(bytes, at + 1, at + 1 + counted), 8);
      long length = ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN).getLong();
      return length < 0 || length > bytes.length ? bytes.length : at + 1 + counted + (int) length;
    }
    int lines = LINE.indexOf(code) >= 0 ? 1 : TWO_LINES.indexOf(code) >= 0 ? 2 : 0;
    int end = at + 1 + width(code);
    for (int i = 0; i < lines; i++) {
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      end++;
    }
    return end;
  }

  private static int width(char code) {
    return ONE.indexOf(code) >= 0
        ? 1
        : TWO.indexOf(code) >= 0
            ? 2
            : FOUR.indexOf(code) >= 0 ? 4 : EIGHT.indexOf(code) >= 0 ? 8 : 0;
  }

  private static int counted(char code) {
    return COUNTED_ONE.indexOf(code) >= 0
        ? 1
        : COUNTED_FOUR.indexOf(code) >= 0 ? 4 : COUNTED_EIGHT.indexOf(code) >= 0 ? 8 : 0;
  }
}
