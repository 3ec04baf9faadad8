package dev.limelight.concept;

import dev.limelight.image.Picture;
import java.awt.Rectangle;
import java.util.List;
import java.util.Locale;

/**
 * One concept of a class.
 *
 * @param number counted from 1, the most important first
 * @param importance its total Sobol index, the mean over the pictures: the share of the variance of
 *     the score in which it takes part when all concepts vary; estimated where the head is not
 *     linear
 * @param effect by how much the score falls without it, the mean over the pictures, in the score's
 *     unit; below 0 where it is evidence against the class
 * @param share its part of the evidence for the class, from 0 to 1: of all effects above 0, and of
 *     what no concept explains
 * @param crops that show it most, the best first
 */
public record Concept(
    int number, double importance, double effect, double share, List<Crop> crops) {

  /** Copies the list. */
  public Concept {
    crops = List.copyOf(crops);
  }

  /**
   * A crop that shows a concept.
   *
   * @param name of its picture
   * @param place in the part of the picture that the network sees, in pixels of the input
   * @param picture at the size of the input
   * @param strength how much of the concept is in it: the mean coefficient
   */
  public record Crop(String name, Rectangle place, Picture picture, double strength) {

    /** Copies the place. */
    public Crop {
      place = new Rectangle(place);
    }

    /** A copy of the place. */
    @Override
    public Rectangle place() {
      return new Rectangle(place);
    }
  }

  /** The numbers in a few words. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "concept %d: %.0f %% of the evidence, importance %.2f, effect %+.3g",
        number,
        100 * share,
        importance,
        effect);
  }
}
