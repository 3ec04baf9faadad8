package dev.limelight.watch;

/**
 * How a training stands after an epoch.
 *
 * @param number of the epoch, from 1
 * @param loss mean over the training pictures while they were learnt
 * @param accuracy share of them that were right
 * @param validationLoss mean over the validation pictures afterwards
 * @param validationAccuracy share of them that are right
 */
public record Epoch(
    int number, double loss, double accuracy, double validationLoss, double validationAccuracy) {}
