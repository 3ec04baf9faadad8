package dev.limelight.onnx.attention;

/**
 * A block of attention in a graph.
 *
 * @param softmax the output of its softmax
 * @param probabilities the tensor that the values are multiplied by, (N, heads, T, T) or (N heads,
 *     T, T)
 * @param product of the probabilities and the values
 */
public record AttentionBlock(String softmax, String probabilities, String product) {}
