package dev.limelight.concept;

import java.util.Locale;

/**
 * How much a class depends on a concept of which there are examples.
 *
 * @param concept its name
 * @param score the mean over the runs of the share of the class's pictures whose score rises
 *     towards the concept, from 0 to 1
 * @param deviation the standard deviation of that share between the runs
 * @param random the mean score of vectors between random pictures
 * @param chance the probability of such a difference between the two by chance: Welch's two-sided
 *     t-test, times the number of concepts
 * @param accuracy of the classifiers that give the vectors, on examples that they did not learn
 *     from
 */
public record TcavScore(
    String concept, double score, double deviation, double random, double chance, double accuracy) {

  /** A less probable difference is not attributed to chance. */
  public static final double CHANCE = 0.05;

  /** Examples that are distinguished from random pictures less often give no direction. */
  public static final double ACCURACY = 0.7;

  /** Whether the examples have a direction, and the score differs from that of random pictures. */
  public boolean significant() {
    return accuracy >= ACCURACY && chance <= CHANCE;
  }

  private String verdict() {
    if (accuracy < ACCURACY) {
      return "no verdict, as the examples are hardly told from random pictures";
    }
    if (!significant()) {
      return "no difference from chance";
    }
    return score > random ? "evidence for the class" : "evidence against the class";
  }

  /** The numbers in a sentence. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%s: the score rises towards it in %.0f %% of the pictures (%.0f %% for random ones, p ="
            + " %.2g): %s",
        concept,
        100 * score,
        100 * random,
        chance,
        verdict());
  }
}
