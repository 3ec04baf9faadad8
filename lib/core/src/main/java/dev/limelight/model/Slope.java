package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * How scores change with the activations.
 *
 * @param logits the network's output, (N, K)
 * @param gradients for each score the gradient of its sum over the batch with respect to A, (N, C,
 *     h, w)
 */
public record Slope(NDArray logits, List<NDArray> gradients) {}
