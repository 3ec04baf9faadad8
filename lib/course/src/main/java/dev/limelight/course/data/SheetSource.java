package dev.limelight.course.data;

import ai.djl.training.dataset.Dataset;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.LabelledSquares.Square;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sheets of 32 x 32 tiles, row by row: {@code train-cat.png, train-dog.png, test-...}. */
record SheetSource(Path folder) implements SquareSource {

  private static final int SIDE = 32;
  private static final List<String> LABELS = List.of("cat", "dog");

  static boolean isAt(Path folder) {
    return Files.exists(folder.resolve("train-cat.png"))
        || Files.exists(folder.resolve("test-cat.png"));
  }

  @Override
  public LabelledSquares load(Dataset.Usage usage, int side, int perClass) throws IOException {
    List<List<Square>> classes = new ArrayList<>();
    for (String label : LABELS) {
      String name = SquareSource.part(usage) + "-" + label;
      classes.add(tiles(Pictures.read(folder.resolve(name + ".png")), name, perClass));
    }
    return new LabelledSquares(SIDE, LABELS, classes);
  }

  private static List<Square> tiles(Picture sheet, String name, int most) throws IOException {
    if (sheet.width() % SIDE != 0 || sheet.height() % SIDE != 0) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is a sheet of %d x %d pixels, which does not divide into tiles of 32 x 32;"
                  + " copy it again",
              sheet.name(),
              sheet.width(),
              sheet.height()));
    }
    int columns = sheet.width() / SIDE;
    int count = Math.min(most, columns * (sheet.height() / SIDE));
    List<Square> tiles = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Picture tile = sheet.cropped(i % columns * SIDE, i / columns * SIDE, SIDE, SIDE);
      tiles.add(Square.of(tile.named(name + " " + i)));
    }
    return tiles;
  }
}
