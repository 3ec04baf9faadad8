package dev.limelight.bench.concept;

import dev.limelight.Explainer;
import dev.limelight.bench.Report;
import dev.limelight.codec.Pictures;
import dev.limelight.concept.ConceptSettings;
import dev.limelight.concept.Concepts;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The seconds that CRAFT takes for about 300 crops with EfficientNet-Lite0. */
public final class ConceptsBench {

  private static final int CROPS = 304;
  private static final int TARGET = 60;
  private static final int SIDE = 400;
  private static final int SIDES = 6;

  private ConceptsBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table, and a photo, parts of which are the pictures
   */
  public static void main(String[] args) throws IOException {
    ImageSet photos = ImageSet.of(parts(Pictures.read(Path.of(args[1])).square(SIDE)), List.of());
    try (Explainer explainer = Explainer.of(Path.of("efficientnet-lite0"))) {
      explainer.explain(photos.get(0).picture());
      long start = System.nanoTime();
      Concepts concepts = Concepts.of(explainer, photos, ConceptSettings.USUAL.atMost(CROPS));
      double seconds = (System.nanoTime() - start) / 1e9;
      new Report(Path.of(args[0]))
          .write(
              "concepts",
              List.of(
                  "| crops | pictures | concepts | seconds | target |",
                  "|---|---|---|---|---|",
                  String.format(
                      Locale.ROOT,
                      "| %d | %d | %d | %.1f | %d |",
                      concepts.crops(),
                      concepts.maps().size(),
                      concepts.concepts().size(),
                      seconds,
                      TARGET)));
    }
  }

  private static List<Example> parts(Picture photo) {
    int part = SIDE * 4 / 5;
    int step = (SIDE - part) / (SIDES - 1);
    List<Example> parts = new ArrayList<>();
    for (int i = 0; i < SIDES * SIDES; i++) {
      Picture one = photo.cropped(i % SIDES * step, i / SIDES * step, part, part);
      parts.add(Example.of(one.named("part " + i), -1));
    }
    return parts;
  }
}
