package dev.limelight.course.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import dev.limelight.model.block.RecordedArithmetic;

/**
 * What a detector is trained by, of boxes (N, M, 5 + K): focal loss of the object's probability
 * (Lin et al. 2017), the distance of each box from its own, and cross entropy of its classes; a sum
 * over the boxes, for each that is an object.
 *
 * @see <a href="https://arxiv.org/abs/1708.02002">Lin et al. 2017, Focal Loss</a>
 */
final class DetectionLoss extends Loss {

  private static final float SMALL = 1e-6f;

  /** A distance of the whole side counts as much as so many wrong classes. */
  private static final float BOX_WEIGHT = 10;

  private final int side;

  DetectionLoss(int side) {
    super("detection");
    this.side = side;
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray wanted = labels.singletonOrThrow();
    NDArray given = predictions.singletonOrThrow();
    NDArray object = wanted.get(":, :, 4:5");
    NDArray box = given.get(":, :, 0:4").sub(wanted.get(":, :, 0:4")).abs().mul(object);
    NDArray classes = entropy(given.get(":, :, 5:"), wanted.get(":, :, 5:")).mul(object);
    NDArray sum =
        focal(given.get(":, :, 4:5"), object)
            .sum()
            .add(RecordedArithmetic.mul(box.sum(), BOX_WEIGHT / side))
            .add(classes.sum());
    return sum.div(object.sum().add(SMALL));
  }

  private static NDArray entropy(NDArray p, NDArray wanted) {
    NDArray yes = wanted.mul(p.add(SMALL).log());
    NDArray no = wanted.neg().add(1).mul(p.neg().add(1 + SMALL).log());
    return yes.add(no).neg();
  }

  private static NDArray focal(NDArray p, NDArray wanted) {
    NDArray miss = p.sub(wanted);
    return entropy(p, wanted).mul(miss).mul(miss);
  }
}
