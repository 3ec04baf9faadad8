package dev.limelight.cli;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One picture from standard input, which is named {@code -} on the command line. */
final class StandardInput {

  /** What stands for it. */
  static final String NAME = "-";

  /** Its picture's name in results. */
  private static final String PICTURE = "stdin";

  private static final int MOST_BYTES = 1 << 29;

  private StandardInput() {}

  /** Whether a picture is named by it. */
  static boolean is(Path image) {
    return image.toString().equals(NAME);
  }

  static Picture read(InputStream in, double @Nullable [] range) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length == 0) {
      throw new IOException(
          "standard input is empty, but - means a picture there; pipe one, as in"
              + " \"limelight explain - ... < cat.jpg\"");
    }
    if (bytes.length > MOST_BYTES) {
      throw new IOException("standard input has more than 512 MiB; give the picture as a file");
    }
    return range == null
        ? Pictures.read(bytes, PICTURE)
        : Pictures.read(bytes, PICTURE, range[0], range[1]);
  }
}
