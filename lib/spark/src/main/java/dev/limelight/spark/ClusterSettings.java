package dev.limelight.spark;

import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * Spark's settings, made before a session starts. Explanations take turns within a JVM, so an
 * executor has one core by default; an engine has as many threads as a task has cores, and reads
 * their number when its library loads.
 *
 * @param conf all settings
 */
record ClusterSettings(SparkConf conf) {

  private static final String MASTER = "spark.master";
  private static final String CORES = "spark.executor.cores";
  private static final String JARS = "spark.jars";
  private static final String ENVIRONMENT = "spark.executorEnv.";
  private static final String NATIVES = "(mxnet-native|pytorch-native|pytorch-jni|onnxruntime).*";
  private static final String NOT_SENT =
      "(limelight-cli|picocli|slf4j|log4j|spark-|hadoop-|scala-).*";

  /**
   * The settings of a run.
   *
   * @param given the settings of spark-submit and system properties
   * @param master the master, or null for the given one or else local[*]
   * @param requested settings that override the given ones and the defaults
   * @param model the model, whose file extension determines the engine of the executors
   */
  static ClusterSettings of(
      SparkConf given, @Nullable String master, Map<String, String> requested, String model)
      throws IOException {
    SparkConf conf = given.clone();
    requested.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing(MASTER, "local[*]");
    conf.setIfMissing("spark.app.name", "limelight explain-many");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // About 250 small pictures per task. With Spark's 4 MB it is 32, and if a picture takes
    // milliseconds, a third of the time is the overhead of the task.
    conf.setIfMissing("spark.sql.files.openCostInBytes", "524288");
    conf.setIfMissing("spark.ui.enabled", "false");
    ClusterSettings settings = new ClusterSettings(conf);
    if (!settings.local()) {
      conf.setIfMissing(CORES, "1");
      conf.setIfMissing(ENVIRONMENT + "OMP_NUM_THREADS", settings.threads());
      conf.setIfMissing(ENVIRONMENT + "OMP_WAIT_POLICY", "PASSIVE");
      conf.setIfMissing(ENVIRONMENT + "OPT_OUT_TRACKING", "true");
      if (conf.getInt(CORES, 1) == 1) {
        // G1 would use the cores of other executors.
        conf.setIfMissing("spark.executor.extraJavaOptions", "-XX:+UseSerialGC");
      }
      if (!conf.contains(JARS)) {
        conf.set(JARS, jars(model));
      }
    }
    return settings;
  }

  boolean local() {
    return conf.get(MASTER).startsWith("local[") || conf.get(MASTER).equals("local");
  }

  /** The cores of an executor, divided among its tasks. */
  private String threads() {
    int cores = conf.getInt(CORES, 1);
    int tasks = Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    return String.valueOf(Math.max(1, cores / tasks));
  }

  /** The jars next to this one, without the native libraries of unused engines. */
  private static String jars(String model) throws IOException {
    Path jar;
    try {
      jar =
          Path.of(
              ClusterSettings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    if (!Files.isRegularFile(jar)) {
      throw new IOException(
          "executors need Limelight's jars, but this program does not run from a jar; name them"
              + " with --conf "
              + JARS);
    }
    String natives =
        switch (ModelFile.of(Path.of(model)).engine()) {
          case MXNET -> "mxnet.*";
          case PYTORCH -> "pytorch.*";
          // Its results belong to another engine, which can be either.
          case ONNX_RUNTIME -> ".*";
        };
    try (Stream<Path> files = Files.list(jar.toAbsolutePath().getParent())) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !name(file).matches(NOT_SENT))
          .filter(file -> !name(file).matches(NATIVES) || name(file).matches(natives))
          .map(file -> file.toUri().toString())
          .sorted()
          .collect(Collectors.joining(","));
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
