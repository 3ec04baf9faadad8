package dev.limelight.benchmark;

import dev.limelight.Explanation;
import dev.limelight.image.Mask;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.PointingGame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a map tells two objects of one scene apart. */
final class Discrimination {

  /** The peak is on the object of the other class. */
  static final MetricInfo OTHER_PEAK = MetricInfo.lowerIsBetter("peak-on-other").withMask();

  /** The object's part of the energy on both objects; half of it tells nothing apart. */
  static final MetricInfo SHARE = MetricInfo.higherIsBetter("energy-share").withMask();

  static final List<MetricInfo> METRICS = List.of(OTHER_PEAK, SHARE);

  private Discrimination() {}

  /**
   * The measurements of one map.
   *
   * @param own where the object of the explained class is, in the picture
   * @param other where the other one is
   */
  static Map<MetricInfo, Measurement> of(Explanation map, Mask own, Mask other) {
    Mask ownSeen = map.cropped(own);
    Mask otherSeen = map.cropped(other);
    Map<MetricInfo, Measurement> measured = new LinkedHashMap<>();
    double peak = new PointingGame(0).of(map, otherSeen);
    double here = new EnergyInMask().of(map, ownSeen);
    double there = new EnergyInMask().of(map, otherSeen);
    measured.put(
        OTHER_PEAK,
        Double.isNaN(peak)
            ? Measurement.discarded("the map points nowhere")
            : Measurement.of(peak));
    measured.put(
        SHARE,
        here + there > 0
            ? Measurement.of(here / (here + there))
            : Measurement.discarded("the map has no energy on either object"));
    return measured;
  }
}
