package dev.limelight.output.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.output.OutputReaders;
import dev.limelight.output.OutputShapes;
import dev.limelight.output.OutputShapes.Output;
import dev.limelight.output.Reading;
import dev.limelight.output.Remaining;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of what was found, and what is left of one of it in another. */
class ListingTest {

  /** The boxes, the scores and the classes of three rows. */
  private static final float[] TWO = {
    10, 10, 30, 30, 12, 10, 32, 30, 0, 0, 0, 0, .4f, .9f, 0, 7, 7, 0
  };

  private static final float[] MOVED = {
    0, 0, 9, 9, 10, 10, 30, 20, 0, 0, 0, 0, .3f, .8f, 0, 7, 7, 0
  };

  private static final float[] NONE = new float[18];

  /** Three rows, of which the last is used where there are more than two. */
  private static OutputShapes listed(int labels, float... sample) {
    return new OutputShapes(
        List.of(
            new Output("boxes", new Shape(1, 3, 4), false, true),
            new Output("scores", new Shape(1, 3), false, true),
            new Output("labels", new Shape(1, 3), true, true)),
        100,
        50,
        labels,
        sample);
  }

  private static Reading reading(OutputShapes outputs) {
    return OutputReaders.of(outputs, OutputReaders.AUTO);
  }

  private static NDArray joined(NDManager manager, float[]... pictures) {
    int width = pictures[0].length;
    float[] all = new float[pictures.length * width];
    for (int i = 0; i < pictures.length; i++) {
      System.arraycopy(pictures[i], 0, all, i * width, width);
    }
    return NativeArrays.of(manager, all, new Shape(pictures.length, width));
  }

  private static float[] with(int index, float value) {
    float[] changed = TWO.clone();
    changed[index] = value;
    return changed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void allRowsWithAScoreAreFoundAndNoneIsSuppressedAgain(String engine) {
    Reading reading = reading(listed(0));
    assertThat(reading.reader().name()).isEqualTo("after-nms");
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      List<List<Detection>> found =
          reading.found(joined(manager, TWO, NONE), new NonMaximumSuppression(0, .45, 300, true));
      // They overlap by 0.82.
      assertThat(found.get(0))
          .extracting(Detection::classIndex, one -> (float) one.score(), Detection::box)
          .containsExactly(
              tuple(7, .9f, new Box(12, 10, 32, 30)), tuple(7, .4f, new Box(10, 10, 30, 30)));
      assertThat(found.get(1)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theBoxOfTheClassThatOverlapsBestIsWhatIsLeft(String engine) {
    Reading reading = reading(listed(0));
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      NDArray changed = joined(manager, MOVED, NONE);
      Detection wanted = new Detection(7, .4, new Box(10, 10, 30, 30), 0);
      assertThat(reading.remaining(changed, 0, wanted)).isEqualTo(new Remaining(1, 0.5));
      assertThat(reading.remaining(changed, 1, wanted)).isNull();
      Detection other = new Detection(6, .4, new Box(10, 10, 30, 30), 0);
      assertThat(reading.remaining(changed, 0, other)).isNull();
      assertThat(reading.confidences(changed, List.of(wanted, wanted)))
          .containsExactly(0, 0, 0, 0, 0, 0, 0, .8f, 0, 0, 0, 0, 0, 0, 0, 0);
    }
  }

  private static void assertRefused(OutputShapes outputs, float[] picture, String... reasons) {
    Reading reading = reading(outputs);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray pictures = joined(manager, TWO, picture);
      for (String reason : reasons) {
        assertThatThrownBy(() -> reading.candidates(pictures)).hasMessageContaining(reason);
      }
    }
  }

  @Test
  void whatCannotBeReadIsRefused() {
    assertRefused(
        listed(0),
        with(14, .1f),
        "the model lists more than 2 boxes for a picture",
        "export it with a higher score threshold");
    assertRefused(
        listed(7), TWO, "the model found class 7, and there are 7 labels, counted from 0");
    assertRefused(listed(0), with(12, 40), "are to be between 0 and 1, but got 40.0");
    assertRefused(listed(0), with(15, .5f), "are to be whole numbers from 0, but got 0.5");
    assertRefused(listed(0), with(2, 5), "would end before they begin, as where they are centre");
  }

  @Test
  void labelsSayHowManyClassesThereAre() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThat(reading(listed(9)).candidates(joined(manager, TWO)).classes()).isEqualTo(9);
    }
  }

  @Test
  void sharesOfThePictureBecomePixels() {
    float[] shares = new float[18];
    System.arraycopy(new float[] {.125f, .25f, .25f, .5f}, 0, shares, 0, 4);
    shares[12] = .4f;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (OutputShapes outputs : List.of(listed(0), listed(0, NONE), listed(0, shares))) {
        float[] box = reading(outputs).candidates(joined(manager, shares)).boxes().toFloatArray();
        assertThat(box).containsExactly(12.5f, 12.5f, 25, 25);
      }
      // The sample says that they are pixels, whatever a picture has.
      float[] box =
          reading(listed(0, TWO)).candidates(joined(manager, shares)).boxes().toFloatArray();
      assertThat(box).containsExactly(.125f, .25f, .25f, .5f);
    }
  }

  @Test
  void boxesAsTensorFlowsBeginWithTheTopEdge() {
    OutputShapes outputs =
        new OutputShapes(
            List.of(
                new Output("detection_boxes", new Shape(1, 1, 4)),
                new Output("detection_classes", new Shape(1, 1)),
                new Output("detection_scores", new Shape(1, 1))),
            100,
            50,
            0,
            new float[0]);
    Reading reading = reading(outputs);
    assertThat(reading.why()).contains("the top edge first, as TensorFlow's");
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray one = joined(manager, new float[] {.25f, .125f, .5f, .25f, 2, .75f});
      Detection found = reading.found(one, NonMaximumSuppression.USUAL).get(0).get(0);
      assertThat(found).isEqualTo(new Detection(2, .75, new Box(12.5, 12.5, 25, 25), 0));
      assertThat(Objects.requireNonNull(reading.remaining(one, 0, found)).overlap()).isEqualTo(1);
    }
  }
}
