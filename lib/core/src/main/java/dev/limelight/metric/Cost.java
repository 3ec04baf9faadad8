package dev.limelight.metric;

/**
 * What a contender's map costs.
 *
 * @param contender the method at its layer
 * @param milliseconds the median time of one picture alone, its forward included
 * @param megabytes about how much memory it takes at once, as planned
 */
public record Cost(Contender contender, double milliseconds, double megabytes) {}
