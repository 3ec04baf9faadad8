package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.support.UnsupportedException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the outputs of a network mean, for pictures of one size.
 *
 * @param reader that reads them
 * @param outputs their shapes
 * @param why it is that reader, in words
 */
public record Reading(OutputReader reader, OutputShapes outputs, String why) {

  /**
   * What was decoded last: each of many boxes reads the same output, and in between that of a head
   * that was recorded for their gradients. Softly, for a weak reference is gone with the next
   * garbage collection, of which there is one during most questions.
   */
  private static final ThreadLocal<List<SoftReference<Decoded>>> LAST =
      ThreadLocal.withInitial(ArrayList::new);

  private static final int KEPT = 2;

  /**
   * Checks that a picture has one score for each class.
   *
   * @param what asks for it, with which a refusal begins
   * @throws UnsupportedException if it has not; the message says what to ask for
   */
  public void checkClasses(String what) {
    String instead =
        switch (reader.kind()) {
          case CLASSES -> "";
          case BOXES -> "boxes; choose box(0), box(CLASS,LEFT,TOP,RIGHT,BOTTOM) or left(box(0))";
          case MAPS -> "a map for each class; choose inside(CLASS,MASK)";
          case NUMBER -> "one number; choose output(0)";
        };
    if (!instead.isEmpty()) {
      throw new UnsupportedException(
          what
              + " is a class of a whole picture, and the outputs "
              + outputs
              + " are read by "
              + reader.name()
              + " as "
              + instead);
    }
  }

  /**
   * Whether the outputs list what is left after suppression within the model: in a changed picture
   * a box is another row, or none.
   */
  public boolean isOfFound() {
    return reader.isOfFound();
  }

  /**
   * What counts as found: boxes that a model has suppressed itself are not suppressed again, and of
   * its list all of a score.
   *
   * @param asked with the lowest score that is kept
   */
  public NonMaximumSuppression suppression(NonMaximumSuppression asked) {
    return isOfFound()
        // Empty rows have no score at all.
        ? new NonMaximumSuppression(
            Math.max(asked.score(), Float.MIN_VALUE), 1, asked.most(), asked.byClass())
        : asked;
  }

  /** What was found in each picture, the highest score first. */
  public List<List<Detection>> found(NDArray joined, NonMaximumSuppression asked) {
    return candidates(joined).detections(suppression(asked));
  }

  /**
   * What is left of a detection in a picture, where the outputs list what was found.
   *
   * @return null if no box of its class overlaps it
   */
  public @Nullable Remaining remaining(NDArray joined, int picture, Detection wanted) {
    return decoded(joined).remaining(picture, wanted);
  }

  /**
   * All candidates of a detector ({@link OutputReader#candidates}); asked for again for the same
   * array, they are those of before.
   */
  public Candidates candidates(NDArray joined) {
    return decoded(joined).candidates();
  }

  /**
   * One candidate of each picture; asked for again for the same array, it is that of before.
   *
   * @param key which equal choices share
   * @param choice from all candidates of a picture, each with its best class, in their order
   */
  public List<Detection> chosen(
      NDArray joined, Object key, Function<List<Detection>, Detection> choice) {
    return decoded(joined).chosen(key, choice);
  }

  /**
   * The confidences of all classes in one candidate of each picture, (N, K) row by row; of a list
   * of what was found, in what is left of it.
   */
  public float[] confidences(NDArray joined, List<Detection> ofPictures) {
    Decoded decoded = decoded(joined);
    int classes = decoded.candidates().classes();
    float[] all = new float[ofPictures.size() * classes];
    for (int i = 0; i < ofPictures.size(); i++) {
      Detection one = ofPictures.get(i);
      Remaining left = isOfFound() ? decoded.remaining(i, one) : new Remaining(one.candidate(), 1);
      if (left != null) {
        float[] own = decoded.confidences(i, left.candidate());
        System.arraycopy(own, 0, all, i * classes, classes);
      }
    }
    return all;
  }

  private Decoded decoded(NDArray joined) {
    List<SoftReference<Decoded>> last = LAST.get();
    for (SoftReference<Decoded> one : last) {
      Decoded known = one.get();
      if (known != null && known.isOf(joined, this)) {
        return known;
      }
    }
    Decoded decoded = new Decoded(joined, this);
    last.add(0, new SoftReference<>(decoded));
    if (last.size() > KEPT) {
      last.remove(KEPT);
    }
    return decoded;
  }

  /** The scores of all classes at all places, (N, K, h, w) ({@link OutputReader#maps}). */
  public NDArray maps(NDArray joined) {
    return reader.maps(joined, outputs);
  }
}
