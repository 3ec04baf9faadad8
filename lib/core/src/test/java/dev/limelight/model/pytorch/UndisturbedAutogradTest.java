package dev.limelight.model.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.block.RecordedArithmetic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** DJL closes the numbers of products before PyTorch has read them on the way back. */
class UndisturbedAutogradTest {

  private final List<ByteBuffer> others = new ArrayList<>();

  @Test
  void repeatsWhatAGarbageCollectionDisturbed() {
    AtomicInteger forwards = new AtomicInteger();
    float[] gradient =
        gradient(
            new UndisturbedAutograd(),
            array -> {
              NDArray product = array.mul(3);
              if (forwards.getAndIncrement() == 0) {
                collectGarbage();
              }
              return product;
            });
    assertThat(gradient).containsOnly(3);
    assertThat(forwards).hasValue(2);
  }

  @Test
  void keepsTheNumbersOfItsOwnBlocks() {
    float[] gradient =
        gradient(
            new PtAutograd(),
            array -> {
              NDArray result =
                  RecordedArithmetic.maximum(
                      RecordedArithmetic.div(RecordedArithmetic.mul(array, 3), 2), 0.5f);
              collectGarbage();
              return result;
            });
    assertThat(gradient).containsOnly(1.5f);
  }

  @Test
  void refusesWhatIsNeverTheSame() {
    AtomicInteger forwards = new AtomicInteger();
    assertThatThrownBy(
            () ->
                gradient(
                    new UndisturbedAutograd(),
                    array -> {
                      System.gc();
                      return RecordedArithmetic.mul(array, forwards.incrementAndGet());
                    }))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("give Java a larger heap");
    assertThat(forwards).hasValue(10);
  }

  private static float[] gradient(Autograd autograd, UnaryOperator<NDArray> head) {
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      Cut cut = new Cut(manager.ones(new Shape(1, 2, 3, 3)), new NDList());
      Gradients gradients =
          autograd.gradients(
              cut,
              from -> head.apply(from.activations()).sum(new int[] {2, 3}),
              logits -> new NDList(logits.sum()));
      return gradients.perScore().get(0).toFloatArray();
    }
  }

  /** Collects what is not reachable, and writes over what was freed. */
  private void collectGarbage() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      for (int j = 0; j < 2_000; j++) {
        ByteBuffer other = ByteBuffer.allocateDirect(Float.BYTES);
        byte[] bytes = new byte[Float.BYTES];
        Arrays.fill(bytes, (byte) 0x4f);
        others.add(other.put(bytes));
      }
    }
  }
}
