package dev.limelight.metric.detection;

import dev.limelight.Explanation;
import dev.limelight.detection.Box;
import dev.limelight.image.Heatmap;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Energy in boxes: which share of the positive values of a box's map lies in that box, and which in
 * other boxes. A pixel belongs to a box if its centre does. Both numbers are NaN for a map without
 * a positive value.
 *
 * @param own the share in the box, from 0 to 1
 * @param others the share in other boxes and not in this one
 * @see <a href="https://arxiv.org/abs/1910.01279">Wang et al. 2020, Score-CAM</a>
 */
@API(status = Status.INTERNAL)
public record BoxEnergy(double own, double others) {

  /**
   * Adds up.
   *
   * @param map of the box
   * @param own the box, in pixels of the network's input
   * @param others other boxes of the picture, such as those of the same class
   */
  public static BoxEnergy of(Explanation map, Box own, List<Box> others) {
    Heatmap energy = map.map().positive().resized(map.heatmap().width(), map.heatmap().height());
    double all = 0;
    double inOwn = 0;
    double inOthers = 0;
    for (int y = 0; y < energy.height(); y++) {
      for (int x = 0; x < energy.width(); x++) {
        double value = Math.max(0, energy.get(x, y));
        all += value;
        if (holds(own, x, y)) {
          inOwn += value;
        } else if (isIn(others, x, y)) {
          inOthers += value;
        }
      }
    }
    // Without a positive value this is 0 divided by 0, which is NaN.
    return new BoxEnergy(inOwn / all, inOthers / all);
  }

  private static boolean isIn(List<Box> boxes, int x, int y) {
    return boxes.stream().anyMatch(box -> holds(box, x, y));
  }

  private static boolean holds(Box box, int x, int y) {
    return box.rectangle().contains(x + 0.5, y + 0.5);
  }
}
