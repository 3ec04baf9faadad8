package dev.limelight.fuzz.format;

import dev.limelight.Explainer;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.JsonTree;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Pickle;
import dev.limelight.fuzz.mutation.Text;
import dev.limelight.fuzz.mutation.Zip;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What the formats of networks share. */
final class Networks {

  private static final int SIDE = 8;

  /** The files of the library's own tests. */
  static final String CORE = "lib/core/src/test/resources/";

  private Networks() {}

  /** Loads a network, lists its layers and, if asked, explains a small picture. */
  static void read(Path input, boolean whole) throws IOException {
    try (Explainer explainer = Explainer.builder().setModel(input).load()) {
      explainer.layers();
      if (whole) {
        int[] rgb = IntStream.range(0, SIDE * SIDE).map(i -> i * 0x030507).toArray();
        explainer.explain(Picture.of(SIDE, SIDE, rgb, "small"));
      }
    }
  }

  /** The mutators of an entry of PyTorch's archives. */
  static List<Mutator> inArchive(String entry) {
    if (entry.endsWith(".pkl") || entry.endsWith(".pt")) {
      return List.of(new Pickle(), new Pickle(), new Bytes());
    }
    if (entry.endsWith(".json")) {
      return List.of(new JsonTree(), new JsonTree(), new JsonTree(), new Bytes());
    }
    return entry.contains("/code/") || entry.endsWith("version")
        ? List.of(new Text(), new Text(), new Bytes())
        : List.of(new Bytes());
  }

  /** The mutators of such an archive. */
  static List<Mutator> archive() {
    Mutator zip = new Zip(Networks::inArchive);
    return List.of(zip, zip, zip, zip, zip, new Bytes());
  }
}
