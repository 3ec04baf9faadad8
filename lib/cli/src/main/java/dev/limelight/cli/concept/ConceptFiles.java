package dev.limelight.cli.concept;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.limelight.array.NativeArrays;
import dev.limelight.concept.Concept;
import dev.limelight.concept.ConceptMaps;
import dev.limelight.concept.Concepts;
import dev.limelight.concept.Tcav;
import dev.limelight.concept.TcavScore;
import dev.limelight.io.AtomicFile;
import dev.limelight.report.HtmlReport;
import java.awt.Rectangle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that {@code concepts} writes.
 *
 * @param folder for them
 */
public record ConceptFiles(Path folder) {

  private static final Gson JSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeSpecialFloatingPointValues()
          .create();

  private static final String PAGE = "concepts.html";
  private static final String NUMBERS = "concepts.json";
  private static final String MAPS = "concept-maps.npz";
  private static final String TEST = "tcav.json";

  /**
   * Checks before any work that the files can be written.
   *
   * @throws IOException if they cannot, or a file of the user's has the name of a result
   */
  public void check() throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(
          "--out must be a folder, but " + folder + " is a file; choose another name");
    }
    try {
      AtomicFile.checkWritable(folder.resolve(NUMBERS));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; choose another --out", e);
    }
    for (String name : List.of(PAGE, MAPS)) {
      if (Files.exists(folder.resolve(name)) && !Files.exists(folder.resolve(NUMBERS))) {
        throw new IOException(
            folder.resolve(name)
                + " is there already and is no result of an earlier run; move it away, or choose"
                + " another --out");
      }
    }
  }

  /**
   * Writes concepts.
   *
   * @param manifest what made them
   * @param manager for the arrays
   * @return the files
   */
  public List<Path> write(
      Concepts concepts, HtmlReport page, Map<String, String> manifest, NDManager manager)
      throws IOException {
    Path maps = folder.resolve(MAPS);
    AtomicFile.write(maps(concepts, manager), maps);
    Path numbers = json(NUMBERS, numbers(concepts, manifest));
    page.save(folder.resolve(PAGE));
    return List.of(folder.resolve(PAGE), numbers, maps);
  }

  /** Writes a test. */
  public List<Path> write(Tcav test, Map<String, String> manifest) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("provenance", manifest);
    all.put("notes", test.notes());
    all.put("layer", test.layer());
    all.put("target", test.target());
    all.put("pictures", test.pictures());
    all.put("runs", test.runs());
    all.put("concepts", test.scores().stream().map(ConceptFiles::fields).toList());
    return List.of(json(TEST, all));
  }

  /** What is known of one concept of the user's. */
  public static Map<String, Object> fields(TcavScore score) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("concept", score.concept());
    fields.put("score", score.score());
    fields.put("deviation", score.deviation());
    fields.put("random", score.random());
    fields.put("p", score.chance());
    fields.put("accuracy", score.accuracy());
    fields.put("significant", score.significant());
    return fields;
  }

  /** What is known of one concept. */
  public static Map<String, Object> fields(Concept concept) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("concept", concept.number());
    fields.put("importance", concept.importance());
    fields.put("effect", concept.effect());
    fields.put("share", concept.share());
    List<Map<String, Object>> crops = new ArrayList<>();
    for (Concept.Crop crop : concept.crops()) {
      Rectangle place = crop.place();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("picture", crop.name());
      one.put("box", List.of(place.x, place.y, place.width, place.height));
      one.put("strength", crop.strength());
      crops.add(one);
    }
    fields.put("crops", crops);
    return fields;
  }

  private static Map<String, Object> numbers(Concepts concepts, Map<String, String> manifest) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("provenance", manifest);
    all.put("notes", concepts.notes());
    all.put("class", concepts.label());
    all.put("layer", concepts.bank().layer());
    all.put("crops", concepts.crops());
    all.put("factorisationError", concepts.error());
    all.put("rest", concepts.rest());
    all.put("concepts", concepts.concepts().stream().map(ConceptFiles::fields).toList());
    List<Map<String, Object>> pictures = new ArrayList<>();
    for (ConceptMaps maps : concepts.maps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", maps.name());
      one.put("index", maps.index());
      one.put("importance", maps.importance());
      one.put("effect", maps.effect());
      one.put("rest", maps.rest());
      one.put("error", maps.error());
      pictures.add(one);
    }
    all.put("pictures", pictures);
    return all;
  }

  private Path json(String name, Map<String, Object> values) throws IOException {
    Path file = folder.resolve(name);
    AtomicFile.write((JSON.toJson(values) + "\n").getBytes(StandardCharsets.UTF_8), file);
    return file;
  }

  /** {@code maps}, (pictures, k, h, w), and {@code directions}, (k, C). */
  private static byte[] maps(Concepts concepts, NDManager manager) {
    List<ConceptMaps> all = concepts.maps();
    ConceptMaps first = all.get(0);
    int k = concepts.concepts().size();
    int locations = first.height() * first.width();
    float[] values = new float[all.size() * k * locations];
    for (int i = 0; i < all.size(); i++) {
      float[][] own = all.get(i).coefficients();
      for (int j = 0; j < k; j++) {
        System.arraycopy(own[j], 0, values, (i * k + j) * locations, locations);
      }
    }
    double[][] parts = concepts.bank().parts();
    float[] directions = new float[k * parts[0].length];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) parts[i / parts[0].length][i % parts[0].length];
    }
    NDArray maps =
        NativeArrays.of(manager, values, new Shape(all.size(), k, first.height(), first.width()));
    maps.setName("maps");
    NDArray bank = NativeArrays.of(manager, directions, new Shape(k, parts[0].length));
    bank.setName("directions");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      new NDList(maps, bank).encode(bytes, NDList.Encoding.NPZ);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
