package dev.limelight.cli;

import dev.limelight.audit.Audit;
import dev.limelight.audit.ClassAudit;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.console.Table;
import dev.limelight.cli.isolation.IsolationOptions;
import dev.limelight.cli.options.GridOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.cli.options.ReaderOption;
import dev.limelight.spark.ClusterRun;
import dev.limelight.spark.LimelightJob;
import dev.limelight.spark.LimelightJobBuilder;
import dev.limelight.support.Count;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight explain-many}: explains a set of pictures on Apache Spark. */
@Command(
    name = "explain-many",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Explains a folder of any size on Apache Spark and writes Parquet files; run again, it does what is missing.")
final class ExplainManyCommand implements Callable<Integer> {

  private static final String SESSION = "org.apache.spark.sql.SparkSession";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "As explain takes it; what is on this machine travels with the job, anything else is a path or name that executors know.")
  private String model;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FOLDER",
      description =
          "Of any file system that Spark reads; the folder that a picture is in may be its class, by its label or index, and NAME.mask.png beside NAME.jpg is its mask.")
  private String images;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "For the Parquet files, one row a picture, layer, method and target.")
  private String out;

  @Mixin private MethodsOption methods = new MethodsOption("grad-cam");

  @Option(
      names = "--target",
      paramLabel = "top|INDEX|LABEL|box(N)",
      defaultValue = "top",
      description =
          "What to explain; may be given several times (default: the top class). Of a detector a box, such as box(0).")
  private List<String> targets;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description =
          "Where to cut; without it the last layer with spatial extent (see layers). Given several times, maps of each.")
  private List<String> layers = List.of();

  @Mixin private SignatureOptions signature;

  @Mixin private ReaderOption reader;

  @Option(
      names = "--channels-last",
      description =
          "The model takes (N,H,W,C), which a TorchScript model, or an .onnx file without lengths, does not say.")
  private boolean channelsLast;

  @Mixin private GridOption grid;

  @Mixin private IsolationOptions isolation;

  @Option(
      names = {"--metrics", "--metric"},
      split = ",",
      paramLabel = "NAME",
      description = "What to measure of each map; an unknown name lists what there is.")
  private List<String> metrics = List.of();

  @Mixin private InputOptions inputs;

  @Option(
      names = "--audit",
      description = "Audit the whole set at the end, with what is needed for it kept in the files.")
  private boolean audit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pictures of a task that are in memory at once (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of metrics that draw random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark's master, such as spark://host:7077 (default: what spark-submit says, or local[*]).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, such as spark.executor.memory=2g; any number of them.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    inputs.check();
    if (engine.fastest()) {
      throw new ParameterException(
          spec.commandLine(),
          "--engine fastest is measured on one machine, and executors may be of several: name"
              + " mxnet, pytorch or onnx");
    }
    if (batch < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch must be at least 1, but got " + batch);
    }
    needSpark();
    Notes notes = new Notes(spec);
    notes.add(ReaderOption.places(targets));
    LimelightJobBuilder job =
        LimelightJob.builder()
            .optMethods(distinct(notes, methods.names(), "method"))
            .optTargets(distinct(notes, targets, "target"))
            .optLayers(distinct(notes, layers, "layer"))
            .optMetrics(distinct(notes, metrics, "metric"))
            .optLabels(inputs.labels())
            .optPreprocessing(inputs.settings())
            .optChannelsLast(channelsLast)
            .optGrid(grid.grid())
            .optDevice(engine.device())
            .optBlockFactory(engine.factories().toArray(String[]::new))
            .optBatch(batch)
            .optSeed(seed);
    if (engine.threads() > 0) {
      job.optThreads(engine.threads());
    }
    double[] range = inputs.range();
    if (range != null) {
      job.optRange(range[0], range[1]);
    }
    if (isolation.given()) {
      job.optTimeLimit(Duration.ofSeconds(isolation.limits().seconds()))
          .optMemoryLimit(isolation.limits().memory());
    }
    job.optOutput(signature.output()).optReader(reader.name(targets));
    signature.constants().forEach(job::optConstant);
    ClusterRun.Result result;
    try (ProgressLine progress = ProgressLine.of(spec, "explain-many", "pictures")) {
      result =
          new ClusterRun(job)
              .setModel(model)
              .optEngine(engine.engine())
              .setImages(images)
              .setOut(out)
              .optMaster(master)
              .optConf(conf)
              .optAudit(audit)
              .optProgress(
                  (done, total) -> {
                    progress.expect(total);
                    progress.reached(done);
                  })
              .run();
    }
    notes.add(result.notes());
    notes.print();
    print(result);
    return 0;
  }

  private static String[] distinct(Notes notes, List<String> names, String kind) {
    return notes.distinct(names, kind).toArray(String[]::new);
  }

  private static void needSpark() throws IOException {
    try {
      Class.forName(SESSION, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException(
          "explain-many runs on Apache Spark 4 for Scala 2.13, which was not found; set SPARK_HOME"
              + " to an installation's folder, or run it with spark-submit (docs/CLUSTER.md)",
          e);
    }
  }

  private void print(ClusterRun.Result result) {
    PrintWriter to = spec.commandLine().getOut();
    for (Map.Entry<String, Audit> entry : result.audits().entrySet()) {
      to.println(entry.getKey() + ": " + entry.getValue());
      Table table = new Table(entry.getValue().classes().size() + 1);
      table.row("class", "pictures", "accuracy", "border", "background", "object");
      for (ClassAudit one : entry.getValue().classes()) {
        table.row(
            one.label(),
            String.valueOf(one.pictures()),
            number(one.accuracy()),
            number(one.border()),
            number(one.background()),
            number(one.object()));
      }
      table.print(to);
    }
    to.println(
        Count.of(result.pictures(), "picture")
            + ", "
            + Count.of(result.rows(), "row")
            + ", "
            + Count.of(result.failures(), "failure")
            + " in "
            + out);
    to.flush();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
