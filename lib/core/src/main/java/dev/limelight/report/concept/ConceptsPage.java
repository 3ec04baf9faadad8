package dev.limelight.report.concept;

import dev.limelight.concept.Concept;
import dev.limelight.concept.ConceptMaps;
import dev.limelight.concept.Concepts;
import dev.limelight.data.ImageSet;
import dev.limelight.drawing.Gallery;
import dev.limelight.drawing.Overlay;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.report.HtmlReport;
import dev.limelight.report.ReportTable;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.support.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** {@link Concepts} as one HTML page. */
public final class ConceptsPage {

  private static final int PICTURES = 6;
  private static final int MAPS = 4;

  private final Concepts concepts;
  private final ImageSet images;
  private final Preprocessing preprocessing;

  /**
   * The page of concepts.
   *
   * @param images in which they were found
   * @param preprocessing of the network
   */
  public ConceptsPage(Concepts concepts, ImageSet images, Preprocessing preprocessing) {
    this.concepts = concepts;
    this.images = images;
    this.preprocessing = preprocessing;
  }

  /** Reads some pictures again, and creates the page. */
  public HtmlReport report(String title, Map<String, String> manifest) {
    HtmlReport.Builder page =
        HtmlReport.builder()
            .setTitle(title)
            .optIntroduction(introduction())
            .optManifest(manifest)
            .addHeading("Concepts")
            .addTable(table())
            .addFigure(
                concepts.gallery(),
                "The crops that show each concept most, of different pictures first; on the left its"
                    + " number and its share of the evidence");
    List<Gallery> rows = maps();
    if (!rows.isEmpty()) {
      page.addHeading("Where they are");
      rows.forEach(page::addFigure);
    }
    return page.build();
  }

  private String introduction() {
    Concept first = concepts.concepts().get(0);
    return String.format(
        Locale.ROOT,
        "%s of %s, from %s of pictures that the network takes for it. The most important takes part"
            + " in %.0f %% of the score's variance, and has %.0f %% of the evidence."
            + "\n\nConcepts have no names: look at the crops.%s",
        Count.of(concepts.concepts().size(), "concept"),
        concepts.label(),
        Count.of(concepts.crops(), "crop"),
        100 * first.importance(),
        100 * first.share(),
        concepts.notes().isEmpty() ? "" : " Note: " + String.join("; ", concepts.notes()) + ".");
  }

  private ReportTable table() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Concept concept : concepts.concepts()) {
      rows.add(
          List.of(
              Cell.of(concept.number(), 0),
              Cell.of(concept.importance(), 3),
              Cell.of(concept.effect(), 3),
              Cell.of(100 * concept.share(), 1)));
    }
    return new ReportTable(
        String.format(
            Locale.ROOT,
            "Importance is the total Sobol index; effect is by how much the score falls without the"
                + " concept; %.0f %% of the evidence is in none of them",
            100 * concepts.rest()),
        List.of("concept", "importance", "effect", "share of the evidence, %"),
        rows);
  }

  /** A row a picture: it, and the maps of the first concepts. */
  private List<Gallery> maps() {
    List<ConceptMaps> all = concepts.maps();
    int shown = Math.min(PICTURES, all.size());
    int columns = Math.min(MAPS, concepts.concepts().size());
    List<Gallery> rows = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      ConceptMaps one = all.get((int) ((long) i * all.size() / shown));
      Picture picture;
      try {
        picture = images.get(one.index()).picture();
      } catch (IOException e) {
        // It could be read a moment ago, and its numbers are those of that time.
        continue;
      }
      List<Object> tiles = new ArrayList<>(List.of(picture));
      for (int j = 0; j < columns; j++) {
        tiles.add(
            Overlay.builder()
                .setPicture(picture)
                .setHeatmap(one.map(j))
                .optRegion(preprocessing.visibleRegion(picture.width(), picture.height()))
                .optPeak(false)
                .optColorBar(false)
                .build());
      }
      String[] headers =
          Stream.concat(
                  Stream.of(one.name()),
                  concepts.concepts().stream().limit(columns).map(c -> "concept " + c.number()))
              .toArray(String[]::new);
      rows.add(Gallery.of(tiles).columns(columns + 1).headers(headers));
    }
    return rows;
  }

  /** The sources of the page, for its manifest. */
  public static Map<String, String> manifest(Concepts concepts, String model, ImageSet images) {
    Map<String, String> manifest = new LinkedHashMap<>();
    manifest.put("model", model);
    manifest.put("layer", concepts.bank().layer());
    manifest.put("target", concepts.bank().target());
    manifest.put("pictures", String.valueOf(images.size()));
    manifest.put("notes", String.join("; ", concepts.notes()));
    return manifest;
  }
}
