package dev.limelight.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.limelight.Explanation;
import dev.limelight.array.NativeArrays;
import dev.limelight.cli.console.Table;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Threshold;
import dev.limelight.io.FileNames;
import dev.limelight.io.Names;
import dev.limelight.model.Preprocessing;
import dev.limelight.purpose.Localise;
import dev.limelight.report.RegionsFile;
import dev.limelight.report.segments.SegmentsTable;
import dev.limelight.verdict.Verdict;
import java.awt.geom.Rectangle2D;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files written by {@code explain}: arrays, a manifest, overlays. */
final class ExplanationFiles {

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private static final String ARRAYS = "explanations.npz";
  private static final String MANIFEST = "manifest.json";

  /** Boxes and polygons, where they were asked for. */
  static final String REGIONS = "regions.json";

  /** Values of segments, where the method knows any. */
  static final String SEGMENTS = "segments.csv";

  private final List<Explanation> explanations;
  private final List<Verdict> verdicts;
  private final boolean boxed;

  /** The file names by the indices of the explanations; none for tensors. */
  private final Map<Integer, String> overlays;

  /**
   * The files of some explanations.
   *
   * @param verdicts one per map, or none
   * @param boxed whether the object is localised: with boxes and polygons
   */
  ExplanationFiles(
      List<Explanation> explanations, List<Verdict> verdicts, String method, boolean boxed) {
    this.explanations = explanations;
    this.verdicts = verdicts;
    this.boxed = boxed;
    this.overlays = overlayNames(explanations, method);
  }

  /** A name for the folder of some pictures: that of the first, how many follow, the method. */
  static String folderName(List<String> pictures, String method) {
    String others = pictures.size() == 1 ? "" : "-and-" + (pictures.size() - 1) + "-more";
    String stem = pictures.get(0).replaceFirst("(?<=.)\\.[^.]*$", "").strip();
    // A number may follow.
    return FileNames.of(stem.isEmpty() ? "picture" : stem, others + "-" + method + "-00")
        .replaceFirst("-00$", "");
  }

