package dev.limelight.isolation;

import dev.limelight.io.Temporary;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A JVM with the class path and the settings of this one, and with limits: of its heap, of its
 * address space, of core files. Its temporary files and reports are in a folder of its own, which
 * nobody else may read and which is removed with it.
 */
@API(status = Status.INTERNAL)
public final class ChildJvm implements AutoCloseable {

  /** Where the child writes its answers: what libraries print does not get among them. */
  static final String ANSWERS = "/dev/fd/3";

  /** Begins the name of a child's folder. */
  static final String FOLDER = "limelight-isolated-";

  /**
   * Lets the engines load their libraries. Without it, newer versions of Java warn of each, on
   * standard error.
   */
  public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  private static final Path SHELL = Path.of("/bin/sh");
  private static final Path GPU = Path.of("/dev/nvidiactl");

  /** The settings of the engines and of Limelight, in properties. */
  private static final List<String> SETTINGS =
      List.of(
          "ai.djl.",
          "ai.onnxruntime.",
          "onnxruntime.native.",
          "limelight.",
          "org.slf4j.simpleLogger.",
          "DJL_",
          "ENGINE_",
          "PYTORCH_",
          "MXNET_",
          "ONNXRUNTIME_",
          "LIMELIGHT_",
          "OPT_OUT_TRACKING",
          "user.home",
          "java.library.path");

  private final Path folder;
  private final Process process;
  private final Isolation limits;

  private ChildJvm(Path folder, Process process, Isolation limits) {
    this.folder = folder;
    this.limits = limits;
    this.process = process;
  }

  /** Where the child's streams lead. */
  public enum Streams {
    /** Requests on its standard input, answers on {@link #ANSWERS}, all else on standard error. */
    PIPES,
    /** Standard output and error are this process's own. */
    INHERITED
  }

  /**
   * Starts one.
   *
   * @param limits of it
   * @param mayUseGpu whether it may compute on a GPU, whose driver reserves more addresses than any
   *     limit leaves
   * @param main the class that it runs
   * @param arguments of that class
   * @throws IOException if the system cannot start it
   */
  public static ChildJvm start(
      Isolation limits, boolean mayUseGpu, Streams streams, String main, List<String> arguments)
      throws IOException {
    if (!Files.isExecutable(SHELL)) {
      throw new IOException(
          "isolation needs " + SHELL + ", which this system does not have; leave it away");
    }
    Path folder = Temporary.add(Files.createTempDirectory(FOLDER));
    List<String> command = new ArrayList<>(List.of(SHELL.toString(), "-c"));
    boolean pipes = streams == Streams.PIPES;
    boolean limited = !(mayUseGpu && Files.exists(GPU));
    command.add(
        (pipes ? "exec 3>&1 1>&2; " : "")
            + "ulimit -c 0 2>/dev/null; "
            + (limited ? "ulimit -v " + (limits.memory() >> 10) + " 2>/dev/null; " : "")
            + "exec \"$@\"");
    command.add("limelight-isolated");
    command.addAll(java(limits, folder));
    command.add(main);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Each arena reserves 64 MiB of addresses, and there may be eight for each core.
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "4");
    if (!pipes) {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    }
    try {
      return new ChildJvm(folder, builder.start(), limits);
    } catch (IOException e) {
      Temporary.delete(folder);
      throw e;
    }
  }

  private static List<String> java(Isolation limits, Path folder) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.add("-Xmx" + (limits.heap() >> 20) + "m");
    all.add("-XX:+IgnoreUnrecognizedVMOptions");
    all.add("-XX:+UseSerialGC");
    all.add("-XX:CompressedClassSpaceSize=256m");
    all.add("-XX:+ExitOnOutOfMemoryError");
    all.add("-XX:-CreateCoredumpOnCrash");
    all.add("-XX:ErrorFile=" + folder.resolve(Ending.REPORT));
    all.add("-XX:ReplayDataFile=" + folder.resolve("replay.log"));
    all.add("-XX:-UsePerfData");
    all.add("-Djava.io.tmpdir=" + folder);
    all.add("-Djava.awt.headless=true");
    all.add(NATIVE_ACCESS);
    for (String name : System.getProperties().stringPropertyNames()) {
      if (SETTINGS.stream().anyMatch(name::startsWith)) {
        all.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    all.add("-cp");
    all.add(classPath());
    return all;
  }

  /** This JVM's class path, with what class loaders such as Spark's have added to it. */
  static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(entry.isEmpty() ? "." : entry);
    }
    add(Thread.currentThread().getContextClassLoader(), entries);
    add(ChildJvm.class.getClassLoader(), entries);
    return String.join(
        File.pathSeparator,
        entries.stream().map(entry -> Path.of(entry).toAbsolutePath().toString()).toList());
  }

  private static void add(ClassLoader first, Set<String> entries) {
    for (ClassLoader loader = first; loader != null; loader = loader.getParent()) {
      if (loader instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          try {
            entries.add(Path.of(url.toURI()).toString());
          } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            // What is no file, such as a class that a notebook made, is not on its class path.
            continue;
          }
        }
      }
    }
  }

  /** The process. */
  public Process process() {
    return process;
  }

  /** Its folder. */
  Path folder() {
    return folder;
  }

  /**
   * Waits until the process has done its work.
   *
   * @param during what it does, such as "listing the layers of net.onnx"
   * @return its exit code, from 0 to 2
   * @throws ModelProcessException if it ends in another way, or takes longer than its limit
   */
  public int await(String during) throws InterruptedException {
    Ending ending;
    if (!process.waitFor(limits.seconds(), TimeUnit.SECONDS)) {
      ending = Ending.late(limits.seconds());
    } else if (process.exitValue() <= 2) {
      return process.exitValue();
    } else {
      ending = Ending.of(process.exitValue(), folder, limits, "");
    }
    throw new ModelProcessException(ending.sentence("the model's process", during));
  }

  /** Ends the process now. */
  void kill() {
    end(process);
  }

  /** Ends a process now, and waits a little for its end. */
  public static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process and removes its folder. */
  @Override
  public void close() {
    kill();
    try {
      Temporary.delete(folder);
    } catch (IOException e) {
      // It is removed when this program ends.
      return;
    }
  }
}
