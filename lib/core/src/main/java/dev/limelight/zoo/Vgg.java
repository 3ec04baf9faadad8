package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The network of Simonyan and Zisserman (ICLR 2015, arXiv:1409.1556) with torchvision's names.
 * Input (N, 3, 224, 224).
 *
 * @param stages the channels of the convolutions between two poolings
 * @param norm whether a batch normalisation follows each convolution
 * @param hidden the units of the two hidden linear layers
 */
@API(status = Status.INTERNAL)
public record Vgg(List<List<Integer>> stages, boolean norm, int hidden) {

  /** The side of the last maps. */
  private static final int SIDE = 7;

  private static final double EPSILON = 1e-5;

  /** Keeps its own lists. */
  public Vgg {
    stages = stages.stream().map(List::copyOf).toList();
  }

  /**
   * The published network of 11, 13, 16 or 19 layers.
   *
   * @throws IllegalArgumentException if there is none of that many
   */
  public static Vgg of(int layers, boolean norm) {
    List<Integer> units =
        switch (layers) {
          case 11 -> List.of(1, 1, 2, 2, 2);
          case 13 -> List.of(2, 2, 2, 2, 2);
          case 16 -> List.of(2, 2, 3, 3, 3);
          case 19 -> List.of(2, 2, 4, 4, 4);
          default ->
              throw new IllegalArgumentException(
                  "a published VGG has 11, 13, 16 or 19 layers, not " + layers);
        };
    List<Integer> channels = List.of(64, 128, 256, 512, 512);
    List<List<Integer>> stages =
        IntStream.range(0, units.size())
            .mapToObj(i -> Collections.nCopies(units.get(i), channels.get(i)))
            .toList();
    return new Vgg(stages, norm, 4096);
  }

  /**
   * The network without weights.
   *
   * @param classes outputs of the last linear layer
   */
  public SequentialBlock newBlock(int classes) {
    NamedBlock features = new NamedBlock();
    for (List<Integer> stage : stages) {
      for (int channels : stage) {
        add(features, Blocks.convolution(channels, 3, 1, 1, true));
        if (norm) {
          add(features, Blocks.batchNorm(EPSILON));
        }
        add(features, Blocks.relu());
      }
      add(features, ShapedFunction.maxPool(2, 2, 0));
    }
    NamedBlock classifier =
        new NamedBlock()
            .with("flatten", ShapedFunction.of(Vgg::flatten, "flatten", Vgg::flattened))
            .with("0", Blocks.linear(hidden))
            .with("1", Blocks.relu())
            .with("3", Blocks.linear(hidden))
            .with("4", Blocks.relu())
            .with("6", Blocks.linear(classes));
    return new NamedBlock().with("features", features).with("classifier", classifier);
  }

  private static void add(NamedBlock features, Block block) {
    features.with(Integer.toString(features.getChildren().size()), block);
  }

  /** Published weights of other sides are pooled differently by timm and by torchvision. */
  private static NDArray flatten(NDArray maps) {
    return maps.reshape(flattened(maps.getShape()));
  }

  private static Shape flattened(Shape shape) {
    if (shape.get(2) != SIDE || shape.get(3) != SIDE) {
      throw new IllegalArgumentException(
          "a VGG takes pictures of 224x224 pixels, and these are "
              + 32 * shape.get(2)
              + "x"
              + 32 * shape.get(3)
              + " or a little more");
    }
    return new Shape(shape.get(0), shape.get(1) * SIDE * SIDE);
  }
}