  void write(OutputFolder folder, NDManager manager, List<String> notes) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.file(ARRAYS)))) {
      arrays(manager).encode(out, NDList.Encoding.NPZ);
    }
    if (boxed) {
      writeRegions(folder);
    }
    if (segmented()) {
      List<String> names = IntStream.range(0, explanations.size()).mapToObj(this::name).toList();
      Files.writeString(folder.file(SEGMENTS), SegmentsTable.csv(names, explanations));
    }
    Files.writeString(folder.file(MANIFEST), JSON.toJson(manifest(notes)) + "\n");
    for (Map.Entry<Integer, String> overlay : overlays.entrySet()) {
      // Files are looked at without the text around them.
      Explanation one = explanations.get(overlay.getKey());
      (boxed ? one.boxed(Localise.SHARE) : one.overlay())
          .toBuilder()
              .optCaption(one.toString())
              .optLegend(true)
              .build()
              .save(folder.file(overlay.getValue()));
    }
  }

  private boolean segmented() {
    return explanations.stream().anyMatch(one -> !one.segments().isEmpty());
  }

  /**
   * Writes the boxes and polygons.
   *
   * @throws IllegalArgumentException if two pictures of different sizes have the same name
   */
  private void writeRegions(OutputFolder folder) throws IOException {
    RegionsFile.of(explanations, new Threshold.ShareOfMaximum(Localise.SHARE))
        .save(folder.file(REGIONS));
  }

  /** x, y, width and height in pixels of the picture; none where there is no evidence. */
  private List<Double> box(int i) {
    Rectangle2D box = explanations.get(i).box(Localise.SHARE);
    return box.isEmpty()
        ? List.of()
        : List.of(box.getX(), box.getY(), box.getWidth(), box.getHeight());
  }

  /** Prints one line per picture: its name, the explanation, the overlay; then any checks. */
  void print(PrintWriter out, Path folder) {
    Table table = new Table(explanations.size());
    for (int i = 0; i < explanations.size(); i++) {
      table.row(
          name(i),
          explanations.get(i).toString(),
          overlays.containsKey(i) ? folder.resolve(overlays.get(i)).toString() : "",
          verdicts.isEmpty() ? "" : verdicts.get(i).word(),
          seen(explanations.get(i).map()));
    }
    table.print(out);
    for (int i = 0; i < verdicts.size(); i++) {
      out.println(Names.onOneLine(name(i)) + ": " + verdicts.get(i));
    }
    out.flush();
  }

  /** What a map does not show, though its line looks like any other. */
  private static String seen(Heatmap map) {
    if (map.isBlank()) {
      return map.nothing();
    }
    return map.min() == map.max() ? "the same everywhere" : "";
  }

  /**
   * Prints one JSON object per picture.
   *
   * @param more files that all pictures share
   */
  void printJson(PrintWriter out, Path folder, List<String> more) {
    for (int i = 0; i < explanations.size(); i++) {
      Explanation explanation = explanations.get(i);
      int target = explanation.target();
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("file", name(i));
      fields.put("index", i);
      fields.put("target", target < 0 ? null : target);
      fields.put("label", explanation.targetLabel());
      fields.put("probability", target < 0 ? null : explanation.probability());
      fields.put("logit", target < 0 ? null : explanation.logits()[target]);
      fields.put("predicted", explanation.predicted());
      fields.put("predictedLabel", explanation.predictedLabel());
      fields.put("predictedProbability", explanation.probability(explanation.predicted()));
      fields.put("layer", explanation.provenance().layerText());
      fields.put("method", explanation.provenance().methodText());
      fields.put("positiveEvidence", !explanation.map().isBlank());
      fields.put("verdict", verdicts.isEmpty() ? null : verdicts.get(i).word());
      String overlay = overlays.get(i);
      fields.put("overlay", overlay == null ? null : folder.resolve(overlay).toString());
      fields.put("box", boxed ? box(i) : null);
      fields.put(
          "files",
          Stream.concat(
                  Stream.of(ARRAYS, MANIFEST, REGIONS, SEGMENTS)
                      .filter(name -> boxed || !name.equals(REGIONS))
                      .filter(name -> segmented() || !name.equals(SEGMENTS))
                      .map(name -> folder.resolve(name).toString()),
                  more.stream())
              .toList());
      fields.put("numbers", explanation.notes());
      fields.put("notes", pictureNotes(i));
      JsonOption.print(out, fields);
    }
  }

  /** What must be known of how pictures were read, with their names. */
  List<String> ofPictures() {
    return IntStream.range(0, explanations.size())
        .boxed()
        .flatMap(i -> pictureNotes(i).stream().map(note -> name(i) + ": " + note))
        .toList();
  }

  private List<String> pictureNotes(int i) {
    Picture picture = explanations.get(i).picture();
    return picture == null ? List.of() : picture.notes();
  }

  private NDList arrays(NDManager manager) {
    int n = explanations.size();
    List<float[]> logits = explanations.stream().map(Explanation::logits).toList();
    List<Heatmap> maps = explanations.stream().map(Explanation::map).toList();
    List<Heatmap> heatmaps = explanations.stream().map(Explanation::heatmap).toList();
    long[] targets = explanations.stream().mapToLong(Explanation::target).toArray();
    return new NDList(
        array(manager, "logits", joined(logits), new Shape(n, logits.get(0).length)),
        named(manager.create(targets), "target"),
        maps(manager, "map", maps),
        maps(manager, "heatmap", heatmaps));
  }

  private static NDArray maps(NDManager manager, String name, List<Heatmap> maps) {
    Heatmap first = maps.get(0);
    Shape shape = new Shape(maps.size(), first.height(), first.width());
    return array(manager, name, joined(maps.stream().map(Heatmap::values).toList()), shape);
  }

  private static NDArray array(NDManager manager, String name, float[] values, Shape shape) {
    return named(NativeArrays.of(manager, values, shape), name);
  }

  private static NDArray named(NDArray array, String name) {
    array.setName(name);
    return array;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int position = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, position, part.length);
      position += part.length;
    }
    return all;
  }

  private Map<String, Object> manifest(List<String> notes) {
    List<Map<String, @Nullable Object>> pictures = new ArrayList<>();
    for (int i = 0; i < explanations.size(); i++) {
      Explanation explanation = explanations.get(i);
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("name", name(i));
      row.put("predicted", explanation.predicted());
      row.put("predictedLabel", explanation.predictedLabel());
      row.put("predictedProbability", explanation.probability(explanation.predicted()));
      row.put("target", explanation.target());
      row.put("targetLabel", explanation.targetLabel());
      row.put("targetProbability", explanation.target() < 0 ? null : explanation.probability());
      row.put("mapMaximum", explanation.map().max());
      row.put("mapMinimum", explanation.map().min());
      row.put("unit", explanation.map().unit());
      row.put("positiveEvidence", !explanation.map().isBlank());
      row.put("notes", explanation.notes());
      row.put("pictureNotes", pictureNotes(i));
      row.put("overlay", overlays.get(i));
      if (!explanation.segments().isEmpty()) {
        row.put("segments", SegmentsTable.rows(explanation));
      }
      if (boxed) {
        row.put("box", box(i));
      }
      if (!verdicts.isEmpty()) {
        row.put("verdict", verdicts.get(i));
      }
      pictures.add(row);
    }
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("provenance", explanations.get(0).provenance().toMap());
    if (explanations.get(0).picture() != null) {
      Preprocessing used = explanations.get(0).provenance().model().preprocessing();
      manifest.put("preprocessing", used.toString());
      used.assumption().ifPresent(assumed -> manifest.put("preprocessingAssumed", assumed));
    }
    manifest.put("notes", notes);
    if (boxed) {
      manifest.put("regions", REGIONS);
    }
    if (segmented()) {
      manifest.put("segments", SEGMENTS);
    }
    manifest.put("explanations", pictures);
    return manifest;
  }

  /** The name of a picture. */
  String name(int i) {
    Picture picture = explanations.get(i).picture();
    return picture == null ? "tensor " + i : picture.name();
  }

  /** A file name for each picture; pictures with the same name get a number. */
  private static Map<Integer, String> overlayNames(List<Explanation> explanations, String method) {
    Set<String> taken = new HashSet<>();
    Map<Integer, String> names = new TreeMap<>();
    for (int i = 0; i < explanations.size(); i++) {
      Picture picture = explanations.get(i).picture();
      if (picture == null) {
        continue;
      }
      String stem = picture.name().replaceFirst("\\.[^.]*$", "");
      String name = FileNames.of(stem, "-" + method + ".png");
      for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
        name = FileNames.of(stem, "-" + number + "-" + method + ".png");
      }
      names.put(i, name);
    }
    return names;
  }
}
