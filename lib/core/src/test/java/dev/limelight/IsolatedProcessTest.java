package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.isolation.ModelProcessException;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process of an isolated model crashes, hangs, fills its memory, and is not missed. */
class IsolatedProcessTest {

  private static final Path MODEL = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");

  /** What is done in the process of the model. */
  enum Fault {
    CRASH,
    FILL_HEAP,
    LOOP,
    PRINT,
    EXIT
  }

  /** A method that does so: the process gets it as it gets any other record. */
  record Faulty(Fault fault) implements Method {

    @Override
    public NDArray parts(Evidence evidence) {
      switch (fault) {
        case CRASH -> crash();
        case FILL_HEAP -> {
          List<byte[]> all = new ArrayList<>();
          while (all.size() < 1 << 20) {
            all.add(new byte[1 << 20]);
          }
        }
        case LOOP -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        }
        case PRINT -> print();
        case EXIT -> Runtime.getRuntime().halt(77);
      }
      return evidence.activations();
    }

    private static void crash() {
      try {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void print() {
      // As a native library does, past Java's System.out.
      try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
        new PrintStream(out, true, StandardCharsets.UTF_8).println("\0\0\0\4noise".repeat(50_000));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      System.out.println("noise");
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam("faulty");
    }
  }

  static Picture picture(int seed) {
    int[] pixels = new int[64 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (seed * 37 + i * i) % 0xFFFFFF;
    }
    return Picture.of(64, 64, pixels, "picture " + seed);
  }

  private static ExplainerBuilder builder(Path model) {
    return Explainer.builder().setModel(model).optPreprocessing(Preprocessing.of(64, 64));
  }

  private static Heatmap map(Explainer explainer) {
    return explainer.explain(picture(1)).map();
  }

  /** Asks for a fault, and then for a picture, which has the same map as before. */
  private static void assertSurvives(Explainer explainer, Fault fault, String... words) {
    Heatmap before = map(explainer);
    assertThatThrownBy(() -> explainer.explain(picture(2), new Faulty(fault), Target.top()))
        .isInstanceOf(ModelProcessException.class)
        .hasMessageStartingWith("the model's process")
        .hasMessageContainingAll(words);
    assertThat(map(explainer)).isEqualTo(before);
  }

  private static Set<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(file -> file.getFileName().toString().startsWith("limelight-isolated-"))
          .collect(Collectors.toSet());
    }
  }

  private static Set<Path> here() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(""))) {
      return all.collect(Collectors.toSet());
    }
  }

  @Test
  void theNextPictureGoesOnAfterACrash() throws IOException {
    Set<Path> files = here();
    try (Explainer explainer = builder(MODEL).optIsolated(true).load()) {
      assertSurvives(explainer, Fault.CRASH, "ended by signal SIGSEGV", "explaining picture 2");
      assertSurvives(explainer, Fault.EXIT, "ended with exit code 77", "explaining picture 2");
    }
    assertThat(here()).as("no reports and core files").isEqualTo(files);
  }

  @Test
  void theHeapIsBounded() throws IOException {
    try (Explainer explainer = builder(MODEL).optMemoryLimit(4L << 30).load()) {
      assertSurvives(
          explainer, Fault.FILL_HEAP, "ran out of its heap of 1024 MiB", "optMemoryLimit");
    }
  }

  @Test
  void theTimeIsBounded() throws IOException {
    try (Explainer explainer = builder(MODEL).optTimeLimit(Duration.ofSeconds(30)).load()) {
      map(explainer);
    }
    long start = System.nanoTime();
    try (Explainer explainer = builder(MODEL).optTimeLimit(Duration.ofSeconds(20)).load()) {
      assertSurvives(
          explainer, Fault.LOOP, "was ended after its time limit of 20 s", "--time-limit");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(20));
  }

  @Test
  void whatIsPrintedIsNotAnAnswer() throws IOException {
    try (Explainer explainer = builder(MODEL).optIsolated(true).load()) {
      Explanation noisy = explainer.explain(picture(2), new Faulty(Fault.PRINT), Target.top());
      assertThat(noisy.logits()).isEqualTo(explainer.explain(picture(2)).logits());
    }
  }

  @Test
  void anInterruptEndsTheProcess() throws IOException {
    try (Explainer explainer = builder(MODEL).optIsolated(true).load()) {
      Heatmap before = map(explainer);
      Thread asking = Thread.currentThread();
      Thread other =
          new Thread(
              () -> {
                try {
                  TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException e) {
                  return;
                }
                asking.interrupt();
              });
      other.start();
      assertThatThrownBy(() -> explainer.explain(picture(2), new Faulty(Fault.LOOP), Target.top()))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(map(explainer)).isEqualTo(before);
    }
  }

  @Test
  void aLoopInAFileEndsInASentence() {
    Path file = Fixtures.folder("isolation").resolve("endless.pt");
    assertThatThrownBy(
            () -> {
              try (Explainer explainer =
                  builder(file).optTimeLimit(Duration.ofSeconds(15)).load()) {
                map(explainer);
              }
            })
        .isInstanceOf(ModelProcessException.class)
        .hasMessageContaining("was ended after its time limit of 15 s while");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatTakesAllMemoryEndsInASentence() {
    Path file = Fixtures.folder("isolation").resolve("greedy.pt");
    assertThatThrownBy(
            () -> {
              try (Explainer explainer = builder(file).optMemoryLimit(4L << 30).load()) {
                map(explainer);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void aFileThatChangesIsNotLoadedAgain(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("net.pt");
    Files.copy(MODEL, copy);
    try (Explainer explainer = builder(copy).optIsolated(true).load()) {
      map(explainer);
      Files.copy(
          Fixtures.folder("fixtures").resolve("tiny-resnet-scripted.pt"),
          copy,
          StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> explainer.explain(picture(2), new Faulty(Fault.EXIT), Target.top()))
          .hasMessageContaining("exit code 77");
      assertThatThrownBy(() -> map(explainer))
          .hasMessage("the files of net.pt have changed since the model was loaded; load it again");
    }
  }

  @Tag("alone")
  @Test
  void theFolderIsPrivateAndRemoved() throws IOException {
    Set<Path> before = folders();
    try (Explainer explainer = builder(MODEL).optIsolated(true).load()) {
      Set<Path> own = folders();
      own.removeAll(before);
      assertThat(own).hasSize(1);
      Path folder = own.iterator().next();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
      Files.writeString(folder.resolve("left"), "over", StandardOpenOption.CREATE_NEW);
      assertSurvives(explainer, Fault.CRASH, "SIGSEGV");
      assertThat(folder).doesNotExist();
    }
    Set<Path> after = folders();
    after.removeAll(before);
    assertThat(after).isEmpty();
  }

  /** A program that asks an isolated model for what never ends. */
  static final class Asking {

    private Asking() {}

    public static void main(String[] args) throws IOException {
      try (Explainer explainer = builder(Path.of(args[0])).optIsolated(true).load()) {
        System.out.println(((IsolatedRunner) explainer.runner()).model().pid());
        explainer.explain(picture(2), new Faulty(Fault.LOOP), Target.top());
      }
    }
  }

  @Test
  void theProcessEndsWithItsParent(@TempDir Path temporary) throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Asking.class.getName(),
                MODEL.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    ProcessHandle child;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      TimeUnit.SECONDS.sleep(1);
      parent.destroyForcibly().waitFor();
    }
    for (int tenths = 0; child.isAlive() && tenths < 200; tenths++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(child.isAlive()).isFalse();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(file -> file.toString().contains("isolated"))).isEmpty();
    }
  }
}
