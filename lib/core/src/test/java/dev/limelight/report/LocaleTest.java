package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.data.Example;
import dev.limelight.drawing.Gallery;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Threshold;
import dev.limelight.io.AtomicFile;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.sink.FolderSink;
import dev.limelight.verdict.Verdict.Light;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.WatchedRun;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files do not depend on the country of the computer that writes them. */
class LocaleTest {

  private static final List<String> LABELS = List.of("cat", "dog");

  @TempDir private Path folder;

  private static Explanation explained(int index) {
    float[] values = {0.25f, -1.5f, 12345.75f + index, 0.001f, 3, 4.5f, 0, 2, 1e-5f};
    return Explained.over(
        Picture.of(30, 20, new int[600], "picture-" + index + ".png"),
        new Rectangle2D.Double(5.5, 0, 20, 20),
        new Heatmap(3, 3, values, "logit"),
        0,
        LABELS);
  }

  private static HtmlReport report(List<Explanation> explanations) {
    Finding finding = new Finding(Light.GREEN, "better than chance", Map.of("score", "0.50"));
    HtmlReport.Builder report = HtmlReport.builder().setTitle("Test");
    for (Explanation one : explanations) {
      JudgedMap judged = new JudgedMap(one, List.of(finding));
      report.addPicture(new PictureMaps(one.picture().name(), "", List.of(judged)));
    }
    List<List<Cell>> rows = List.of(List.of(Cell.of("picture-0.png"), Cell.of(1234.5678, 3)));
    return report
        .addTable(new ReportTable("Numbers", List.of("picture", "score"), rows))
        .addFigure(Gallery.of(explanations).title("Both"), "Both")
        .addFigure(HeatmapFigure.of(explanations.get(0).map()), "One")
        .build();
  }

  /** The bytes of all files, by where they lie. */
  private Map<String, String> written(Locale locale) throws IOException {
    Locale before = Locale.getDefault();
    Path out = folder.resolve(locale.toLanguageTag());
    Locale.setDefault(locale);
    try {
      List<Explanation> explanations = List.of(explained(0), explained(1));
      RegionsFile regions = RegionsFile.of(explanations, new Threshold.ShareOfMaximum());
      regions.save(out.resolve("regions.csv"));
      regions.save(out.resolve("regions.json"));
      report(explanations).save(out.resolve("report.html"));
      explanations.get(0).overlay().save(out.resolve("overlay.png"));
      watch(explanations, out.resolve("run"));
    } finally {
      Locale.setDefault(before);
    }
    Map<String, String> files = new TreeMap<>();
    collect(out, out, files);
    return files;
  }

  private static void watch(List<Explanation> explanations, Path out) throws IOException {
    List<ProbeOverlay> overlays =
        explanations.stream()
            .map(
                one ->
                    new ProbeOverlay(
                        one.picture().name(),
                        new Example(one.picture().name(), one.picture(), 0, null),
                        one,
                        Map.of("area-above-half", 0.25)))
            .toList();
    try (FolderSink sink = new FolderSink(out)) {
      sink.begin(
          new WatchedRun(
              "run",
              "grad-cam",
              LABELS,
              overlays.stream().map(ProbeOverlay::probe).toList(),
              Map.of()));
      sink.epoch(new EpochOverlays(0, Map.of("train/loss", 1234.5678), overlays));
      sink.epoch(new EpochOverlays(1000, Map.of("train/loss", 1e-9), overlays));
    }
  }

  private static void collect(Path root, Path place, Map<String, String> files) throws IOException {
    for (Path file : AtomicFile.files(place)) {
      if (Files.isDirectory(file)) {
        collect(root, file, files);
      } else {
        files.put(
            root.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "de-DE", "tr-TR", "hi-IN-u-nu-deva"})
  void filesAreTheSameInEveryLocale(String tag) throws IOException {
    assertThat(written(Locale.forLanguageTag(tag)))
        .hasSizeGreaterThan(8)
        .isEqualTo(written(Locale.ROOT));
  }

  @Test
  void theLocalesWriteNumbersInAnotherWay() {
    assertThat(String.format(Locale.forLanguageTag("de-DE"), "%.1f", 0.5)).isEqualTo("0,5");
    assertThat(String.format(Locale.forLanguageTag("ar-EG"), "%d", 5)).isNotEqualTo("5");
    assertThat("I".toLowerCase(Locale.forLanguageTag("tr-TR"))).isNotEqualTo("i");
  }
}
