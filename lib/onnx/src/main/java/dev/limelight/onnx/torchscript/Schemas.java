package dev.limelight.onnx.torchscript;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The operators of PyTorch that have a translation, as PyTorch declares them. */
final class Schemas {

  private static final String FILE = "aten-schemas.txt";

  private static final Map<String, List<Schema>> ALL = read();

  private Schemas() {}

  private static Map<String, List<Schema>> read() {
    Map<String, List<Schema>> all = new HashMap<>();
    InputStream file = Objects.requireNonNull(Schemas.class.getResourceAsStream(FILE), FILE);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Schema schema = Schema.parse(line);
        all.computeIfAbsent(schema.name(), name -> new ArrayList<>()).add(schema);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read; install the library again", e);
    }
  }

  /** The overloads of an operator, in the order in which they are tried. */
  static List<Schema> of(String name) {
    return ALL.getOrDefault(name, List.of());
  }
}
