package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PerturbedCopies;
import dev.limelight.method.Work;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.kohsuke.MetaInfServices;

/**
 * Score-CAM: {@code sum_k w_k A_k} with {@code w = softmax_k(y(x U_k))}, where y is the score, x
 * the picture and {@code U_k} channel k enlarged to its size, corners on corners, and stretched to
 * [0, 1]. It needs no gradients: the network runs once a channel, batch by batch.
 *
 * <p>Not where time counts, nor where the network has learnt nothing like a masked picture.
 *
 * @param mostVarying how many channels are asked, those whose activations vary most over the
 *     locations; 0 for all. The others weigh nothing
 * @see <a href="https://arxiv.org/abs/1910.01279">Wang et al. 2020, Score-CAM</a>
 */
@MetaInfServices(Method.class)
public record ScoreCam(int mostVarying) implements Method {

  /** With all channels, as the paper. */
  public ScoreCam() {
    this(0);
  }

  /**
   * Checks the number of channels.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ScoreCam {
    if (mostVarying < 0) {
      throw new IllegalArgumentException(
          "score-cam asks a number of channels, but got "
              + mostVarying
              + "; choose one above 0, or 0 for all");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    int channels = (int) activations.getShape().get(1);
    float[][] weights = new float[evidence.size()][channels];
    for (int i = 0; i < weights.length; i++) {
      float[][] planes = planes(activations.get(i), channels);
      int[] requested = asked(planes);
      NDArray picture = evidence.input().get(i + ":" + (i + 1));
      double[] scores =
          doubles(
              evidence.scores(
                  i, requested.length, masked(picture, activations, planes, requested)));
      double largest = Arrays.stream(scores).max().orElseThrow();
      double sum = Arrays.stream(scores).map(score -> Math.exp(score - largest)).sum();
      for (int k = 0; k < requested.length; k++) {
        weights[i][requested[k]] = (float) (Math.exp(scores[k] - largest) / sum);
      }
    }
    return ChannelWeighting.channels(evidence, weights);
  }

  private static PerturbedCopies masked(
      NDArray picture, NDArray activations, float[][] planes, int[] requested) {
    Shape layer = activations.getShape();
    Shape shape = picture.getShape();
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    float[][] rows = SeparableConvolution.enlargement((int) layer.get(2), h);
    float[][] columns = SeparableConvolution.enlargement((int) layer.get(3), w);
    return (from, to, scope) -> {
      int locations = planes[0].length;
      float[] some = new float[(to - from) * locations];
      for (int k = from; k < to; k++) {
        // Of a channel that is the same everywhere, nothing but rounding could be stretched.
        if (variance(planes[requested[k]]) > 0) {
          System.arraycopy(planes[requested[k]], 0, some, (k - from) * locations, locations);
        }
      }
      Shape small = new Shape(to - from, layer.get(2), layer.get(3));
      NDArray large =
          SeparableConvolution.apply(rows, NativeArrays.of(scope, some, small), columns);
      NDArray flat = large.reshape(to - from, (long) h * w);
      NDArray minimum = flat.min(new int[] {1}, true);
      NDArray range = flat.max(new int[] {1}, true).sub(minimum);
      range = range.add(range.eq(0f).toType(range.getDataType(), false));
      NDArray masks = flat.sub(minimum).div(range);
      return masks.reshape(to - from, 1, h, w).mul(picture);
    };
  }

  /** The numbers of the channels that are asked. */
  private int[] asked(float[][] planes) {
    IntStream all = IntStream.range(0, planes.length);
    if (mostVarying == 0 || mostVarying >= planes.length) {
      return all.toArray();
    }
    double[] variances = Arrays.stream(planes).mapToDouble(ScoreCam::variance).toArray();
    return all.boxed()
        .sorted(Comparator.comparing(k -> -variances[k]))
        .limit(mostVarying)
        .mapToInt(k -> k)
        .toArray();
  }

  private static double variance(float[] values) {
    double[] own = doubles(values);
    double mean = Arrays.stream(own).average().orElse(0);
    return Arrays.stream(own).map(value -> (value - mean) * (value - mean)).sum();
  }

  private static float[][] planes(NDArray activations, int channels) {
    float[] all = activations.toFloatArray();
    int locations = all.length / channels;
    float[][] planes = new float[channels][];
    for (int k = 0; k < channels; k++) {
      planes[k] = Arrays.copyOfRange(all, k * locations, (k + 1) * locations);
    }
    return planes;
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Override
  public Work work(Conditions at) {
    int count = mostVarying == 0 ? at.channels() : Math.min(mostVarying, at.channels());
    return Work.of("the picture through the mask of each channel").withForwards(count);
  }

  @Override
  public String unit(String score) {
    return "activation";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("score-cam")
        .withSummary(
            "Each channel weighted by the score of the picture seen through that channel as a mask.")
        .withCost("one forward a channel")
        .withPaper("Wang et al., CVPR Workshops 2020")
        .withLink("https://arxiv.org/abs/1910.01279");
  }
}
