package dev.limelight.course.data;

import ai.djl.training.dataset.Dataset;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.LabelledSquares.Square;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user's own photos of any size: {@code train/cat/*, train/dog/*, test/cat/*, test/dog/*}. */
record FolderSource(Path folder) implements SquareSource {

  private static final Logger LOGGER = LoggerFactory.getLogger(FolderSource.class);

  @Override
  public LabelledSquares load(Dataset.Usage usage, int side, int perClass) throws IOException {
    Path part = folder.resolve(SquareSource.part(usage));
    if (!Files.isDirectory(part)) {
      throw new IOException(
          "there is no folder "
              + part
              + "; wanted are the sheets train-cat.png, train-dog.png, test-cat.png, test-dog.png"
              + " or the folders train/cat, train/dog, test/cat, test/dog in "
              + folder);
    }
    List<Path> folders = visible(part).filter(Files::isDirectory).toList();
    if (folders.size() != 2) {
      throw new IOException(
          part
              + " must hold exactly two folders of pictures, one a class, and holds "
              + folders.stream().map(Path::getFileName).toList());
    }
    List<String> refused = new ArrayList<>();
    List<List<Square>> classes = new ArrayList<>();
    for (Path one : folders) {
      classes.add(read(one, side, perClass, refused));
    }
    if (!refused.isEmpty()) {
      LOGGER.warn(
          "left out {} of the files in {}, which cannot be read; the first: {}",
          refused.size(),
          part,
          refused.get(0));
    }
    return new LabelledSquares(
        side, folders.stream().map(path -> path.getFileName().toString()).toList(), classes);
  }

  private static List<Square> read(Path folder, int side, int most, List<String> refused)
      throws IOException {
    List<Square> squares = new ArrayList<>();
    for (Path file : visible(folder).filter(Files::isRegularFile).toList()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped while reading " + folder);
      }
      if (squares.size() == most) {
        break;
      }
      try {
        squares.add(Square.of(Pictures.read(file).square(side)));
      } catch (IOException e) {
        refused.add(e.getMessage());
      }
    }
    if (squares.isEmpty()) {
      throw new IOException(
          folder
              + " holds no picture that can be read"
              + (refused.isEmpty() ? "" : "; for one, " + refused.get(refused.size() - 1)));
    }
    return squares;
  }

  private static Stream<Path> visible(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList()
          .stream();
    }
  }
}
