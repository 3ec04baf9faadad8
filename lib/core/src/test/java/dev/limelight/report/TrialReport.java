package dev.limelight.report;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.codec.Pictures;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.model.Preprocessing;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.target.Target;
import dev.limelight.verdict.Light;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports of networks that this project trained. */
final class TrialReport {

  private static final Path DATA = Path.of("..", "..", "notebooks", "data");
  private static final int FIXTURES = 6;
  private static final String EARLIER = "layer2";
  private static final List<String> SHAPES = List.of("circle", "square", "triangle", "cross");

  static final String HOSTILE = "</script><!--<img src=x onerror=alert(1)> \"'&${script}";

  private TrialReport() {}

  /** The network of shapes; what it sees is a square of 64 pixels in the middle. */
  static Explainer shapes() {
    try {
      return Explainer.builder()
          .setModel(DATA.resolve("models/shapes/shapes-symbol.json"))
          .optLabels(SHAPES)
          .optPreprocessing(Preprocessing.of(64, 64))
          .load();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pictures of shapes; every second one is wider than the network's input. */
  static List<Picture> pictures(int count) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Picture scene = scene(i);
      Picture shown = i % 2 == 0 ? scene : Picture.mosaic(List.of(scene, scene(i + 1)), 2, "");
      pictures.add(shown.named("scene-" + i + ".png"));
    }
    return pictures;
  }

  private static Picture scene(int index) {
    try {
      return Pictures.read(TinyResNet.folder().resolve("picture-" + index % FIXTURES + ".png"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two methods at two layers for two classes of each picture: eight maps. */
  static List<Explanation> eightMaps(Explainer explainer, Picture picture) {
    List<Method> methods = List.of(new GradCam(), new LayerCam());
    Explainer earlier = explainer.at(EARLIER);
    List<Explanation> maps = new ArrayList<>();
    for (String label : List.of("circle", "square")) {
      maps.addAll(
          explainer.explain(Question.of(picture).methods(methods).targets(Target.of(label))));
      maps.addAll(earlier.explain(Question.of(picture).methods(methods).targets(Target.of(label))));
    }
    return maps;
  }

  static PictureMaps judged(String name, String note, List<Explanation> maps) {
    List<JudgedMap> judged = new ArrayList<>();
    for (Explanation map : maps) {
      boolean positive = !map.map().isBlank();
      Map<String, String> numbers = new LinkedHashMap<>();
      numbers.put("insertion - deletion", positive ? "0.31" : "-0.02");
      numbers.put("centre blob", "0.05");
      Finding finding =
          positive
              ? new Finding(Light.GREEN, "beats the controls", numbers)
              : new Finding(Light.RED, "no better than chance", numbers);
      Finding other = new Finding(Light.AMBER, "flips a little", Map.of("correlation", "0.71"));
      judged.add(new JudgedMap(map, List.of(finding, other)));
    }
    return new PictureMaps(name, note, judged);
  }

  /** A page with some of everything. */
  static HtmlReport.Builder everything(List<PictureMaps> pictures) {
    List<List<Cell>> rows = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Explanation first = pictures.get(i).maps().get(0).explanation();
      rows.add(
          List.of(
              Cell.of(pictures.get(i).name()),
              Cell.of(first.predictedLabel()),
              Cell.of(first.probability(first.predicted()), 3),
              i == 1 ? Cell.of(Double.NaN, 3).withNote("blank map") : Cell.of(1.0 / (i + 1), 3)));
    }
    List<String> names = pictures.stream().map(PictureMaps::name).toList();
    Heatmap mean = pictures.get(0).maps().get(0).explanation().map();
    Heatmap other = pictures.get(1).maps().get(0).explanation().map();
    int half = names.size() / 2;
    HtmlReport.Builder report =
        HtmlReport.builder()
            .setTitle("Where the network looked")
            .optIntroduction(
                "The maps say which part of each picture speaks for a class, in logits."
                    + " Each was compared with what a map gets that knows nothing.")
            .addHeading("Pictures");
    pictures.forEach(report::addPicture);
    return report
        .addHeading("Numbers")
        .addParagraph("Insertion less deletion; larger is better.")
        .addTable(
            new ReportTable(
                "Each picture once", List.of("picture", "predicted", "probability", "score"), rows))
        .addFigure(
            HeatmapFigure.of(new Heatmap(2, 2, new float[] {0, 1, 2, 3}, "logit")),
            "A map of four cells")
        .addHeading("Groups")
        .addGroups(
            List.of(
                new Group(
                    "Looks at the object",
                    "The maps of these pictures lie on the shape that names them.",
                    "0.12 share of errors",
                    mean,
                    names.subList(0, half)),
                new Group(
                    "Looks at the border",
                    "The maps of these pictures hug the left border, where the ground is textured.",
                    "0.48 share of errors",
                    other,
                    names.subList(half, names.size()))))
        .optManifest(Map.of("seed", "7", "data", "generated scenes of 64 pixels"));
  }
}
