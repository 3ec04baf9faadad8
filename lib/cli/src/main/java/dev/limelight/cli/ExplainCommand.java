package dev.limelight.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.Explanation;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.gradient.CheckedGradient;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.smooth.FirstComponent;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import dev.limelight.verdict.Judge;
import dev.limelight.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code limelight explain}: explains pictures or a ready tensor. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Explains what a model looked at: writes explanations.npz, manifest.json and, for pictures, one overlay each.",
    footer =
        "%nWith --json each picture is an object with file, index (in the arrays), target, label, probability, logit,"
            + " predicted, predictedLabel, predictedProbability, layer, method, positiveEvidence, verdict, overlay, files, numbers"
            + " (of the method, by name) and notes (on how the picture was read).")
final class ExplainCommand implements Callable<Integer> {

  @Mixin private ModelOptions options;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description =
          "Where to cut; without it the last layer with spatial extent (see layers). Given several times, one map is made of all.")
  private List<String> layers = List.of();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "grad-cam",
      description = "One of those that methods lists (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--aug-smooth",
      description =
          "Take the mean map of the picture and its mirror image, each times 0.9, 1 and 1.1; it takes six times as long.")
  private boolean flipped;

  @Option(
      names = "--eigen-smooth",
      description =
          "Take the first principal component of the method's channels; with --aug-smooth, that of each of the six.")
  private boolean component;

  @Option(
      names = "--target",
      paramLabel = "top|INDEX|LABEL",
      defaultValue = "top",
      description = "What to explain (default: the class with the highest score).")
  private String target;

  @Option(
      names = "--verdict",
      description =
          "Judge each map too: better than chance and controls, stable, dependent on what was learnt; --plan tells what it takes.")
  private boolean verdict;

  @Option(
      names = "--check",
      description =
          "Compare the gradient with finite differences in random directions; the manifest has the error of each map.")
  private boolean check;

  @Option(
      names = "--plan",
      description =
          "Say what the method, or without --method each one, would take here, and explain nothing.")
  private boolean plan;

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Input input;

  /** Pictures or a tensor. */
  private static final class Input {
    @Option(
        names = "--image",
        arity = "1..*",
        paramLabel = "FILE",
        required = true,
        description = "Pictures to explain; - reads one from standard input.")
    private List<Path> images = List.of();

    @Option(
        names = "--tensor",
        paramLabel = "FILE.npz[:NAME]",
        required = true,
        description = "A ready (N,C,H,W) float32 batch, or (N,H,W,C) where the channels tell.")
    private @Nullable String tensor;
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "-",
      description = "Explain one picture from standard input, as --image - does.")
  private @Nullable String standardInput;

  @Mixin private InputOptions inputs;

  @Mixin private JsonOption json;

  @Option(names = "--out", paramLabel = "DIR", description = "Where to write.")
  private @Nullable Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Method chosen = smoothed(Methods.named(method));
    ModelFile file = options.file();
    ExplainerBuilder builder = options.explainer(inputs.labels(), layers);
    List<Picture> pictures = readPictures();
    String tensor = tensor();
    if (plan) {
      return printPlan(builder, chosen);
    }
    try (OutputFolder folder =
            new OutputFolder(Objects.requireNonNull(out, "checkUsage asks for --out"));
        NDManager manager = file.engine().engine().newBaseManager();
        ProgressLine progress = ProgressLine.of(spec, chosen.info().name(), "passes");
        Explainer explainer = builder.optProgress(progress).load()) {
      List<String> told = explainer.model().notes();
      options.signature().print(told);
      List<Explanation> explanations;
      List<Verdict> verdicts = new ArrayList<>();
      if (tensor == null) {
        Explainer fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
        progress.expect(pictures.size() * passes(fitted, chosen));
        explanations =
            fitted.explain(Question.of(pictures).methods(chosen).targets(target(explainer)));
        if (verdict) {
          Judge judge = new Judge(fitted, chosen);
          pictures.forEach(one -> verdicts.add(judge.judge(one, target(explainer))));
        }
      } else {
        NDArray batch =
            TensorFile.parse(tensor).read(manager, explainer.model().preprocessing().channels());
        explanations =
            explainer.explain(Question.of(batch).methods(chosen).targets(target(explainer)));
      }
      // What an output holds may show only at the size that is asked for.
      options
          .signature()
          .print(explainer.model().notes().stream().filter(note -> !told.contains(note)).toList());
      ExplanationFiles files = new ExplanationFiles(explanations, verdicts, chosen.info().name());
      files.write(folder, manager);
      folder.finish();
      files.printNotes(spec.commandLine().getErr());
      List<String> notes =
          tensor == null
              ? options.notes(
                  explanations.get(0).provenance().model().preprocessing(), inputs.hasLabels())
              : List.of();
      if (json.given()) {
        files.printJson(spec.commandLine().getOut(), out);
        Notes.print(notes, spec.commandLine().getErr());
      } else {
        files.print(spec.commandLine().getOut());
        Notes.print(notes, spec.commandLine().getOut());
      }
    }
    return 0;
  }

  private long passes(Explainer explainer, Method chosen) {
    if (System.console() == null) {
      return 0;
    }
    return explainer.plan(List.of(chosen), target(explainer)).rows().stream()
        .map(Plan.Row::work)
        .filter(Objects::nonNull)
        .mapToLong(Work::passes)
        .sum();
  }

  private int printPlan(ExplainerBuilder builder, Method chosen) throws IOException {
    boolean named = spec.commandLine().getParseResult().hasMatchedOption("--method");
    try (Explainer explainer = builder.load()) {
      options.signature().print(explainer.model().notes());
      Plan found =
          explainer
              .with(inputs.preprocessing(explainer.model().preprocessing()))
              .plan(named ? List.of(chosen) : all(), target(explainer));
      if (json.given()) {
        found.rows().forEach(row -> JsonOption.print(spec.commandLine().getOut(), fields(row)));
        return 0;
      }
      Table table = new Table(found.rows().size() + 1);
      table.row("method", "layer", "passes", "memory", "how");
      for (Plan.Row row : found.rows()) {
        table.row(row.method(), row.layer(), row.passes(), row.memory(), row.how());
      }
      table.print(spec.commandLine().getOut());
      if (verdict) {
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println("a verdict on one map: " + new Judge(explainer, chosen).cost());
        terminal.flush();
      }
    }
    return 0;
  }

  private static Map<String, Object> fields(Plan.Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", row.method());
    fields.put("layer", row.layer());
    fields.put("passes", row.passes());
    fields.put("memory", row.memory());
    fields.put("how", row.how());
    return fields;
  }

  private List<Method> all() {
    return Methods.all().stream()
        .filter(one -> !check || one.info().gradients())
        .map(this::smoothed)
        .toList();
  }

  private Method smoothed(Method plain) {
    Method inner = component ? new FirstComponent(plain) : plain;
    Method whole = flipped ? new FlipsAndScales(inner) : inner;
    return check ? new CheckedGradient(whole) : whole;
  }

  private Target target(Explainer explainer) {
    return Target.parse(target, explainer.model().labels());
  }

  private void checkUsage() {
    if (standardInput != null && (!standardInput.equals(StandardInput.NAME) || input != null)) {
      throw new ParameterException(
          spec.commandLine(),
          standardInput.equals(StandardInput.NAME)
              ? "explain reads either - or the pictures of --image; to mix them write --image -"
              : "unmatched argument '" + standardInput + "'; name pictures with --image");
    }
    if (images().stream().filter(StandardInput::is).count() > 1) {
      throw new ParameterException(
          spec.commandLine(), "standard input holds one picture; name - only once");
    }
    boolean nothing = images().isEmpty() && tensor() == null;
    if (!plan && (nothing || out == null)) {
      throw new ParameterException(
          spec.commandLine(),
          nothing
              ? "explain needs pictures; name them with --image, or a ready batch with --tensor"
              : "explain needs --out, the folder to write to");
    }
    if (verdict && tensor() != null) {
      throw new ParameterException(
          spec.commandLine(), "--verdict judges maps of pictures; name them with --image");
    }
    inputs.check();
  }

  private @Nullable String tensor() {
    return input == null ? null : input.tensor;
  }

  private List<Path> images() {
    if (standardInput != null) {
      return List.of(Path.of(standardInput));
    }
    return input == null ? List.of() : input.images;
  }

  private List<Picture> readPictures() throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Path image : images()) {
      pictures.add(
          StandardInput.is(image)
              ? StandardInput.read(System.in, inputs.range())
              : inputs.read(image));
    }
    return pictures;
  }
}
