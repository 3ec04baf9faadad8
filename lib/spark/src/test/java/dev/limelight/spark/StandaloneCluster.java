package dev.limelight.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** A master and workers of one core each, as child processes on this machine. */
final class StandaloneCluster implements AutoCloseable {

  private static final Path HOME = Path.of("target", "spark-home").toAbsolutePath();
  private static final Pattern STARTED = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern JOINED = Pattern.compile("Registering worker");

  private final Path folder;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();
  private final String address;

  /**
   * Starts the cluster.
   *
   * @param folder for the files of the processes
   */
  StandaloneCluster(Path folder, int count) throws IOException, InterruptedException {
    this.folder = folder;
    boolean started = false;
    master =
        start(
            "master", "org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0");
    try {
      address = await("master", STARTED, 1).group(1);
      for (int i = 0; i < count; i++) {
        workers.add(
            start(
                "worker-" + i,
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--port",
                "0",
                "--webui-port",
                "0",
                "--work-dir",
                folder.resolve("work-" + i).toString(),
                address));
      }
      await("master", JOINED, count);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private Process start(String name, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.addAll(List.of("-Xmx256m", "-cp", HOME.resolve("jars") + "/*", main));
    command.addAll(List.of("--host", "127.0.0.1"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    return builder.start();
  }

  /** The --add-opens options of this process. */
  private static List<String> options() {
    return java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .toList();
  }

  private Matcher await(String name, Pattern line, int times)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      Matcher found = line.matcher(Files.readString(folder.resolve(name + ".log")));
      int count = 0;
      while (found.find()) {
        count++;
        if (count == times) {
          return found;
        }
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException(
        "no " + line + " in a minute: " + Files.readString(folder.resolve(name + ".log")));
  }

  /**
   * A session whose executors have one core and a fixed heap.
   *
   * @param archive sent to them as a folder "network"
   */
  SparkSession session(Path archive) throws IOException {
    return SparkSession.builder()
        .master(address)
        .appName("limelight")
        .config("spark.jars", jars())
        .config("spark.archives", archive.toUri() + "#network")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", folder.resolve("driver").toString())
        .config("spark.executor.memory", "512m")
        .config("spark.executor.cores", "1")
        // With the full heap from the start, the process grows only by native memory.
        .config("spark.executor.extraJavaOptions", "-Xms512m -XX:+AlwaysPreTouch -XX:+UseSerialGC")
        .config("spark.executorEnv.OMP_NUM_THREADS", "1")
        .config("spark.executorEnv.DJL_OFFLINE", "true")
        .config("spark.executorEnv.OPT_OUT_TRACKING", "true")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  /** The packaged jars and their dependencies; the cluster provides only Spark. */
  private static String jars() throws IOException {
    try (Stream<Path> packaged = Files.list(Path.of("target"));
        Stream<Path> others = Files.list(Path.of("target", "classpath"))) {
      return Stream.concat(
              packaged.filter(file -> file.toString().matches(".*limelight-spark-[\\d.]+\\.jar")),
              others)
          .map(file -> file.toAbsolutePath().toUri().toString())
          .collect(Collectors.joining(","));
    }
  }

  /** The executor started by a worker. */
  Optional<ProcessHandle> executor(int worker) {
    return workers
        .get(worker)
        .descendants()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(all -> Arrays.asList(all))
                    .orElse(List.of())
                    .contains("org.apache.spark.executor.CoarseGrainedExecutorBackend"))
        .findFirst();
  }

  /** Resident megabytes of a process, on Linux; elsewhere 0. */
  static double resident(ProcessHandle process) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
        .sum();
  }

  /** Kills a worker with its executor, like a failing machine. */
  void kill(int worker) {
    stop(workers.get(worker));
  }

  private static void stop(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    all.forEach(one -> one.onExit().join());
  }

  @Override
  public void close() {
    workers.forEach(StandaloneCluster::stop);
    if (master != null) {
      stop(master);
    }
  }
}
