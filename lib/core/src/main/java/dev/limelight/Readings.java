package dev.limelight;

import ai.djl.ndarray.types.Shape;
import dev.limelight.model.SharedNetwork;
import dev.limelight.model.SplitModel;
import dev.limelight.output.OutputReaders;
import dev.limelight.output.Reading;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the outputs of a network mean, found once for each size of a picture.
 *
 * @param reader the name of the reader, or {@link OutputReaders#AUTO}
 * @param labels the number of classes that have names, or 0
 * @param known those that were found, by the shape of a picture
 */
record Readings(String reader, int labels, Map<Shape, Reading> known) {

  static Readings of(String reader, int labels) {
    return new Readings(reader, labels, new ConcurrentHashMap<>());
  }

  /**
   * What they mean for pictures of a shape, (C, H, W).
   *
   * @param split the network, cut at any layer
   * @throws IllegalArgumentException if no reader fits, or several do
   */
  Reading of(SharedNetwork network, SplitModel split, Shape picture) {
    Reading before = known.get(picture);
    if (before != null) {
      return before;
    }
    Reading found =
        network
            .lock()
            .call(
                () ->
                    OutputReaders.of(
                        network.network().sampledOutputs(split, picture, labels), reader));
    found.reader().checkExplained(found.outputs());
    known.put(picture, found);
    return found;
  }
}
