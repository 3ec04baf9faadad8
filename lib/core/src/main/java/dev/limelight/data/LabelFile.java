package dev.limelight.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Reads the names of classes, one a line, in the order of a network's outputs. */
@API(status = Status.INTERNAL)
public final class LabelFile {

  private static final String MARK = "\uFEFF";

  private LabelFile() {}

  /**
   * Reads a file in UTF-8; a byte order mark, white space around names and empty lines at the end
   * are left out.
   *
   * @throws IOException if it is no such text or a name is missing; the message says in which line
   */
  public static List<String> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("no such labels file: " + file);
    }
    return read(Files.readAllBytes(file), file.toString());
  }

  /**
   * Reads the content of such a file.
   *
   * @param file its name in messages
   * @throws IOException as {@link #read(Path)} does
   */
  public static List<String> read(byte[] bytes, String file) throws IOException {
    String text = text(bytes, file);
    List<String> lines =
        (text.startsWith(MARK) ? text.substring(MARK.length()) : text)
            .stripTrailing()
            .lines()
            .map(String::strip)
            .toList();
    if (lines.isEmpty()) {
      throw new IOException(file + " has no labels; write one per line");
    }
    int empty = lines.indexOf("");
    if (empty >= 0) {
      throw new IOException(
          file
              + " has no label in line "
              + (empty + 1)
              + " of "
              + lines.size()
              + "; write one per line, or remove the line if the network has no such class");
    }
    return lines;
  }

  private static String text(byte[] bytes, String file) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is " + found(bytes) + "; save it as UTF-8", e);
    }
    if (text.indexOf(0) >= 0) {
      throw new IOException(file + " is " + found(bytes) + "; save it as UTF-8");
    }
    return text;
  }

  /** UTF-16 has a mark, or a zero in every other byte of Latin letters. */
  private static String found(byte[] bytes) {
    boolean marked =
        bytes.length > 1
            && (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE
                || bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF);
    boolean zeros = bytes.length > 1 && (bytes[0] == 0 ^ bytes[1] == 0);
    return marked || zeros ? "UTF-16 text" : "not UTF-8 text";
  }
}
