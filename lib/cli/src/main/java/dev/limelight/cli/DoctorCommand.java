package dev.limelight.cli;

import ai.djl.util.Utils;
import dev.limelight.codec.Pictures;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight doctor}: tells what works here, for a report of a fault. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Says which engines load here and what else Limelight depends on, and what to do about what is missing. The"
            + " text has no user name, machine name or home folder, so it can be pasted into an issue.")
final class DoctorCommand implements Callable<Integer> {

  private static final long MEGABYTE = 1 << 20;

  /** What an engine unpacks, and a little more. */
  private static final long FREE_MEGABYTES = 1024;

  private static final List<String> VARIABLES =
      List.of(
          "OMP_NUM_THREADS",
          "DJL_CACHE_DIR",
          "ENGINE_CACHE_DIR",
          "DJL_OFFLINE",
          "DJL_DEFAULT_ENGINE",
          "PYTORCH_FLAVOR",
          "PYTORCH_VERSION",
          "PYTORCH_LIBRARY_PATH",
          "MXNET_LIBRARY_PATH",
          "CUDA_VISIBLE_DEVICES",
          "LD_LIBRARY_PATH",
          "LIMELIGHT_CACHE_DIR",
          "LIMELIGHT_JAVA_OPTS",
          "LIMELIGHT_MODELS",
          "SPARK_HOME",
          "LC_ALL",
          "LANG");

  private static final Map<EngineName, String> JARS =
      Map.of(
          EngineName.MXNET, "ai.djl.mxnet:mxnet-engine and mxnet-native-mkl",
          EngineName.PYTORCH, "ai.djl.pytorch:pytorch-engine, pytorch-native-cpu and pytorch-jni",
          EngineName.ONNX_RUNTIME, "limelight-onnx with com.microsoft.onnxruntime:onnxruntime");

  private final List<String> advice = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    section("Limelight");
    row("version", new Main.Version().getVersion()[0]);
    row("methods", Methods.all().size() + " found");
    row("pictures", String.join(", ", Pictures.ENDINGS));
    section("Machine");
    machine();
    section("Engines");
    boolean any = false;
    for (EngineName engine : EngineName.values()) {
      EngineCheck.Result result = EngineCheck.of(engine);
      any |= result.loads();
      row(engine.title(), result.text());
      advise(engine, result);
    }
    if (!any) {
      advice.add("no engine loads, so no model can be explained");
    }
    section("Folders");
    folder("temporary", Path.of(System.getProperty("java.io.tmpdir")));
    folder("DJL's cache", Utils.getCacheDir());
    folder("engines' cache", Utils.getEngineCacheDir());
    section("Settings");
    VARIABLES.stream()
        .filter(name -> System.getenv(name) != null)
        .forEach(name -> row(name, System.getenv(name)));
    section("What to do");
    if (advice.isEmpty()) {
      line("nothing: everything that was tried works");
    }
    advice.forEach(this::line);
    section("Class path");
    classPath();
    return advice.isEmpty() ? 0 : 1;
  }

  private void machine() {
    row("system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    row("Java", property("java.vm.name") + " " + property("java.runtime.version"));
    row("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    row("heap", Runtime.getRuntime().maxMemory() / MEGABYTE + " MB at most");
    String names = System.getProperty("sun.jnu.encoding", "");
    row("character set", Charset.defaultCharset() + ", of file names " + names);
    if (!names.isEmpty() && !Charset.forName(names).equals(StandardCharsets.UTF_8)) {
      advice.add(
          "file names are read as "
              + names
              + ", so those with other letters are not found: set LC_ALL=C.UTF-8");
    }
  }

  private void advise(EngineName engine, EngineCheck.Result result) {
    if (result.loads()) {
      return;
    }
    String title = engine.title();
    if (!result.installed()) {
      advice.add(title + " is not on the class path: add " + JARS.get(engine));
    } else if (result.text().contains("exit code")) {
      advice.add(
          title
              + " does not fit this machine: use another engine, or the native jar of this system"
              + " and processor");
    } else {
      advice.add(
          title
              + " does not load: check that "
              + JARS.get(engine)
              + " are there for this system, that the caches can be written, and that DJL_OFFLINE"
              + " is not set if its library must be downloaded");
    }
  }

  private void folder(String name, @Nullable Path folder) throws IOException {
    Path absolute = Objects.requireNonNull(folder, name).toAbsolutePath();
    Path existing = absolute;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isWritable(existing) || !Files.isDirectory(existing)) {
      row(name, absolute + ", cannot be written");
      advice.add(
          absolute
              + " cannot be written: change its permissions, or set "
              + (name.equals("temporary")
                  ? "LIMELIGHT_JAVA_OPTS=-Djava.io.tmpdir=FOLDER"
                  : "DJL_CACHE_DIR"));
      return;
    }
    long free = Files.getFileStore(existing).getUsableSpace() / MEGABYTE;
    row(
        name,
        absolute + (existing.equals(absolute) ? "" : " (not made yet)") + ", " + free + " MB free");
    if (free < FREE_MEGABYTES) {
      advice.add(
          absolute + " has " + free + " MB free, and engines need up to a gigabyte: make room");
    }
  }

  private void classPath() {
    List<String> jars =
        Arrays.stream(property("java.class.path").split(Pattern.quote(File.pathSeparator)))
            .map(entry -> String.valueOf(Path.of(entry).getFileName()))
            .sorted()
            .toList();
    line(jars.size() + " entries");
    jars.forEach(this::line);
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private void section(String title) {
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println(title);
    out.flush();
  }

  private void row(String name, String text) {
    line(String.format(Locale.ROOT, "%-22s %s", name, text));
  }

  private void line(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("  " + anonymous(text));
    out.flush();
  }

  /** Without the home folder and the name of the user. */
  private static String anonymous(String text) {
    String home = property("user.home");
    String user = property("user.name");
    String plain = home.length() > 1 ? text.replace(home, "~") : text;
    return plain.replaceAll("(?<=[/\\\\_])" + Pattern.quote(user) + "(?![\\w])", "USER");
  }
}
