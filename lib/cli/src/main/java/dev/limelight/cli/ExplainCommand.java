package dev.limelight.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.Explanation;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.cli.console.PlanTable;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.cli.options.ReaderOption;
import dev.limelight.cli.start.Startup;
import dev.limelight.gradient.CheckedGradient;
import dev.limelight.image.Picture;
import dev.limelight.io.Meanwhile;
import dev.limelight.io.Names;
import dev.limelight.isolation.ModelProcessException;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.model.Devices;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.purpose.Purpose;
import dev.limelight.smooth.FirstComponent;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import dev.limelight.verdict.Judge;
import dev.limelight.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
        "Explains what a model looked at: writes explanations.npz, manifest.json and, for pictures, one overlay each. Several methods have a folder each, and "
            + MethodFolders.PAGE
            + " shows all.",
    footer =
        "%nExample: limelight explain --model net.onnx --image cat.jpg --labels classes.txt --mean 0.485,0.456,0.406"
            + " --std 0.229,0.224,0.225 --out seen%n%nWith --json each picture and method is an object with file, index (in the arrays), target, label, probability, logit,"
            + " predicted, predictedLabel, predictedProbability, layer, method, positiveEvidence, verdict, overlay, files, numbers"
            + " (of the method, by name) and notes (on how the picture was read).")
final class ExplainCommand implements Callable<Integer> {

  @Mixin private ModelOptions options;

  @Mixin private LayerOption layer;

  @Mixin private MethodsOption methods = new MethodsOption("grad-cam");

