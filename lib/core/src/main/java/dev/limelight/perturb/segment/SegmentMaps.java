package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.segment.SegmentValue;
import dev.limelight.segment.Segments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The maps of a batch, in which each pixel has the value of its segment, and the values. */
final class SegmentMaps {

  private final Evidence evidence;
  private final float[] maps;
  private final Map<String, double[]> notes = new LinkedHashMap<>();
  private int next;

  SegmentMaps(Evidence evidence) {
    this.evidence = evidence;
    Shape shape = evidence.input().getShape();
    maps = new float[Math.toIntExact(shape.get(0) * shape.get(2) * shape.get(3))];
  }

  /** Adds those of the next picture. */
  void add(Segments segments, Estimate estimate) {
    float[] map = segments.map(estimate.values());
    System.arraycopy(map, 0, maps, next * map.length, map.length);
    List<SegmentValue> values = new ArrayList<>();
    for (int i = 0; i < segments.count(); i++) {
      values.add(
          new SegmentValue(
              i + 1,
              segments.name(i),
              estimate.values()[i],
              estimate.errors()[i],
              (double) segments.area(i) / map.length,
              segments.box(i)));
    }
    values.sort(Comparator.comparingDouble(SegmentValue::value).reversed());
    evidence.segments(next, values);
    note("segments", segments.count());
    estimate.notes().forEach(this::note);
    next++;
  }

  /** A number of the picture that is added next. */
  void note(String name, double value) {
    notes.computeIfAbsent(name, key -> new double[evidence.size()])[next] = value;
  }

  /** One channel for all, signed, (N, 1, H, W). */
  NDArray maps() {
    notes.forEach(evidence::note);
    Shape shape = evidence.input().getShape();
    Shape one = new Shape(evidence.size(), 1, shape.get(2), shape.get(3));
    return NativeArrays.of(evidence.input().getManager(), maps, one);
  }
}
