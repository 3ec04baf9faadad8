package dev.limelight.model.companion;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A small file of text.
 *
 * @param path the file, which may be missing
 */
record CompanionFile(Path path) {

  /** More than any list of classes or settings has. */
  private static final long LARGEST = 16L << 20;

  boolean exists() {
    return Files.isRegularFile(path);
  }

  String name() {
    return path.getFileName().toString();
  }

  private String text() throws IOException {
    if (Files.size(path) > LARGEST) {
      throw new IOException(
          path + " has " + Files.size(path) + " bytes, and such a file has at most " + LARGEST);
    }
    try {
      String text = Files.readString(path, StandardCharsets.UTF_8);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new IOException(path + " is not UTF-8 text; save it again as UTF-8", e);
    }
  }

  /** The object in a file of JSON. */
  JsonObject json() throws IOException {
    try {
      JsonElement root = new Gson().fromJson(text(), JsonElement.class);
      if (root == null || !root.isJsonObject()) {
        throw new IOException(path + " is no object of JSON; copy it again");
      }
      return root.getAsJsonObject();
    } catch (JsonParseException e) {
      throw new IOException(path + " is damaged: it is no whole JSON; copy it again", e);
    }
  }

  /** The entries of a file of properties, without the prefix "option." of DJL's servers. */
  Map<String, String> properties() throws IOException {
    Properties all = new Properties();
    try {
      all.load(new StringReader(text()));
    } catch (IllegalArgumentException e) {
      throw new IOException(path + " is damaged: it is no file of properties; copy it again", e);
    }
    Map<String, String> entries = new HashMap<>();
    all.forEach(
        (key, value) ->
            entries.put(((String) key).replaceFirst("^option\\.", ""), ((String) value).strip()));
    return entries;
  }

  /** The lines, without empty ones at the end. */
  List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>(text().lines().map(String::strip).toList());
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    int empty = lines.indexOf("");
    if (empty >= 0) {
      throw new IOException(
          path + " has an empty line, number " + (empty + 1) + "; write one label on each");
    }
    return lines;
  }
}
