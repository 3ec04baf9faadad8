package dev.limelight.target;

import dev.limelight.data.ClassNames;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Which of a detector's candidates is explained. */
sealed interface BoxChoice {

  /**
   * The candidate and its class.
   *
   * @param candidates of one picture, each with its best class
   * @param ofFound whether they are what a suppression within the model leaves, each of one class
   */
  Detection of(List<Detection> candidates, NonMaximumSuppression suppression, boolean ofFound);

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
    public Detection of(
        List<Detection> candidates, NonMaximumSuppression suppression, boolean ofFound) {
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

  /** The candidate that overlaps a box best; of such as overlap it alike, the strongest. */
  record Overlapping(ClassTarget target, Box box) implements BoxChoice {

    /** A candidate that overlaps less is of another place. */
    private static final double LEAST_OVERLAP = 0.1;

    /** Overlaps that the rounding of a written box does not tell apart. */
    private static final double ALIKE = 0.01;

    /** The score of the class, where it is the best one of a candidate. */
    private static double own(Detection one, ClassIndex index) {
      return one.classIndex() == index.indices()[0] ? one.score() : 0;
    }

    @Override
    public Detection of(
        List<Detection> candidates, NonMaximumSuppression suppression, boolean ofFound) {
      if (!(target instanceof ClassIndex index) || index.indices().length != 1) {
        throw new IllegalArgumentException(
            "box(class,left,top,right,bottom) takes one class by its index or label, but got "
                + target);
      }
      double[] overlaps =
          candidates.stream()
              .mapToDouble(
                  one -> ofFound && own(one, index) <= 0 ? 0 : one.box().intersectionOverUnion(box))
              .toArray();
      double most = Arrays.stream(overlaps).max().orElse(0);
      Detection best =
          IntStream.range(0, overlaps.length)
              .filter(i -> overlaps[i] > 0 && overlaps[i] >= most - ALIKE)
              .boxed()
              .max(
                  Comparator.comparingDouble((Integer i) -> own(candidates.get(i), index))
                      .thenComparingDouble(i -> overlaps[i])
                      .thenComparingInt(i -> -i))
              .map(candidates::get)
              .orElse(null);
      if (best == null) {
        throw new UnsupportedException(
            (ofFound
                    ? "no box of class " + index.indices()[0] + " that the model lists"
                    : "no candidate of the detector")
                + " overlaps the box "
                + box
                + "; give another box");
      }
      if (most < LEAST_OVERLAP) {
        throw new UnsupportedException(
            String.format(
                Locale.ROOT,
                "of all candidates of the detector %s overlaps the box %s best, by only %.2f (in"
                    + " pixels of the input); give a box nearer to it",
                best.box(),
                box,
                most));
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
    public Detection of(
        List<Detection> candidates, NonMaximumSuppression suppression, boolean ofFound) {
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
