package dev.limelight.torch.checkpoint;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The index of a state dict in several files, such as {@code model.safetensors.index.json}: the
 * file that holds each tensor. The files are in the folder of the index.
 */
final class ShardIndex {

  static final String ENDING = ".index.json";

  private static final String MAP = "weight_map";

  private final Path index;

  /** The file of each tensor. */
  private final Map<String, String> files;

  private ShardIndex(Path index, Map<String, String> files) {
    this.index = index;
    this.files = files;
  }

  static ShardIndex read(Path index) throws IOException {
    long size = Files.size(index);
    if (size > SafeTensors.LONGEST_HEADER) {
      throw new MalformedFileException(
          "has " + size + " bytes, too many for an index; download it again");
    }
    Map<String, String> files = new LinkedHashMap<>();
    try (Reader reader = Files.newBufferedReader(index);
        JsonReader json = new JsonReader(reader)) {
      UniqueKeys keys = new UniqueKeys();
      json.beginObject();
      while (json.hasNext()) {
        if (keys.next(json).equals(MAP)) {
          map(json, files);
        } else {
          json.skipValue();
        }
      }
      json.endObject();
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      throw new MalformedFileException(
          "is no index: it is not JSON with a " + MAP + " of names and files; download it again");
    }
    if (files.isEmpty()) {
      throw new MalformedFileException(
          "is no index: it has no " + MAP + " with names and files; download it again");
    }
    return new ShardIndex(index, files);
  }

  private static void map(JsonReader json, Map<String, String> files) throws IOException {
    UniqueKeys names = new UniqueKeys();
    json.beginObject();
    while (json.hasNext()) {
      String name = names.next(json);
      if (json.peek() != JsonToken.STRING) {
        throw new IllegalStateException("a file's name is a text");
      }
      files.put(name, json.nextString());
    }
    json.endObject();
  }

  /** The files, which are sure to be siblings of the index, by name. */
  Map<String, Path> shards() throws IOException {
    Map<String, Path> shards = new LinkedHashMap<>();
    for (String name : new TreeSet<>(files.values())) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")
          || !(name.endsWith(SafeTensors.ENDING) || name.endsWith(".bin"))) {
        throw new MalformedFileException(
            "names the file "
                + Names.printable(name)
                + ", and a part is a .safetensors or .bin file in the folder of the index;"
                + " download it again");
      }
      Path shard = index.resolveSibling(name);
      if (!Files.isRegularFile(shard)) {
        throw new MalformedFileException("names the file " + name + ", which is missing; add it");
      }
      shards.put(name, shard);
    }
    long total = 0;
    for (Path shard : shards.values()) {
      total += Files.size(shard);
    }
    TorchArchive.checkTotal(total);
    return shards;
  }

  /** The tensors of all files, each of which must be where the index says. */
  Map<String, TorchTensor> tensors() throws IOException {
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Path> shard : shards().entrySet()) {
      for (Map.Entry<String, TorchTensor> tensor :
          TorchCheckpoint.read(shard.getValue()).tensors().entrySet()) {
        String expected = files.get(tensor.getKey());
        if (!shard.getKey().equals(expected)) {
          throw new MalformedFileException(
              "does not fit its files: "
                  + shard.getKey()
                  + " holds "
                  + Names.printable(tensor.getKey())
                  + ", which the index "
                  + (expected == null ? "does not name" : "finds in " + expected)
                  + "; download all of them again");
        }
        tensors.put(tensor.getKey(), tensor.getValue());
      }
    }
    for (String name : files.keySet()) {
      if (!tensors.containsKey(name)) {
        throw new MalformedFileException(
            "does not fit its files: "
                + Names.printable(name)
                + " is not in "
                + files.get(name)
                + "; download all of them again");
      }
    }
    return tensors;
  }
}
