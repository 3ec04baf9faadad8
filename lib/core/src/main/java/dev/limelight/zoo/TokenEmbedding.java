package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

/** Makes tokens of maps: (N, C, h, w) to (N, 1 + h w, C), a class token first. */
final class TokenEmbedding extends AbstractBlock {

  private final int width;
  private final int locations;
  private final boolean classPosition;
  private final Parameter classToken;
  private final Parameter positions;

  /**
   * Prepares the weights.
   *
   * @param locations h w
   * @param classPosition whether the class token has a position as well
   */
  TokenEmbedding(int width, int locations, boolean classPosition) {
    this.width = width;
    this.locations = locations;
    this.classPosition = classPosition;
    classToken = parameter("cls_token", 1);
    positions = parameter("pos_embed", classPosition ? 1 + locations : locations);
  }

  private Parameter parameter(String name, int tokens) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optShape(new Shape(1, tokens, width))
            .optInitializer(Initializer.ZEROS)
            .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray maps = inputs.singletonOrThrow();
    checkLocations(maps.getShape());
    long n = maps.getShape().get(0);
    NDArray position = store.getValue(positions, maps.getDevice(), training);
    NDArray first = store.getValue(classToken, maps.getDevice(), training).broadcast(n, 1, width);
    NDArray tokens = maps.reshape(n, width, locations).transpose(0, 2, 1);
    return new NDList(
        classPosition
            ? first.concat(tokens, 1).add(position)
            : first.concat(tokens.add(position), 1));
  }

  private void checkLocations(Shape maps) {
    if (maps.get(2) * maps.get(3) != locations) {
      throw new IllegalArgumentException(
          "the network has positions for "
              + locations
              + " patches, and pictures of this size have "
              + maps.get(2) * maps.get(3)
              + "; give pictures of the size that it was made for");
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    checkLocations(inputs[0]);
    return new Shape[] {new Shape(inputs[0].get(0), 1L + locations, width)};
  }
}
