package dev.limelight.model.torchscript;

import dev.limelight.TinyResNet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The fixture's traced archive with something in it changed. */
final class EditedArchive {

  static final Path WHOLE = TinyResNet.folder().resolve("tiny-resnet-traced.pt");

  private EditedArchive() {}

  static Map<String, byte[]> entries() throws IOException {
    return entries(WHOLE);
  }

  static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  static Path write(Path folder, Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("model.pt");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file;
  }

  /** With other code; the tables that map its lines to Python's are left out. */
  static Path withCode(Path folder, UnaryOperator<String> edit) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.keySet().removeIf(name -> name.endsWith(".debug_pkl"));
    entries.replaceAll(
        (name, bytes) ->
            name.endsWith(".py")
                ? edit.apply(new String(bytes, StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8)
                : bytes);
    return write(folder, entries);
  }
}
