package dev.limelight.course.speed;

import ai.djl.Device;
import dev.limelight.isolation.ChildJvm;
import dev.limelight.model.Devices;
import dev.limelight.model.loading.ModelFile;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many pictures a second a model explains by Grad-CAM, prediction and map and all, and the
 * memory that it takes. It is measured in a separate process: engines read the number of their
 * threads when their native library loads, and the memory of one engine is then separate from that
 * of another.
 *
 * @param model what was measured
 * @param device where it computed
 * @param threads of the engine
 * @param startMegabytes the resident memory before the engine was loaded; NaN where the system does
 *     not report it
 * @param batches one for each size
 */
public record Throughput(
    ModelFile model, Device device, int threads, double startMegabytes, List<Batch> batches) {

  /** As many pictures as an explainer takes at once. */
  public static final int LARGEST_BATCH = 16;

  private static final List<String> SMALL_HEAP = List.of("-Xmx256m", "-XX:+UseSerialGC");
  private static final String MODELS = "LIMELIGHT_MODELS";
  private static final int LAST_LINES = 3;

  /**
   * Batches of one size.
   *
   * @param size pictures at once
   * @param perSecond pictures a second, of the fastest of several batches
   * @param megabytes the most resident memory of the process meanwhile; NaN where the system does
   *     not report it
   */
  public record Batch(int size, double perSecond, double megabytes) {}

  /**
   * Measures a model in a new process, which ends with it. An interrupt ends both.
   *
   * @param threads of the engine
   * @param sizes of the batches, from 1 to {@link #LARGEST_BATCH}
   * @throws IOException if the process cannot explain the model; the message says why
   * @throws IllegalArgumentException if the engine or its device is not there
   */
  public static Throughput measure(ModelFile model, int threads, int... sizes) throws IOException {
    if (threads < 1) {
      throw new IllegalArgumentException("an engine has at least 1 thread, and not " + threads);
    }
    if (sizes.length == 0 || IntStream.of(sizes).anyMatch(s -> s < 1 || s > LARGEST_BATCH)) {
      throw new IllegalArgumentException(
          "batches have 1 to "
              + LARGEST_BATCH
              + " pictures, but got the sizes "
              + IntStream.of(sizes).boxed().toList());
    }
    Device device = model.device() == null ? Devices.best(model.engine()) : model.device();
    Devices.check(model.engine(), device);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL_HEAP);
    command.add(ChildJvm.NATIVE_ACCESS);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    if (System.getProperty(MODELS) != null) {
      command.add("-D" + MODELS + "=" + System.getProperty(MODELS));
    }
    command.add(ThroughputProcess.class.getName());
    command.addAll(List.of(model.path().toString(), model.engine().name(), Devices.name(device)));
    IntStream.of(sizes).mapToObj(String::valueOf).forEach(command::add);
    return read(model, device, threads, run(command, threads));
  }

  /** What batches of this size reached, in pictures a second. */
  public double perSecond(int size) {
    return batches.stream()
        .filter(batch -> batch.size() == size)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "batches of "
                        + size
                        + " were not measured, only of "
                        + batches.stream().map(Batch::size).toList()))
        .perSecond();
  }

  /** The most resident memory at any size of batch; NaN where the system does not report it. */
  public double megabytes() {
    return batches.stream().mapToDouble(Batch::megabytes).max().orElse(Double.NaN);
  }

  private static List<String> run(List<String> command, int threads) throws IOException {
    Path output = Files.createTempFile("limelight", ".out");
    Path errors = Files.createTempFile("limelight", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().put("CLASSPATH", classPath());
      builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
      builder.environment().put("OPT_OUT_TRACKING", "true");
      Process process = builder.start();
      try {
        while (!process.waitFor(1, TimeUnit.MINUTES)) {
          // Until it ends or somebody interrupts.
          continue;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while the throughput was measured");
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "the throughput cannot be measured: " + lastLines(Files.readAllLines(errors)));
      }
      return Files.readAllLines(output);
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static String lastLines(List<String> errors) {
    List<String> messages = errors.stream().filter(line -> !line.startsWith("\tat ")).toList();
    return messages.isEmpty()
        ? "its process ended without a word"
        : String.join(
            " ", messages.subList(Math.max(0, messages.size() - LAST_LINES), messages.size()));
  }

  private static Throughput read(ModelFile model, Device device, int threads, List<String> lines) {
    List<double[]> rows =
        lines.stream()
            .filter(line -> line.startsWith(ThroughputProcess.MARK))
            .map(line -> line.substring(ThroughputProcess.MARK.length()).split(" "))
            .map(numbers -> Stream.of(numbers).mapToDouble(Double::parseDouble).toArray())
            .toList();
    return new Throughput(
        model,
        device,
        threads,
        rows.get(0)[0],
        rows.stream().skip(1).map(row -> new Batch((int) row[0], row[1], row[2])).toList());
  }

  /** The class path of this class: a notebook's kernel loads jars by its own loader. */
  static String classPath() {
    if (Throughput.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(Throughput::file)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String file(URL url) {
    return Path.of(java.net.URI.create(url.toString())).toString();
  }
}
