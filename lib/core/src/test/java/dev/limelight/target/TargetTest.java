package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  private static final List<String> CLASSES = List.of("cat", "dog", "bird");
  private static final List<String> TWO = List.of("cat", "dog");

  private static NDArray three(NDManager manager) {
    return manager.create(new float[] {1, 5, -2, 7, 3, 6.5f}, new Shape(2, 3));
  }

  private static NDArray one(NDManager manager) {
    return manager.create(new float[] {2.5f, -1.5f, 0}, new Shape(3, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theScoreIsTheLogitOfTheClass(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      check(Target.top(), three(manager), new int[] {1, 0}, 5, 7);
      check(Target.of(2), three(manager), new int[] {2, 2}, -2, 6.5f);
      check(Target.each(2, 1), three(manager), new int[] {2, 1}, -2, 3);
      check(Target.of("bird").resolve(CLASSES), three(manager), new int[] {2, 2}, -2, 6.5f);
      check(Target.top().resolve(CLASSES), three(manager), new int[] {1, 0}, 5, 7);
      check(Target.of(0), one(manager), new int[] {0, 0, 0}, 2.5f, -1.5f, 0);
      check(Target.top(), one(manager), new int[] {0, 0, 0}, 2.5f, -1.5f, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void oneSigmoidUnitSpeaksForTwoClasses(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      check(Target.binary(true), one(manager), new int[] {1, 1, 1}, 2.5f, -1.5f, 0);
      check(Target.binary(false), one(manager), new int[] {0, 0, 0}, -2.5f, 1.5f, 0);
      check(Target.of("cat").resolve(TWO), one(manager), new int[] {0, 0, 0}, -2.5f, 1.5f, 0);
      check(Target.of("dog").resolve(TWO), one(manager), new int[] {1, 1, 1}, 2.5f, -1.5f, 0);
      check(Target.of(0).resolve(TWO), one(manager), new int[] {0, 0, 0}, -2.5f, 1.5f, 0);
      check(Target.each(1, 0, 1).resolve(TWO), one(manager), new int[] {1, 0, 1}, 2.5f, 1.5f, 0);
      // Zero is a tie, and the first of two equal classes wins.
      check(Target.top().resolve(TWO), one(manager), new int[] {1, 0, 0}, 2.5f, 1.5f, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void twoOutputsWithTwoLabelsAreNoSigmoidUnit(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray logits = manager.create(new float[] {4, 3}, new Shape(1, 2));
      check(Target.of("dog").resolve(TWO), logits, new int[] {1}, 3);
      check(Target.top().resolve(TWO), logits, new int[] {0}, 4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theFirstOfEqualClassesWins(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray logits = manager.create(new float[] {1, 3, 3, 2, 2, 2}, new Shape(2, 3));
      check(Target.top(), logits, new int[] {1, 0}, 3, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void whatThereIsNotIsRefused(String engine) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      refused(Target.of(3), three(manager), "target 3 is out of range", "choose 0 to 2");
      refused(Target.of(-1), three(manager), "target -1 is out of range");
      refused(Target.each(0, 7), three(manager), "target 7 is out of range");
      refused(Target.each(0, 1, 2), three(manager), "2 pictures needs one target or 2, but got 3");
      refused(Target.each(), three(manager), "but got 0");
      refused(Target.of(1), one(manager), "this network has 1 class; choose 0");
      refused(Target.of(2).resolve(TWO), one(manager), "choose 0 to 1");
      refused(Target.binary(true), three(manager), "one output", "3");
      refused(Target.of("cat"), three(manager), "the labels are not known");
      assertThatThrownBy(() -> Target.of("cow").resolve(CLASSES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no label 'cow'; there are cat, dog, bird");
      assertThatThrownBy(() -> Target.of("cow").resolve(List.of()))
          .hasMessageContaining("the labels are not known");
    }
  }

  private static void check(Target target, NDArray logits, int[] classes, float... scores) {
    assertThat(target.classes(logits)).as("classes of %s", target).containsExactly(classes);
    NDArray found = target.score(logits);
    assertThat(found.getShape()).isEqualTo(new Shape(scores.length));
    assertThat(found.toFloatArray()).as("scores of %s", target).containsExactly(scores);
  }

  private static void refused(Target target, NDArray logits, String... why) {
    assertThatThrownBy(() -> target.score(logits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(why);
  }
}
