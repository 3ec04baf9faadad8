package dev.limelight.evaluation;

/**
 * The cost of a contender's map.
 *
 * @param contender the method at its layer
 * @param passes forwards and backwards of the network, or of what follows the layer, as planned;
 *     the forward that gives the prediction is one of them
 * @param milliseconds the median time of one picture alone, its forward included
 * @param megabytes about how much memory it needs at once, as planned
 */
public record Cost(Contender contender, long passes, double milliseconds, double megabytes) {}
