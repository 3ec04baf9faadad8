package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.detection.Detection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The candidates of one output, which the targets of many boxes read one after the other. */
final class Decoded {

  private final NDArray joined;
  private final Reading reading;
  private final Candidates candidates;
  private final Map<Object, List<Detection>> chosen = new HashMap<>();
  private @Nullable List<List<Detection>> best;
  private float @Nullable [] confidences;

  Decoded(NDArray joined, Reading reading) {
    this.joined = joined;
    this.reading = reading;
    candidates = reading.reader().candidates(joined, reading.outputs());
  }

  /** Whether it is what a reading makes of that array, and not only of an equal one. */
  boolean isOf(NDArray array, Reading other) {
    return joined == array && reading == other;
  }

  Candidates candidates() {
    return candidates;
  }

  List<List<Detection>> best() {
    if (best == null) {
      Candidates plain = candidates.stopGradient();
      confidences = plain.confidences().toFloatArray();
      best = plain.best(confidences);
    }
    return best;
  }

  /**
   * The box of its class that overlaps a detection best, in a list of what is left; null if none
   * does.
   */
  @Nullable Remaining remaining(int picture, Detection wanted) {
    Remaining closest = null;
    for (Detection one : best().get(picture)) {
      double overlap =
          one.classIndex() == wanted.classIndex() && one.score() > 0
              ? one.box().intersectionOverUnion(wanted.box())
              : 0;
      if (overlap > (closest == null ? 0 : closest.overlap())) {
        closest = new Remaining(one.candidate(), overlap);
      }
    }
    return closest;
  }

  /** The confidences of one class after the other, of one candidate after the other. */
  float[] confidences(int picture, int candidate) {
    best();
    int classes = candidates.classes();
    int from = (picture * candidates.count() + candidate) * classes;
    return Arrays.copyOfRange(confidences, from, from + classes);
  }

  /** What a choice takes of each picture. */
  List<Detection> chosen(Object key, Function<List<Detection>, Detection> choice) {
    List<Detection> known = chosen.get(key);
    if (known == null) {
      known = best().stream().map(choice).toList();
      chosen.put(key, known);
    }
    return known;
  }
}
