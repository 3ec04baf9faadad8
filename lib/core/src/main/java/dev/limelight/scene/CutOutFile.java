package dev.limelight.scene;

import dev.limelight.codec.Pictures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A cut-out of a file, mirrored in half of its views.
 *
 * @param name of the file
 * @param label the name of its folder, or else of the file without its ending
 * @param cutOut the object
 */
@API(status = Status.INTERNAL)
public record CutOutFile(String name, String label, CutOut cutOut) implements SceneObject {

  private static final String SHIPPED = "cut-outs/";

  /**
   * The cut-outs of a folder. Subfolders are classes; a file beside them is named CLASS_01.png.
   *
   * @throws IOException if there is no such folder, it has no pictures, or one of them cannot be
   *     read or has no transparent background
   */
  public static List<SceneObject> folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist")
              + "; give a folder of cut-outs, pictures with a transparent background");
    }
    List<SceneObject> objects = new ArrayList<>();
    for (Path file : pictures(folder)) {
      objects.add(new CutOutFile(name(folder, file), stem(file), CutOut.read(file)));
    }
    for (Path inside : entries(folder)) {
      if (Files.isDirectory(inside)) {
        for (Path file : pictures(inside)) {
          String label = String.valueOf(inside.getFileName());
          objects.add(new CutOutFile(name(folder, file), label, CutOut.read(file)));
        }
      }
    }
    if (objects.isEmpty()) {
      throw new IOException(
          folder
              + " has no pictures, nor do its subfolders; cut-outs are files such as tabby_01.png or"
              + " tabby/01.png with a transparent background");
    }
    return objects;
  }

  /**
   * The cut-outs that come with Limelight: classes of ImageNet, from photos in the public domain.
   */
  public static List<SceneObject> shipped() {
    List<SceneObject> objects = new ArrayList<>();
    try {
      String names = new String(resource("files.txt"), StandardCharsets.UTF_8);
      for (String name : names.lines().toList()) {
        objects.add(new CutOutFile(name, stem(Path.of(name)), CutOut.read(resource(name), name)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("a file of this library is missing or damaged", e);
    }
    return objects;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CutOutFile.class.getResourceAsStream(SHIPPED + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static List<Path> pictures(Path folder) throws IOException {
    return entries(folder).stream()
        .filter(file -> Files.isRegularFile(file))
        .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
        .filter(file -> Pictures.isPictureName(String.valueOf(file.getFileName())))
        .toList();
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.'));
  }

  @Override
  public CutOut view(int longest, Ground ground, Random random) {
    CutOut view = cutOut.resized(longest);
    return random.nextBoolean() ? view.mirrored() : view;
  }
}
