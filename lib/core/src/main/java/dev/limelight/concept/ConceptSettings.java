package dev.limelight.concept;

import dev.limelight.target.Target;
import org.jspecify.annotations.Nullable;

/**
 * How concepts are found.
 *
 * @param target the class, or null for the one that is predicted most often
 * @param count how many concepts, k
 * @param crops of which they are made
 * @param mostCrops pictures are left out, evenly, where they have more
 * @param pairs of points for the importance where the head is not linear, a power of two; more are
 *     taken where these are fewer than two a concept
 */
public record ConceptSettings(
    @Nullable Target target, int count, double crops, int mostCrops, int pairs) {

  /** The usual ones. */
  public static final ConceptSettings USUAL = new ConceptSettings(null, 10, 1 / 3.0, 500, 64);

  /** Checks. */
  public ConceptSettings {
    if (count < 1 || count > SobolIndices.MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "a class has 1 to " + SobolIndices.MOST_NUMBERS + " concepts, but got " + count);
    }
    if (mostCrops < count) {
      throw new IllegalArgumentException(
          count + " concepts need at least as many crops, but at most " + mostCrops + " are taken");
    }
    new Crops(crops);
    SobolIndices.of(count, pairs);
  }

  /** The same for a class. */
  public ConceptSettings of(Target newTarget) {
    return new ConceptSettings(newTarget, count, crops, mostCrops, pairs);
  }

  /** The same for another number of concepts. */
  public ConceptSettings concepts(int newCount) {
    return new ConceptSettings(target, newCount, crops, mostCrops, pairs);
  }

  /** The same with crops of another share of a picture's width. */
  public ConceptSettings cropped(double share) {
    return new ConceptSettings(target, count, share, mostCrops, pairs);
  }

  /** The same with another largest number of crops. */
  public ConceptSettings atMost(int crops) {
    return new ConceptSettings(target, count, this.crops, crops, pairs);
  }
}
