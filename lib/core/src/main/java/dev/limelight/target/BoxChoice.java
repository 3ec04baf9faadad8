package dev.limelight.target;

import dev.limelight.data.ClassNames;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.util.List;

/** Which of a detector's candidates is explained. */
sealed interface BoxChoice {

  /**
   * The candidate and its class.
   *
   * @param candidates of one picture, each with its best class
   */
  Detection of(List<Detection> candidates, NonMaximumSuppression suppression);

  /** The same where the classes have these names. */
  default BoxChoice resolve(List<String> labels) {
    return this;
  }

  /** How it is written within the parentheses of {@code box(..)}. */
  String text();

  /** How a caption says it. */
  default String caption(List<String> labels) {
    return text();
  }

  /** The n-th of those that were found, counted from 0, the highest score first. */
  record Nth(int n) implements BoxChoice {

    @Override
    public Detection of(List<Detection> candidates, NonMaximumSuppression suppression) {
      List<Detection> found = suppression.of(candidates);
      if (n < 0 || n >= found.size()) {
        throw new UnsupportedException(
            "there is no box "
                + n
                + ": "
                + (found.isEmpty()
                    ? "no candidate has a score of " + suppression.score() + " or more"
                    : Count.of(found.size(), "box") + " found, counted from 0")
                + "; limelight detect lists them, and box(class,left,top,right,bottom) takes any"
                + " candidate");
      }
      return found.get(n);
    }

    @Override
    public String text() {
      return String.valueOf(n);
    }
  }

  /** The candidate that overlaps a box best, whatever its scores. */
  record Overlapping(ClassTarget target, Box box) implements BoxChoice {

    @Override
    public Detection of(List<Detection> candidates, NonMaximumSuppression suppression) {
      if (!(target instanceof ClassIndex index) || index.indices().length != 1) {
        throw new IllegalArgumentException(
            "box(class,left,top,right,bottom) takes one class by its index or label, but got "
                + target);
      }
      Detection best = null;
      double most = 0;
      for (Detection one : candidates) {
        double overlap = one.box().intersectionOverUnion(box);
        if (overlap > most) {
          best = one;
          most = overlap;
        }
      }
      if (best == null) {
        throw new UnsupportedException(
            "no candidate of the detector overlaps the box " + box + "; give another box");
      }
      return new Detection(index.indices()[0], best.score(), best.box(), best.candidate());
    }

    @Override
    public Overlapping resolve(List<String> labels) {
      return new Overlapping(target.resolve(labels), box);
    }

    @Override
    public String text() {
      return target + "," + box;
    }

    @Override
    public String caption(List<String> labels) {
      return target.caption(labels) + ", " + box;
    }
  }

  /** One candidate and one class, decided by the unchanged picture. */
  record Decided(Detection detection, BoxChoice by) implements BoxChoice {

    @Override
    public Detection of(List<Detection> candidates, NonMaximumSuppression suppression) {
      Detection now = candidates.get(detection.candidate());
      return new Detection(detection.classIndex(), now.score(), now.box(), now.candidate());
    }

    @Override
    public String text() {
      return by.text();
    }

    @Override
    public String caption(List<String> labels) {
      return by.text() + ", " + new ClassNames(labels).name(detection.classIndex());
    }
  }
}
