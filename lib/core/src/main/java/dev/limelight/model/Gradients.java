package dev.limelight.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The gradients of scores.
 *
 * @param logits the network's output, (N, K)
 * @param perScore for each score the gradient of its sum over the batch with respect to A, (N, C,
 *     h, w), or to the network's input, (N, C, H, W)
 */
public record Gradients(NDArray logits, List<NDArray> perScore) {}
