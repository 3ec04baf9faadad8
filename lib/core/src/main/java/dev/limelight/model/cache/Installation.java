package dev.limelight.model.cache;

import dev.limelight.io.Hashes;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What runs here, and on what: with another one, a model may give other numbers. */
@API(status = Status.INTERNAL)
public final class Installation {

  /** Where classes lie in folders, so deep and so many of them are looked at. */
  private static final int DEEPEST = 12;

  private static final int MOST_CLASSES = 20_000;

  /** The jars of Limelight, whose builds may have the same size and the same time. */
  private static final Pattern OURS = Pattern.compile("limelight.*\\.jar");

  /** The most bytes of the list at a jar's end. */
  private static final long LIST = 1 << 19;

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** What engines choose their code by. */
  private static final List<String> OF_PROCESSOR =
      List.of(
          "vendor_id",
          "cpu family",
          "model",
          "model name",
          "stepping",
          "microcode",
          "flags",
          "Features",
          "CPU implementer",
          "CPU architecture",
          "CPU variant",
          "CPU part",
          "CPU revision");

  /** How the environment variables begin by which engines and their libraries are set. */
  private static final List<String> OF_ENGINES =
      List.of(
          "AI_DJL",
          "ATEN_",
          "BLIS_",
          "CUBLAS_",
          "CUDA_",
          "CUDNN_",
          "DJL_",
          "DNNL_",
          "GOMP_",
          "KMP_",
          "LD_",
          "MKL_",
          "MXNET_",
          "NVIDIA_",
          "OMP_",
          "ONEDNN_",
          "OPENBLAS_",
          "ORT_",
          "PYTORCH_",
          "TORCH_");

  private Installation() {}

  /** All of it, by names. */
  public static Map<String, String> described() {
    Map<String, String> all = new TreeMap<>();
    all.put("processor", hash(processor()));
    all.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    all.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    all.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    all.put("jars", hash(jars()));
    all.put("settings", hash(settings()));
    return all;
  }

  /** Of the first one where the system lists them; they are of one kind. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .takeWhile(line -> !line.isBlank())
          .filter(line -> OF_PROCESSOR.contains(line.split(":", 2)[0].strip()))
          .collect(Collectors.joining("\n"));
    } catch (IOException | UncheckedIOException e) {
      return String.valueOf(System.getenv("PROCESSOR_IDENTIFIER"));
    }
  }

  /** Their names, sizes and times: two builds may have the same version. */
  private static String jars() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .map(Installation::state)
        .collect(Collectors.joining("\n"));
  }

  private static String state(String file) {
    try {
      Path path = Path.of(file);
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      String ours = OURS.matcher(path.getFileName().toString()).matches() ? " " + end(path) : "";
      return file + " " + (now.isDirectory() ? inside(path) : state(now) + ours);
    } catch (IOException | InvalidPathException | UncheckedIOException e) {
      return file;
    }
  }

  /** A sum of the list at the end of a jar, which has the sum of each class. */
  private static long end(Path jar) throws IOException {
    try (FileChannel channel = FileChannel.open(jar)) {
      ByteBuffer list = ByteBuffer.allocate((int) Math.min(LIST, channel.size()));
      channel.position(channel.size() - list.capacity());
      while (list.hasRemaining() && channel.read(list) >= 0) {
        // Until it is full.
      }
      CRC32C sum = new CRC32C();
      sum.update(list.flip());
      return sum.getValue();
    }
  }

  private static String state(BasicFileAttributes file) {
    return file.size() + " " + file.lastModifiedTime();
  }

  /** Of classes that have just been compiled. */
  private static String inside(Path folder) throws IOException {
    try (Stream<Path> files =
        Files.find(folder, DEEPEST, (file, now) -> file.toString().endsWith(".class"))) {
      List<FileTime> times = new ArrayList<>();
      for (Path file : files.limit(MOST_CLASSES).toList()) {
        times.add(Files.getLastModifiedTime(file));
      }
      return times.size() + " " + times.stream().max(Comparator.naturalOrder());
    }
  }

  private static String settings() {
    Map<String, String> all = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (OF_ENGINES.stream().anyMatch(name::startsWith)) {
                all.put(name, value);
              }
            });
    System.getProperties()
        .forEach(
            (name, value) -> {
              if (String.valueOf(name).matches("(ai\\.djl\\.|PYTORCH_).*")) {
                all.put(String.valueOf(name), String.valueOf(value));
              }
            });
    return all.toString();
  }

  private static String hash(String text) {
    return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
