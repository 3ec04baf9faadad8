package dev.limelight.method;

import ai.djl.ndarray.types.Shape;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.model.relevance.Composite;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The properties of a layer and its network that the cost of a method depends on.
 *
 * @param layer where the network is cut
 * @param input one picture, (1, C, H, W)
 * @param activations its layer, (1, C, h, w)
 * @param linear whether the score is linear in the spatial means of the activations: global average
 *     pooling and one linear layer
 * @param gradient whether what follows the layer can be differentiated
 * @param inputGradient whether the whole network can be differentiated
 * @param guidedBackprop whether guided backpropagation can run
 * @param guidedLimits which of the activations it guides, as an addition to a sentence; empty if
 *     all
 * @param biases checks whether the gradients at all biases can be computed
 * @param attention checks whether the blocks of attention can be read
 * @param relevance checks whether relevance can be propagated
 * @param finer chooses larger layers before this one
 * @param sizes checks whether the network takes pictures of another size
 * @param box whether the target is one box of a detector
 */
public record Conditions(
    String layer,
    Shape input,
    Shape activations,
    boolean linear,
    Support gradient,
    Support inputGradient,
    Support guidedBackprop,
    String guidedLimits,
    BiasCheck biases,
    AttentionCheck attention,
    RelevanceCheck relevance,
    FinerChoice finer,
    SizeCheck sizes,
    Support box) {

  /** Checks whether the gradients at all biases can be computed. */
  @API(status = Status.INTERNAL)
  @FunctionalInterface
  public interface BiasCheck {

    /**
     * Checks it.
     *
     * @throws UnsupportedException if not; the message says why
     */
    void require();
  }

  /** Checks whether the blocks of attention can be read. */
  @API(status = Status.INTERNAL)
  @FunctionalInterface
  public interface AttentionCheck {

    /**
     * Checks it.
     *
     * @param form in which they are read
     * @throws UnsupportedException if not; the message says why
     */
    void require(AttentionForm form);
  }

  /** Checks whether relevance can be propagated to the picture. */
  @API(status = Status.INTERNAL)
  @FunctionalInterface
  public interface RelevanceCheck {

    /**
     * Checks it.
     *
     * @param composite by whose rules
     * @throws UnsupportedException if not; the message says why
     */
    void require(Composite composite);
  }

  /** Chooses layers before this one that are larger, for methods that read several. */
  @API(status = Status.INTERNAL)
  @FunctionalInterface
  public interface FinerChoice {

    /**
     * Chooses them.
     *
     * @param method that reads them, with which a refusal begins
     * @param count how many are needed, or {@link FinerLayers#ALL}
     * @param names of those that are wanted, or none to find them by their shapes
     * @throws UnsupportedException if there are none; the message says why
     */
    Finer choose(String method, int count, List<String> names);
  }

  /** Checks whether the network takes pictures of another size, by running it. */
  @API(status = Status.INTERNAL)
  @FunctionalInterface
  public interface SizeCheck {

    /**
     * Checks it.
     *
     * @param method that needs it, with which a refusal begins
     * @param height of a picture
     * @param width of a picture
     * @throws UnsupportedException if it does not
     */
    void require(String method, int height, int width);
  }

  /** The number of channels of the layer. */
  public int channels() {
    return (int) activations.get(1);
  }

  /** The number of locations of the layer. */
  public int locations() {
    return (int) (activations.get(2) * activations.get(3));
  }

  /** One gradient of what follows the layer. */
  public Work headBackward(String how) {
    gradient.require();
    return Work.of(how).withHeadBackwards(1);
  }

  /** One gradient of the whole network, which brings its own forward. */
  public Work backward(String how) {
    inputGradient.require();
    return Work.of(how).withBackwards(1).withPrediction(false);
  }

  /** One guided backpropagation, which costs about a gradient of the whole network. */
  public Work guidedBackward(String how) {
    guidedBackprop.require();
    return Work.of(how + guidedLimits).withBackwards(1).withPrediction(false);
  }

  /** One gradient of the whole network at all its biases, which brings its own forward. */
  public Work biasBackward(String how) {
    biases.require();
    return Work.of(how).withBackwards(1);
  }

  /** One pass through all blocks of attention, which gives the prediction too. */
  public Work attentionPass(AttentionForm form, String how) {
    attention.require(form);
    Work work = Work.of(how).withPrediction(false);
    return form.hasGradient() ? work.withBackwards(1) : work.withForwards(1);
  }

  /** Relevance from the score to the picture, which costs about a gradient. */
  public Work relevancePass(Composite composite, String how) {
    relevance.require(composite);
    return Work.of(how).withBackwards(1).withPrediction(false);
  }

  /**
   * One gradient of what follows the layer, which has to be linear.
   *
   * @throws UnsupportedException if it is not
   */
  public Work linearHead(String how) {
    Work work = headBackward(how);
    if (!linear) {
      throw new UnsupportedException(notLinear(layer));
    }
    return work;
  }

  static String notLinear(String layer) {
    return "cam needs a head that is global average pooling and one linear layer, and a target that"
        + " is a sum of logits; what follows layer '"
        + layer
        + "' is not; use grad-cam, or the layer before the pooling";
  }
}
