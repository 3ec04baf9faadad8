package dev.limelight.concept;

import dev.limelight.Explainer;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures as a network sees them, at the size of its input, and the inputs that it makes of them.
 *
 * @param fitting how a picture becomes such a view
 * @param plain the same numbers without fitting
 */
record Views(Preprocessing fitting, Preprocessing plain) {

  /**
   * Those of an explainer.
   *
   * @throws UnsupportedException if a translator makes the inputs
   */
  static Views of(Explainer explainer) {
    Preprocessing fitting = explainer.model().preprocessing();
    if (fitting.pipeline() != null) {
      throw new UnsupportedException(
          "concepts need crops of what the network sees, and a translator ("
              + fitting.pipeline()
              + ") makes the input of this one; give a Preprocessing by Explainer.with");
    }
    return new Views(fitting, fitting.cropped(1).fitted(Preprocessing.Fit.STRETCH));
  }

  /** What the network sees of a picture. */
  Picture view(Picture picture) {
    return fitting.preview(picture).named(picture.name());
  }

  /** The class that a target is evidence for in each view; -1 for none. */
  List<Integer> classes(Explainer explainer, List<Picture> seen, Target target) {
    List<Integer> all = new ArrayList<>();
    explainer
        .evidence(
            seen.size(),
            i -> input(seen.get(i)),
            target,
            evidence -> evidence.target().classes(evidence.logits()))
        .forEach(batch -> IntStream.of(batch).forEach(all::add));
    return all;
  }

  /** The input of a view, or of a part of one that is enlarged to its size. */
  float[] input(Picture view) {
    return plain.apply(view);
  }
}
