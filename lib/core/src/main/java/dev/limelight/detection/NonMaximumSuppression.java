package dev.limelight.detection;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the strongest of boxes that lie on each other: from the highest score on, each box removes
 * those that overlap it by more than a limit, as {@code torchvision.ops.nms} does.
 *
 * @param score the lowest score that is kept
 * @param overlap the largest intersection over union that is kept, from 0 to 1
 * @param most how many are kept, from the highest score on
 * @param byClass whether boxes of different classes leave each other alone
 * @see <a href="https://docs.pytorch.org/vision/stable/generated/torchvision.ops.nms.html">
 *     torchvision.ops.nms</a>
 */
public record NonMaximumSuppression(double score, double overlap, int most, boolean byClass) {

  /** The usual limits of exporters: 0.25 and 0.45, 300 boxes, class by class. */
  public static final NonMaximumSuppression USUAL =
      new NonMaximumSuppression(0.25, 0.45, 300, true);

  /** Checks the limits. */
  public NonMaximumSuppression {
    if (!(overlap >= 0 && overlap <= 1) || Double.isNaN(score) || most < 1) {
      throw new IllegalArgumentException(
          "boxes are kept from a score on, up to an overlap of 0 to 1 and at least one, but got"
              + " the score "
              + score
              + ", the overlap "
              + overlap
              + " and "
              + most
              + " boxes");
    }
  }

  /** Those that are kept, the highest score first. */
  public List<Detection> of(List<Detection> all) {
    List<Detection> kept = new ArrayList<>();
    List<Detection> strong =
        all.stream().filter(one -> one.score() >= score).sorted(Detection.BY_SCORE).toList();
    for (Detection one : strong) {
      if (kept.size() == most) {
        break;
      }
      if (kept.stream().noneMatch(other -> removes(other, one))) {
        kept.add(one);
      }
    }
    return List.copyOf(kept);
  }

  private boolean removes(Detection kept, Detection one) {
    return (!byClass || kept.classIndex() == one.classIndex())
        && kept.box().intersectionOverUnion(one.box()) > overlap;
  }
}
