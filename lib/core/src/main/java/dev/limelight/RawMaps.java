package dev.limelight;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.NativeArrays;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Detection;
import dev.limelight.method.Evidence;
import dev.limelight.segment.SegmentValue;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The maps of one target by one method as plain numbers.
 *
 * @param outputs K
 * @param logits (N, K)
 * @param classes the class of each picture, or -1
 * @param width of a map
 * @param height of a map
 * @param maps (N, height, width)
 * @param noted numbers that the method gives with each map, by name
 * @param segments the values of the segments of each picture, none where a map is not of segments
 */
record RawMaps(
    int outputs,
    float[] logits,
    int[] classes,
    int width,
    int height,
    float[] maps,
    Map<String, double[]> noted,
    List<List<SegmentValue>> segments) {

  /** Those that a method gives, (N, h, w). */
  static RawMaps of(Evidence evidence, Target target, PlainArray maps) {
    List<Detection> boxes = target.detections(evidence.logits());
    // Moved once. Boxes are read where they were chosen, as another device may round otherwise.
    NDArray output = boxes.isEmpty() ? NativeArrays.onCpu(evidence.logits()) : evidence.logits();
    PlainArray prediction = target.prediction(output);
    return new RawMaps(
        prediction.length(1),
        prediction.values(),
        target.classes(output),
        maps.length(2),
        maps.length(1),
        maps.values(),
        noted(evidence, boxes),
        IntStream.range(0, evidence.size()).mapToObj(evidence::segments).toList());
  }

  /** The method's notes, and the edges of the box that is explained, in pixels of the input. */
  private static Map<String, double[]> noted(Evidence evidence, List<Detection> boxes) {
    if (boxes.isEmpty()) {
      return evidence.notes();
    }
    Map<String, double[]> all = new LinkedHashMap<>(evidence.notes());
    all.put(ExplainedBox.LEFT, boxes.stream().mapToDouble(one -> one.box().left()).toArray());
    all.put(ExplainedBox.TOP, boxes.stream().mapToDouble(one -> one.box().top()).toArray());
    all.put(ExplainedBox.RIGHT, boxes.stream().mapToDouble(one -> one.box().right()).toArray());
    all.put(ExplainedBox.BOTTOM, boxes.stream().mapToDouble(one -> one.box().bottom()).toArray());
    return all;
  }

  /** The output for one picture. */
  float[] logits(int picture) {
    return Arrays.copyOfRange(logits, picture * outputs, (picture + 1) * outputs);
  }

  /** The map of one picture. */
  float[] map(int picture) {
    int size = width * height;
    return Arrays.copyOfRange(maps, picture * size, (picture + 1) * size);
  }

  /** What the method gives with the map of one picture. */
  Map<String, Double> notes(int picture) {
    Map<String, Double> own = new LinkedHashMap<>();
    noted.forEach((name, values) -> own.put(name, values[picture]));
    return own;
  }
}
