package dev.limelight.segment;

import dev.limelight.codec.LabelImage;
import dev.limelight.codec.Masks;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Segments from files of the picture's size: a label image, in which each value is a segment, or a
 * folder of masks, which may overlap. A folder may also hold one of them a picture, named as it is:
 * {@code cat.png} or {@code cat/} for cat.jpg. What no mask covers is one more segment.
 *
 * @param path of the file or the folder
 */
record MaskFiles(Path path) implements Segmenter {

  @Override
  public Segments of(ColourPlanes colours, @Nullable Frame frame) {
    Fit fit = new Fit(colours.width(), colours.height(), frame);
    try {
      Path own = own(frame);
      Segments found = Files.isDirectory(own) ? ofMasks(own, fit) : ofLabels(own, fit);
      if (found.count() < 2) {
        throw new IllegalArgumentException(
            own
                + " divides the part of the picture that the network sees into one segment alone;"
                + " give at least two");
      }
      return found;
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public boolean isOfFiles() {
    return true;
  }

  /** What belongs to the picture. */
  private Path own(@Nullable Frame frame) throws IOException {
    if (frame != null && Files.isDirectory(path)) {
      String stem = frame.name().replaceFirst("(?<=.)\\.[^.]*$", "");
      List<Path> named = entries(path).stream().filter(one -> stem.equals(stem(one))).toList();
      if (named.size() > 1) {
        throw new IllegalArgumentException(
            "the segments of " + frame.name() + " are in " + named + "; leave one of them there");
      }
      if (named.size() == 1) {
        return named.get(0);
      }
    }
    if (frame != null && !frame.alone()) {
      throw new IllegalArgumentException(
          path
              + " holds no segments named as "
              + frame.name()
              + " is; for several pictures give a folder with one label image or one folder of"
              + " masks for each, named as the picture");
    }
    return path;
  }

  private static String stem(Path path) {
    String name = String.valueOf(path.getFileName());
    return Files.isDirectory(path) ? name : name.replaceFirst("(?<=.)\\.[^.]*$", "");
  }

  /** The pictures and folders in a folder, by name. */
  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(one -> Files.isDirectory(one) || isPicture(one)).sorted().toList();
    }
  }

  private static boolean isPicture(Path path) {
    return Pictures.isPictureName(String.valueOf(path.getFileName()));
  }

  private static Segments ofLabels(Path file, Fit fit) throws IOException {
    LabelImage image = LabelImage.read(file);
    IntUnaryOperator places = fit.places(image.width(), image.height(), file);
    int[] labels = new int[fit.width * fit.height];
    for (int i = 0; i < labels.length; i++) {
      int place = places.applyAsInt(i);
      labels[i] = place < 0 ? -1 : image.labels()[place];
    }
    return Segments.ofLabels(fit.width, fit.height, labels);
  }

  private static Segments ofMasks(Path folder, Fit fit) throws IOException {
    List<Path> files = entries(folder).stream().filter(MaskFiles::isPicture).toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "the folder " + folder + " holds no masks; masks are picture files such as mask.png");
    }
    List<BitSet> sets = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      Mask mask = Masks.read(file);
      IntUnaryOperator places = fit.places(mask.width(), mask.height(), file);
      boolean[] cells = mask.cells();
      BitSet set = new BitSet();
      for (int i = 0; i < fit.width * fit.height; i++) {
        int place = places.applyAsInt(i);
        set.set(i, place >= 0 && cells[place]);
      }
      sets.add(set);
      names.add(stem(file));
    }
    return Segments.of(fit.width, fit.height, sets, names);
  }

  /**
   * How files lie on the input.
   *
   * @param width of the input
   * @param height of the input
   */
  private record Fit(int width, int height, @Nullable Frame frame) {

    /** The pixel of the file for each of the input. */
    IntUnaryOperator places(int columns, int rows, Path file) {
      int expectedWidth = frame == null ? width : frame.width();
      int expectedHeight = frame == null ? height : frame.height();
      if (columns != expectedWidth || rows != expectedHeight) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s is %d x %d, but %s is %d x %d; give segments of that size",
                file,
                columns,
                rows,
                frame == null ? "the input" : "the picture " + frame.name(),
                expectedWidth,
                expectedHeight));
      }
      return frame == null ? i -> i : i -> frame.pixel(i % width, i / width, width, height);
    }
  }
}
