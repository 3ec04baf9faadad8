package dev.limelight.array;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in comes out, also while garbage is collected. */
class NativeArraysTest {

  private static final int SIZE = 768;
  private static final long SECONDS = 8;

  /** A heap that is collected all the time, which that of the tests is not. */
  static final class SmallHeap {

    private static volatile Object filling;

    private SmallHeap() {}

    /** Makes arrays on the engine of that name, and tells how many, and how many were wrong. */
    public static void main(String[] arguments) {
      Thread filler = new Thread(SmallHeap::fill);
      filler.setDaemon(true);
      filler.start();
      float[] numbers = new float[SIZE];
      for (int i = 0; i < SIZE; i++) {
        numbers[i] = i + 1;
      }
      long end = System.nanoTime() + SECONDS * 1_000_000_000L;
      int made = 0;
      int wrong = 0;
      try (NDManager manager = NDManager.newBaseManager(null, arguments[0])) {
        for (; System.nanoTime() < end; made += 2) {
          try (NDManager scope = manager.newSubManager()) {
            NDArray array = NativeArrays.of(scope, numbers, new Shape(SIZE));
            wrong += Arrays.equals(array.toFloatArray(), numbers) ? 0 : 1;
            NativeArrays.set(array, numbers);
            wrong += Arrays.equals(array.toFloatArray(), numbers) ? 0 : 1;
          }
        }
      }
      System.out.println(made + " made, " + wrong + " wrong");
    }

    private static void fill() {
      while (true) {
        Object[] some = new Object[1000];
        for (int i = 0; i < some.length; i++) {
          some[i] = new byte[1000];
        }
        filling = some;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void numbersStayWhatTheyAreWhileGarbageIsCollected(String engine)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xmn2m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                engine)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    assertThat(told.strip()).matches("\\d{3,} made, 0 wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void bytesAreOfTheirType(String engine) {
    try (NDManager manager = NDManager.newBaseManager(null, engine)) {
      ByteBuffer bytes = manager.allocateDirect(3 * Long.BYTES);
      bytes.asLongBuffer().put(new long[] {5, -6, 1L << 40});
      NDArray array = NativeArrays.of(manager, bytes, new Shape(3), DataType.INT64);
      assertThat(array.toLongArray()).containsExactly(5, -6, 1L << 40);
      NDArray number = NativeArrays.of(manager, new float[] {2}, new Shape());
      assertThat(number.toFloatArray()).containsExactly(2f);
    }
  }
}
