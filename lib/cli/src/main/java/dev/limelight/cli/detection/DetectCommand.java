package dev.limelight.cli.detection;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cli.InputOptions;
import dev.limelight.cli.JsonOption;
import dev.limelight.cli.ModelOptions;
import dev.limelight.cli.Notes;
import dev.limelight.cli.console.Table;
import dev.limelight.cli.options.FurtherCommand;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.data.ClassNames;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.drawing.BoxesFigure;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.output.OutputReaders;
import dev.limelight.report.MapsPage;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight detect}: lists, draws and explains what a detector finds. */
@Command(
    name = "detect",
    mixinStandardHelpOptions = true,
    description =
        "Lists what a detector finds in a picture, numbered as --target box(N) of explain takes it, with boxes in pixels of the picture. With --out it also draws the boxes (boxes.png) and lists them (boxes.json), and with --method it explains them on a page with a switch between boxes (boxes.html).",
    footer =
        "%nExample: limelight detect --model yolo.onnx --image street.jpg --fit letterbox --out found%n%nWith --json each box is an object with box (its number), class, label, score, left, top, right, bottom and target (how explain is asked for it).")
public final class DetectCommand implements FurtherCommand {

  /** More boxes make no page that anybody reads. */
  private static final int MOST_EXPLAINED = 20;

  @Mixin private ModelOptions options;

  @Mixin private LayerOption layer;

  @Mixin private MethodsOption methods = new MethodsOption();

  @Option(names = "--image", required = true, paramLabel = "FILE", description = "The picture.")
  private Path image;

  @Option(
      names = "--score",
      paramLabel = "SCORE",
      defaultValue = "0.25",
      description = "The lowest score of a box that is listed (default: ${DEFAULT-VALUE}).")
  private double score;

  @Option(
      names = "--overlap",
      paramLabel = "SHARE",
      defaultValue = "0.45",
      description =
          "The intersection over union above which the weaker of two boxes of a class is removed (default: ${DEFAULT-VALUE}).")
  private double overlap;

  @Option(
      names = "--boxes",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How many boxes are explained with --method, the highest score first (default: ${DEFAULT-VALUE}).")
  private int boxes;

  @Mixin private InputOptions inputs;

  @Mixin private JsonOption json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for boxes.png, boxes.json and, with --method, boxes.html.")
  private @Nullable Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    BoxFiles files = out == null ? null : new BoxFiles(out);
    if (files != null) {
      files.check();
    }
    NonMaximumSuppression suppression = suppression();
    Notes notes = new Notes(spec);
    List<Method> chosen = methods.isGiven() ? methods.methods(names -> names) : List.of();
    Picture picture = inputs.read(image);
    String reader = options.reader().name();
    try (Explainer explainer =
        options
            .explainer(inputs.labels(), layer.layers())
            .optReader(reader == null ? OutputReaders.AUTO : reader)
            .load()) {
      Explainer fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
      List<Detection> found = fitted.detect(picture, suppression);
      notes.add(fitted);
      Rectangle2D seen =
          fitted.model().preprocessing().visibleRegion(picture.width(), picture.height());
      if (seen.getWidth() < picture.width() - 1 || seen.getHeight() < picture.height() - 1) {
        notes.add(
            List.of(
                "the model sees the middle of the picture alone, "
                    + Math.round(seen.getWidth())
                    + "x"
                    + Math.round(seen.getHeight())
                    + " pixels; --fit letterbox or stretch shows it all"));
      }
      List<String> labels = fitted.model().labels();
      if (files != null) {
        files.write(
            fitted.model().name(),
            picture.name(),
            IntStream.range(0, found.size())
                .mapToObj(i -> fields(i, found.get(i), labels))
                .toList(),
            figure(picture, found, labels));
        if (!chosen.isEmpty() && !found.isEmpty()) {
          explained(fitted, picture, found, labels, chosen, files.page());
        }
      }
      notes.print();
      print(found, labels);
    }
    return 0;
  }

  private void checkUsage() {
    inputs.check();
    if (methods.isGiven() && out == null) {
      throw new ParameterException(
          spec.commandLine(), "--method writes a page, and --out names its folder; give both");
    }
    if (boxes < 1 || boxes > MOST_EXPLAINED) {
      throw new ParameterException(
          spec.commandLine(), "--boxes is from 1 to " + MOST_EXPLAINED + ", but got " + boxes);
    }
  }

  private NonMaximumSuppression suppression() {
    try {
      return new NonMaximumSuppression(score, overlap, NonMaximumSuppression.USUAL.most(), true);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** How explain is asked for a box: by its number, where it has the same with the usual limits. */
  private String target(int n, Detection one, List<String> labels) {
    if (suppression().equals(NonMaximumSuppression.USUAL)) {
      return "box(" + n + ")";
    }
    Box box = one.box();
    return Target.box(
            labels.isEmpty()
                ? Target.of(one.classIndex())
                : Target.of(new ClassNames(labels).name(one.classIndex())),
            box.rectangle())
        .toString();
  }

  private BoxesFigure figure(Picture picture, List<Detection> found, List<String> labels) {
    List<Rectangle2D> rectangles = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      rectangles.add(found.get(i).box().rectangle());
      names.add(i + " " + name(found.get(i), labels));
    }
    return new BoxesFigure(picture, rectangles, names);
  }

  private static String name(Detection one, List<String> labels) {
    return String.format(
        Locale.ROOT, "%s %.2f", new ClassNames(labels).name(one.classIndex()), one.score());
  }

  private void explained(
      Explainer fitted,
      Picture picture,
      List<Detection> found,
      List<String> labels,
      List<Method> chosen,
      Path page)
      throws IOException {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < Math.min(boxes, found.size()); i++) {
      targets.add(Target.parse(target(i, found.get(i), labels), labels));
    }
    List<Explanation> maps =
        List.copyOf(fitted.explain(Question.of(picture).methods(chosen).targets(targets)));
    String title = "What the boxes of " + picture.name() + " rest on";
    MapsPage.of(title, List.of(new MapsPage.Row(picture.name(), maps)), Map.of()).save(page);
  }

  private Map<String, @Nullable Object> fields(int i, Detection one, List<String> labels) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("box", i);
    fields.put("class", one.classIndex());
    fields.put("label", labels.isEmpty() ? null : new ClassNames(labels).name(one.classIndex()));
    fields.put("score", one.score());
    fields.put("left", one.box().left());
    fields.put("top", one.box().top());
    fields.put("right", one.box().right());
    fields.put("bottom", one.box().bottom());
    fields.put("target", target(i, one, labels));
    return fields;
  }

  private void print(List<Detection> found, List<String> labels) {
    PrintWriter terminal = spec.commandLine().getOut();
    ClassNames names = new ClassNames(labels);
    if (json.given()) {
      for (int i = 0; i < found.size(); i++) {
        JsonOption.print(terminal, fields(i, found.get(i), labels));
      }
      return;
    }
    if (found.isEmpty()) {
      terminal.println("no box has a score of " + score + " or more; --score takes a lower one");
      terminal.flush();
      return;
    }
    Table table = new Table(found.size() + 1);
    table.row("box", "class", "score", "left", "top", "right", "bottom", "target");
    for (int i = 0; i < found.size(); i++) {
      Detection one = found.get(i);
      table.row(
          String.valueOf(i),
          names.name(one.classIndex()),
          number(one.score(), 3),
          number(one.box().left(), 1),
          number(one.box().top(), 1),
          number(one.box().right(), 1),
          number(one.box().bottom(), 1),
          target(i, one, labels));
    }
    table.print(terminal);
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
