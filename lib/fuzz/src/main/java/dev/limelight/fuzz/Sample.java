package dev.limelight.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A good input that is damaged.
 *
 * @param name of what it was made from
 * @param opened the file that is read; empty if the folder is
 * @param files the content of each file of the folder
 */
public record Sample(String name, String opened, SortedMap<String, byte[]> files) {

  /** A file with others that belong to it, each as a path below the root. */
  public static Sample of(Path root, String file, String... others) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    Path opened = root.resolve(file);
    files.put(opened.getFileName().toString(), Files.readAllBytes(opened));
    for (String other : others) {
      Path path = root.resolve(other);
      files.put(path.getFileName().toString(), Files.readAllBytes(path));
    }
    return new Sample(file, opened.getFileName().toString(), files);
  }

  /** A text file. */
  public static Sample of(String name, String text) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
    return new Sample(name, name, files);
  }

  /** A folder as it is on disk, read as a whole. */
  public static Sample folder(Path folder, String name) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return new Sample(name, "", files);
  }

  /** The files of a folder with one of these endings and at most so many bytes, a sample each. */
  public static List<Sample> in(Path root, String folder, long most, String... endings)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (Stream<Path> all = Files.list(root.resolve(folder))) {
      for (Path file : all.sorted().toList()) {
        String name = file.getFileName().toString();
        if (Stream.of(endings).anyMatch(name::endsWith) && Files.size(file) <= most) {
          samples.add(of(root, folder + "/" + name));
        }
      }
    }
    return samples;
  }

  /** The path that is read when its files are in a folder. */
  public Path in(Path folder) {
    return opened.isEmpty() ? folder : folder.resolve(opened);
  }
}
