package dev.limelight.perturb;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.detection.Detection;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.target.BoxTarget;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/**
 * D-RISE: {@code 1 / (n p) sum_i S(d, f(x M_i)) M_i}, the mean of n random masks as those of {@link
 * Rise}, each weighted by how much of a detection d is still found in the picture x seen through
 * it: {@code S = max_j IoU(d, d_j) cos(P, P_j) O_j} over all candidates {@code d_j}, with the
 * boxes' intersection over union, the cosine of their class scores P, and the objectness O where
 * the detector has one. It needs no gradient. Of a model that lists what is left after its own
 * suppression, each row has one class and one score: the cosine is 1 for a row of the same class
 * and 0 for others, and the score takes the place of the objectness.
 *
 * <p>All boxes of a picture that are asked for together come from the same masked forwards. Of
 * these only the weights are kept, one for each mask and box.
 *
 * <p>Not where time counts, nor for objects much smaller than a cell of the masks; smaller ones
 * take more cells, and more masks.
 *
 * @param masks n, how many, 2 or above; the paper uses 5000
 * @param cells how many cells the grid has on each side
 * @param kept p, the probability that a cell is seen
 * @param seed of the masks, which are the same for every picture
 * @see <a href="https://arxiv.org/abs/2006.03204">Petsiuk et al. 2021, Black-box Explanation of
 *     Object Detectors via Saliency Maps</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record DRise(int masks, int cells, double kept, long seed) implements Method {

  /**
   * With 1000 masks of 8 by 8 cells, half of them seen. The paper has 5000 masks of 16 by 16 cells:
   * four times as many cells need several times as many masks, and maps of 1000 were mostly noise.
   */
  public DRise() {
    this(1000, 8, 0.5, 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are too few masks or cells to estimate anything, or
   *     the probability is none
   */
  public DRise {
    RandomMasks.check("d-rise", masks, cells, kept, "1000 of 8");
  }

  /** One channel for all, 0 or above, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    BoxTarget.whole(evidence.decided(evidence.target(), 0));
    float[][] weights = evidence.together(this, all -> weights(evidence, all));
    Shape shape = evidence.input().getShape();
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    int pixels = height * width;
    RandomMasks random = new RandomMasks(cells, kept, seed);
    float[] mask = new float[pixels];
    float[] all = new float[evidence.size() * pixels];
    double[] errors = new double[evidence.size()];
    for (int i = 0; i < evidence.size(); i++) {
      MeanMap mean = new MeanMap(pixels);
      for (int k = 0; k < masks; k++) {
        random.draw(k, height, width, mask, 0);
        mean.add(mask, weights[i][k] / kept);
      }
      for (int p = 0; p < pixels; p++) {
        all[i * pixels + p] = (float) mean.at(p);
      }
      errors[i] = mean.error();
    }
    evidence.note(Rise.ERROR, errors);
    Shape one = new Shape(evidence.size(), 1, height, width);
    return NativeArrays.of(evidence.input().getManager(), all, one);
  }

  /** For each target the weight of each mask, (N, n); null for targets that are no boxes. */
  private List<float[][]> weights(Evidence evidence, List<Evidence> together) {
    List<Target> targets = together.stream().map(Evidence::target).toList();
    List<float[][]> all = new ArrayList<>();
    targets.forEach(target -> all.add(new float[evidence.size()][masks]));
    for (int i = 0; i < evidence.size(); i++) {
      weights(evidence, targets, i, all);
    }
    return all;
  }

  private void weights(Evidence evidence, List<Target> targets, int picture, List<float[][]> all) {
    NDArray single = evidence.input().get(picture + ":" + (picture + 1));
    List<Proposal> proposals = new ArrayList<>();
    for (Target target : targets) {
      proposals.add(proposal(evidence, target, picture));
    }
    BoxTarget reading = BoxTarget.whole(evidence.decided(evidence.target(), picture));
    RandomMasks random = new RandomMasks(cells, kept, seed);
    int height = (int) single.getShape().get(2);
    int width = (int) single.getShape().get(3);
    int batch = Math.min(masks, evidence.batch());
    // One array for all batches: what is drawn is not to be more than is in use.
    float[] drawn = new float[batch * height * width];
    for (int from = 0; from < masks; from += batch) {
      int count = Math.min(batch, masks - from);
      try (NDManager scope = evidence.input().getManager().newSubManager()) {
        for (int k = 0; k < count; k++) {
          random.draw(from + k, height, width, drawn, k * height * width);
        }
        float[] some = count == batch ? drawn : Arrays.copyOf(drawn, count * height * width);
        NDArray copies = RandomMasks.seen(single, some, count, scope);
        NDArray output = evidence.copies(picture, copies).logits();
        Proposals found = Proposals.of(reading.candidates(output));
        for (int t = 0; t < proposals.size(); t++) {
          Proposal wanted = proposals.get(t);
          for (int k = 0; wanted != null && k < count; k++) {
            all.get(t)[picture][from + k] = (float) found.similarity(k, wanted);
          }
        }
      }
    }
  }

  private static @Nullable Proposal proposal(Evidence evidence, Target target, int picture) {
    if (!(evidence.decided(target, picture) instanceof BoxTarget box)
        || box.part() != BoxTarget.Part.SCORE) {
      return null;
    }
    Detection found = box.detections(evidence.logits()).get(0);
    return box.isOfFound()
        ? Proposal.ofClass(found)
        : Proposals.of(box.candidates(evidence.logits())).proposal(picture, found);
  }

  @Override
  public Work work(Conditions at) {
    at.box().require();
    return Work.of("similarity-weighted mean of random masks, shared by all boxes")
        .withForwards(masks);
  }

  @Override
  public String unit(String score) {
    return "similarity";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation("d-rise")
        .withSummary(
            "How much of a detection is left under random masks: its box, its class and its objectness, without gradients.")
        .withCost("one forward a mask, for all boxes of a picture together")
        .withPaper("Petsiuk et al., CVPR 2021")
        .withLink("https://arxiv.org/abs/2006.03204");
  }
}
