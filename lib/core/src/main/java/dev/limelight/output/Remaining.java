package dev.limelight.output;

/**
 * What is left of a detection in a list of what was found.
 *
 * @param candidate the row of its class that overlaps it best
 * @param overlap their intersection over union, above 0
 */
public record Remaining(int candidate, double overlap) {}
