package dev.limelight.bench.formats;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.bench.OwnProcess;
import dev.limelight.bench.Report;
import dev.limelight.bench.Table;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Explains networks on the engine that they are made for and as ONNX graphs, and compares the maps
 * with each other and with those of PyTorch in float64: the networks that
 * src/main/python/torchvision_models.py and hub_models.py write.
 */
public final class TranslationBench {

  /** The class whose score the scripts differentiate. */
  private static final Target SCORE = Target.of(7);

  private static final String ARRAYS = ".npz";

  private static final String HUB = "-hub";

  private TranslationBench() {}

  /**
   * Runs the benchmark. Each row is computed in a process for it alone.
   *
   * @param args a Markdown file for the table, and folders of networks; or a model, its arrays and
   *     an engine for their row alone
   */
  public static void main(String[] args) throws IOException {
    if (args[1].endsWith(ARRAYS)) {
      row(Path.of(args[0]), Path.of(args[1]), EngineName.valueOf(args[2]))
          .lines()
          .forEach(System.out::println);
      return;
    }
    List<String> lines = new ArrayList<>(table().lines());
    for (String folder : List.of(args).subList(1, args.length)) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path arrays : files.filter(f -> f.toString().endsWith(ARRAYS)).sorted().toList()) {
          addRows(lines, arrays);
        }
      }
    }
    new Report(Path.of(args[0])).write("translations", lines);
  }

  private static Table table() {
    return new Table(
        3,
        "network",
        "format",
        "layer",
        "ONNX graph from its engine",
        "its engine from float64",
        "ONNX graph from float64",
        "saliency, ONNX graph from its engine");
  }

  private static void addRows(List<String> lines, Path arrays) throws IOException {
    String name = name(arrays);
    for (String kind : List.of("traced", "scripted")) {
      addRow(lines, arrays.resolveSibling(name + "-" + kind + ".pt"), arrays, EngineName.PYTORCH);
    }
    for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
      addRow(lines, arrays.resolveSibling(name + HUB), arrays, engine);
    }
  }

  private static void addRow(List<String> lines, Path model, Path arrays, EngineName engine)
      throws IOException {
    if (!Files.exists(model)) {
      return;
    }
    List<String> printed =
        OwnProcess.lines(
            TranslationBench.class, List.of(), model.toString(), arrays.toString(), engine.name());
    String row = printed.get(printed.size() - 1);
    System.out.println(row);
    lines.add(row);
  }

  private static String name(Path arrays) {
    return arrays.getFileName().toString().replace(ARRAYS, "");
  }

  private static String format(Path model, EngineName engine) {
    String file = model.getFileName().toString();
    return file.endsWith(HUB)
        ? "blocks on " + engine.title()
        : "TorchScript, " + file.replaceFirst(".*-(\\w+)\\.pt$", "$1");
  }

  private static Table row(Path model, Path arrays, EngineName engine) throws IOException {
    List<Object> row = new ArrayList<>(List.of(name(arrays), format(model, engine)));
    try (NDManager manager = engine.engine().newBaseManager()) {
      Reference reference = Reference.read(manager, arrays);
      List<float[]> pictures = reference.pictures();
      Maps original = Maps.of(new ModelFile(model, engine), pictures, reference.side());
      Maps graph =
          Maps.of(new ModelFile(model, EngineName.ONNX_RUNTIME), pictures, reference.side());
      List<Heatmap> exact = reference.maps(original.activations());
      row.add(original.layer());
      row.add(shown(original.gradCam(), graph.gradCam(), reference.side()));
      row.add(exact.isEmpty() ? "-" : shown(original.gradCam(), exact, reference.side()));
      row.add(exact.isEmpty() ? "-" : shown(graph.gradCam(), exact, reference.side()));
      row.add(shown(original.saliency(), graph.saliency(), reference.side()));
    } catch (EngineException | IllegalArgumentException | IOException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      row.add("refused: " + inTable(reason.replace(model + " ", "")));
      row.addAll(Collections.nCopies(4, "-"));
    }
    return table().row(row.toArray());
  }

  /** Without what to do about it, in Markdown. */
  private static String inTable(String reason) {
    return reason.replaceFirst(";.*", "").replace("|", "/").replace("__", "\\_\\_");
  }

  private static String shown(List<Heatmap> first, List<Heatmap> second, int side) {
    double largest =
        IntStream.range(0, first.size())
            .mapToDouble(i -> difference(first.get(i), second.get(i), side))
            .max()
            .orElseThrow();
    return String.format(Locale.ROOT, "%.1e", largest);
  }

  /** As they are drawn, and with their signs: a map without positive evidence is drawn blank. */
  private static double difference(Heatmap first, Heatmap second, int side) {
    double drawn = first.processed(side, side).maxDifference(second.processed(side, side));
    return Math.max(drawn, first.symmetric().maxDifference(second.symmetric()));
  }

  /**
   * What a model gives on one engine.
   *
   * @param layer that was explained
   * @param activations there, of all pictures
   * @param gradCam the signed map of each picture
   * @param saliency the same
   */
  private record Maps(
      String layer, float[] activations, List<Heatmap> gradCam, List<Heatmap> saliency) {

    static Maps of(ModelFile file, List<float[]> pictures, int side) throws IOException {
      try (Explainer explainer =
          Explainer.builder()
              .setModel(file)
              .optPreprocessing(Preprocessing.of(side, side))
              .load()) {
        List<float[]> activations =
            explainer.evidence(
                pictures.size(),
                pictures::get,
                SCORE,
                evidence -> evidence.activations().toFloatArray());
        List<Explanation> gradCam = explained(explainer, pictures, "grad-cam");
        List<Explanation> saliency = explained(explainer, pictures, "saliency");
        return new Maps(
            gradCam.get(0).provenance().layers().get(0).name(),
            joined(activations),
            gradCam.stream().map(Explanation::map).toList(),
            saliency.stream().map(Explanation::map).toList());
      }
    }

    private static List<Explanation> explained(
        Explainer explainer, List<float[]> pictures, String method) {
      return explainer.explain(
          Question.of(pictures.size(), pictures::get)
              .methods(Methods.named(method))
              .targets(SCORE));
    }

    private static float[] joined(List<float[]> parts) {
      float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
      int from = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, from, part.length);
        from += part.length;
      }
      return all;
    }
  }
}
