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

/**
 * What Spark is told before a session begins. Explanations take turns within a Java machine, so an
 * executor has one core, unless it is told otherwise; an engine has as many threads as a task has
 * cores, and reads their number before its library is loaded.
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
   * Those of a run.
   *
   * @param given what spark-submit or system properties say already
   * @param master or null for what is given, or else local[*]
   * @param asked goes before what is found here
   * @param model by whose ending the engine is known that executors need
   */
  static ClusterSettings of(SparkConf given, String master, Map<String, String> asked, String model)
      throws IOException {
    SparkConf conf = given.clone();
    asked.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing(MASTER, "local[*]");
    conf.setIfMissing("spark.app.name", "limelight explain-many");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // About 250 small pictures a task: with Spark's 4 MB it is 32, and a third of their time is the
    // task's own where a picture takes milliseconds.
    conf.setIfMissing("spark.sql.files.openCostInBytes", "524288");
    conf.setIfMissing("spark.ui.enabled", "false");
    ClusterSettings settings = new ClusterSettings(conf);
    if (!settings.local()) {
      conf.setIfMissing(CORES, "1");
      conf.setIfMissing(ENVIRONMENT + "OMP_NUM_THREADS", settings.threads());
      conf.setIfMissing(ENVIRONMENT + "OMP_WAIT_POLICY", "PASSIVE");
      conf.setIfMissing(ENVIRONMENT + "OPT_OUT_TRACKING", "true");
      if (conf.getInt(CORES, 1) == 1) {
        // G1 would collect on cores that are another executor's.
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

  /** An executor's cores divided among its tasks. */
  private String threads() {
    int cores = conf.getInt(CORES, 1);
    int tasks = Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    return String.valueOf(Math.max(1, cores / tasks));
  }

  /** The jars beside this one, without the native libraries of engines that are not used. */
  private static String jars(String model) throws IOException {
    Path own;
    try {
      own =
          Path.of(
              ClusterSettings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    if (!Files.isRegularFile(own)) {
      throw new IOException(
          "executors need Limelight's jars, and this program runs without any; name them by --conf "
              + JARS);
    }
    String natives =
        switch (ModelFile.of(Path.of(model)).engine()) {
          case MXNET -> "mxnet.*";
          case PYTORCH -> "pytorch.*";
          // Its results belong to another engine, whichever there is.
          case ONNX_RUNTIME -> ".*";
        };
    try (Stream<Path> files = Files.list(own.toAbsolutePath().getParent())) {
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
