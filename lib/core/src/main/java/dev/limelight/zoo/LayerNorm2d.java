package dev.limelight.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** A normalisation over the channels of each location of (N, C, h, w). */
final class LayerNorm2d extends LayerNorm {

  LayerNorm2d(double epsilon) {
    super(LayerNorm.builder().axis(1).optEpsilon((float) epsilon));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray channelsLast = inputs.singletonOrThrow().transpose(0, 2, 3, 1);
    NDArray result =
        super.forwardInternal(store, new NDList(channelsLast), training, params).singletonOrThrow();
    return new NDList(result.transpose(0, 3, 1, 2));
  }
}
