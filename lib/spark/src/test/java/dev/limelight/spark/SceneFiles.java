package dev.limelight.spark;

import dev.limelight.codec.Png;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Generated pictures as files, in a folder for each class. */
final class SceneFiles {

  /** A network of the notebooks. */
  static final Path NETWORK = Path.of("..", "..", "notebooks", "data", "models", "scenes");

  static final List<String> LABELS = List.of("circle", "cross");

  /** From this scene on, no scene was used for training. */
  static final int HELD_OUT = 2000;

  private SceneFiles() {}

  static Scenes.Builder scenes() {
    return Scenes.builder().optSide(32).optLabels("circle", "cross");
  }

  /** The files in the order of their paths. */
  static List<Path> write(Scenes scenes, int first, int count, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      Scene scene = scenes.get(i);
      Path labelFolder = Files.createDirectories(folder.resolve(LABELS.get(scene.label())));
      Path file = labelFolder.resolve(String.format("scene-%06d.png", i));
      Png.write(scene.picture(), file);
      files.add(file);
    }
    files.sort(null);
    return files;
  }

  /** Ten files, each broken in a different way. */
  static List<Path> broken(Path whole, Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(whole);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] part =
          switch (i) {
            case 0 -> new byte[0];
            case 1 -> "not a picture".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case 2 -> "GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            default -> java.util.Arrays.copyOf(bytes, bytes.length * i / 12);
          };
      files.add(Files.write(folder.resolve("broken-" + i + ".png"), part));
    }
    return files;
  }

  /** The files of a folder in an archive. */
  static Path zip(Path folder, Path archive) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
        Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, zip);
      }
    }
    return archive;
  }
}