  @Option(
      names = "--for",
      paramLabel = "explain|localise",
      description =
          "What the maps are for, instead of --method: explain is grad-cam; localise is a map of the whole object, drawn as a box, with boxes and polygons in regions.json.")
  private @Nullable String purpose;

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
      paramLabel = "top|INDEX|LABEL|box(N)",
      defaultValue = "top",
      description =
          "What to explain (default: the class with the highest score); of a detector a box, such"
              + " as box(0) (see detect).")
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
      description = "Print the cost of the method, or without --method of each one, and exit.")
  private boolean plan;

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Input input;

  /** Pictures or a tensor. */
  private static final class Input {
    @Option(
        names = {"--image", "--images"},
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

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The folder to write to, such as seen (default: one named after the picture and the method).")
  private @Nullable Path out;

  /** The pictures at which the process of an isolated model ended. */
  private final List<String> ended = new ArrayList<>();

  /** So many pictures take less time where several are explained at once, each on fewer cores. */
  private static final int SET = 16;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Notes notes = new Notes(spec);
    List<Method> chosen = asked(notes);
    ModelFile file = options.file();
    Startup.meanwhile(file.engine()::isUsable);
    Startup.meanwhile(() -> Devices.memory(Device.cpu()));
    ExplainerBuilder builder =
        options.explainer(inputs.labels(), layer.layers()).optReader(options.reader().name(target));
    Meanwhile<List<Picture>> reading = inputs.readMeanwhile(images());
    if (images().size() >= SET && !verdict) {
      builder.optConcurrency(Runtime.getRuntime().availableProcessors());
    }
    String tensor = tensor();
    if (images().size() > 1) {
      notes.add(ReaderOption.places(List.of(target)));
    }
    if (plan) {
      reading.get();
      return printPlan(builder, chosen, notes);
    }
    Path to = out == null ? folder(reading.get(), tensor, chosen) : out;
    String what = chosen.size() == 1 ? chosen.get(0).info().name() : chosen.size() + " methods";
    try (MethodFolders folders = new MethodFolders(to, chosen);
        NDManager manager = file.engine().engine().newBaseManager();
        ProgressLine progress = ProgressLine.of(spec, what, "passes");
        Explainer explainer = loaded(builder.optProgress(progress), reading)) {
      List<Picture> pictures = reading.get();
      List<Explanation> explanations;
      Explainer fitted = explainer;
      if (tensor == null) {
        fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
        notes.add(fitted);
        if (verdict) {
          Judge.require(target(fitted));
        }
        progress.expect(pictures.size() * passes(fitted, chosen));
        explanations = explained(fitted, pictures, chosen);
      } else {
        NDArray batch =
            TensorFile.parse(tensor).read(manager, explainer.model().preprocessing().channels());
        notes.add(explainer.model().notes());
        explanations =
            explainer.explain(Question.of(batch).methods(chosen).targets(target(explainer)));
      }
      boolean boxed = tensor == null && Purpose.LOCALISE.toString().equals(purpose);
      int count = explanations.size() / chosen.size();
      for (int i = 0; i < chosen.size(); i++) {
        List<Explanation> own = explanations.subList(i * count, (i + 1) * count);
        folders.write(i, own, verdicts(fitted, chosen.get(i), own), boxed, manager, notes);
      }
      folders.finish(notes);
      progress.clear();
      if (out == null) {
        notes.add(List.of("the results are in the folder " + to + "; --out names another"));
      }
      notes.print();
      ended.forEach(one -> spec.commandLine().getErr().println("limelight: " + one));
      folders.print(spec.commandLine().getOut(), json.given());
    }
    return ended.isEmpty() ? 0 : CommandLine.ExitCode.SOFTWARE;
  }

  /** The model, unless there is something wrong with a picture, which is said first. */
  private static Explainer loaded(ExplainerBuilder builder, Meanwhile<?> reading)
      throws IOException {
    try {
      return builder.load();
    } catch (IOException | RuntimeException e) {
      reading.get();
      throw e;
    }
  }

  /** A verdict a map, where they are asked for. */
  private List<Verdict> verdicts(Explainer fitted, Method method, List<Explanation> maps) {
    if (!verdict) {
      return List.of();
    }
    Judge judge = new Judge(fitted, method);
    return maps.stream()
        .map(one -> Objects.requireNonNull(one.picture(), "a picture was explained"))
        .map(picture -> judge.judge(picture, target(fitted)))
        .toList();
  }

  /** The folder in the working directory where none is named. */
  private static Path folder(List<Picture> pictures, @Nullable String tensor, List<Method> chosen) {
    List<String> names =
        tensor == null
            ? pictures.stream().map(Picture::name).toList()
            : List.of(String.valueOf(TensorFile.parse(tensor).file().getFileName()));
    String more = chosen.size() == 1 ? "" : "-and-" + (chosen.size() - 1) + "-more";
    return OutputFolder.free(
        ExplanationFiles.folderName(names, chosen.get(0).info().name() + more));
  }

  /**
   * All maps, method by method. Where the process of an isolated model ends, each picture gets a
   * new one.
   */
  private List<Explanation> explained(
      Explainer fitted, List<Picture> pictures, List<Method> chosen) {
    Question question = Question.of(pictures).methods(chosen).targets(target(fitted));
    try {
      return fitted.explain(question);
    } catch (ModelProcessException e) {
      if (pictures.size() < 2) {
        throw e;
      }
      List<List<Explanation>> all = new ArrayList<>();
      for (Picture one : pictures) {
        try {
          all.add(fitted.explain(Question.of(one).ofSet().methods(chosen).targets(target(fitted))));
        } catch (ModelProcessException own) {
          ended.add(Names.printable(one.name()) + ": " + own.getMessage());
        }
      }
      if (all.isEmpty()) {
        throw e;
      }
      return IntStream.range(0, chosen.size())
          .boxed()
          .flatMap(method -> all.stream().map(maps -> maps.get(method)))
          .toList();
    }
  }

  private long passes(Explainer explainer, List<Method> chosen) {
    if (System.console() == null) {
      return 0;
    }
    return explainer.plan(chosen, target(explainer)).rows().stream()
        .map(Plan.Row::work)
        .filter(Objects::nonNull)
        .mapToLong(Work::passes)
        .sum();
  }

  private int printPlan(ExplainerBuilder builder, List<Method> chosen, Notes notes)
      throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    boolean named = purpose != null || methods.isGiven();
    try (Explainer explainer = builder.load()) {
      Explainer fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
      Plan found = fitted.plan(named ? chosen : all(), target(explainer));
      notes.add(fitted);
      notes.print();
      if (json.given()) {
        PlanTable.fields(found).forEach(row -> JsonOption.print(terminal, row));
        return 0;
      }
      PlanTable.print(found, terminal);
      if (verdict) {
        for (Method one : chosen) {
          terminal.println("a verdict on one map: " + new Judge(explainer, one).cost());
        }
        terminal.flush();
      }
    }
    return 0;
  }

  private List<Method> all() {
    return Methods.all().stream()
        .filter(one -> !check || one.info().gradients())
        .map(this::smoothed)
        .toList();
  }

  private List<Method> asked(Notes notes) {
    List<Method> plain =
        purpose == null
            ? methods.methods(names -> notes.distinct(names, "method"))
            : List.of(purpose(purpose).method());
    return plain.stream().map(this::smoothed).toList();
  }

  private Purpose purpose(String name) {
    try {
      return Purpose.of(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--for: " + e.getMessage(), e);
    }
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
              : "unexpected argument "
                  + Names.quoted(standardInput)
                  + "; pictures are named by --image, such as --image "
                  + Names.printable(standardInput));
    }
    if (images().stream().filter(StandardInput::is).count() > 1) {
      throw new ParameterException(
          spec.commandLine(), "standard input holds one picture; name - only once");
    }
    if (!plan && images().isEmpty() && tensor() == null) {
      throw new ParameterException(
          spec.commandLine(),
          "explain needs pictures; name them with --image, or a ready batch with --tensor");
    }
    if (verdict && tensor() != null) {
      throw new ParameterException(
          spec.commandLine(), "--verdict judges maps of pictures; name them with --image");
    }
    if (purpose != null && methods.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "--for chooses the method; give it or --method, not both");
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
}
