package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.Network;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.segment.SegmentValue;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The activations, scores and gradients for one target of a batch of pictures. Each part is
 * computed when it is first asked for and then shared, so several methods cost one forward and one
 * backward pass of the head, and a method that never asks for gradients never pays for them. What
 * it hands out is not to be changed in place.
 */
public final class Evidence {

  private final Pass pass;
  private final TargetGradients gradients;
  private final int index;
  private final Origin origin;
  private final Map<String, double[]> notes = new LinkedHashMap<>();
  private final Map<Integer, List<SegmentValue>> segments = new HashMap<>();

  Evidence(Pass pass, TargetGradients gradients, int index, Origin origin) {
    this.pass = pass;
    this.gradients = gradients;
    this.index = index;
    this.origin = origin;
  }

  /** The same evidence for pictures of which is known where they come from, with no notes. */
  @API(status = Status.INTERNAL)
  public Evidence from(Origin known) {
    return new Evidence(pass, gradients, index, known);
  }

  /** Where the numbers of the pictures come from. */
  @API(status = Status.INTERNAL)
  public Origin origin() {
    return origin;
  }

  /** Whether the pictures are changed copies of those that were asked about. */
  @API(status = Status.INTERNAL)
  public boolean isOfCopies() {
    return pass.ofCopies();
  }

  /** The number of pictures, N. */
  public int size() {
    return pass.size();
  }

  /** The name of the layer. */
  public String layer() {
    return pass.layer().name();
  }

  /** x, the preprocessed pictures, (N, C, H, W). */
  public NDArray input() {
    return pass.input();
  }

  /** A, the layer's output, (N, C, h, w). */
  public NDArray activations() {
    return pass.cut().activations();
  }

  /** The network's output, (N, K). */
  public NDArray logits() {
    return pass.logits();
  }

  /** The target. */
  public Target target() {
    return gradients.target(index);
  }

  /**
   * The same for the target's class against all others.
   *
   * @throws UnsupportedException if it is not one class
   */
  public Evidence againstOthers() {
    return pass.evidence(List.of(target().againstOthers())).get(0).from(origin);
  }

  /** y, the target's score of each picture, (N). */
  public NDArray scores() {
    return target().score(logits());
  }

  /** g, the gradient of the target's score with respect to A, (N, C, h, w). */
  public NDArray gradients() {
    return gradients.atLayer(index);
  }

  /** The gradient of another target's score with respect to A, (N, C, h, w). */
  public NDArray gradients(Target other) {
    return pass.gradientAt(activations(), other);
  }

  /** The gradient of the target's score at other activations of the same pictures, (N, C, h, w). */
  public NDArray gradientsAt(NDArray activations) {
    return pass.gradientAt(activations, decided());
  }

  /** The gradient of the target's score with respect to the pictures, (N, C, H, W). */
  public NDArray inputGradients() {
    return gradients.atInput(index);
  }

  /** The same by guided backpropagation, (N, C, H, W). */
  public NDArray guidedGradients() {
    NDArray gradients = pass.guidedGradient(target());
    Rectifiers rectifiers = pass.rectifiers();
    if (rectifiers.others() > 0) {
      note("guided activations", same(rectifiers.guided()));
      note("activations that are no ReLU and were not guided", same(rectifiers.others()));
    }
    return gradients;
  }

  /**
   * The biases of the network, each times the gradient of the target's score where it is added.
   *
   * @throws UnsupportedException if they cannot be had; the message says why
   */
  public Network.BiasShares biasShares() {
    return pass.biasShares(target());
  }

  /**
   * The blocks of attention of the network; those of a form with a gradient are for the target.
   *
   * @throws UnsupportedException if they cannot be read; the message says why
   */
  public AttentionMaps.Blocks attention(AttentionForm form) {
    AttentionMaps.Blocks found = pass.inside().blocks(form, target());
    pass.keep(found.logits());
    return found;
  }

  /** The tokens of these blocks. */
  public AttentionMaps.Tokens tokens(AttentionForm form) {
    return pass.inside().tokens(form);
  }

  /**
   * Values of tokens as maps, without those of tokens that have no location.
   *
   * @param tokens where the values are
   * @param values of all pictures, (N, T)
   * @return (N, 1, h, w)
   */
  public NDArray ofTokens(AttentionMaps.Tokens tokens, float[] values) {
    Shape shape = new Shape(size(), tokens.count(), 1);
    return pass.inside().layout(tokens).maps(NativeArrays.of(input().getManager(), values, shape));
  }

  /**
   * The relevance of each pixel to the target's score, (N, C, H, W).
   *
   * @throws UnsupportedException if it cannot be propagated; the message says why
   */
  public NDArray relevance(Composite composite) {
    RelevanceMaps.Relevance found = pass.inside().relevance(composite, target());
    pass.keep(found.logits());
    return found.pixels();
  }

  private double[] same(double value) {
    return IntStream.range(0, size()).mapToDouble(i -> value).toArray();
  }

  /**
   * Layers before this one that are larger, which everything passes. A method that asks for them
   * first needs no more than the forward of the prediction.
   *
   * @param method that reads them, with which a refusal begins
   * @param count how many are needed, or {@link FinerLayers#ALL}
   * @param names of those that are wanted, or none to find them by their shapes
   * @throws UnsupportedException if there are none; the message says why
   */
  public Finer finer(String method, int count, List<String> names) {
    return pass.finer(method, count, names);
  }

  /** Has the next forward give finer layers as well, where it is still to come. */
  public void prepare(Finer layers) {
    pass.want(layers);
  }

  /**
   * The outputs of finer layers, (N, C, h, w), the nearest first; from the forward that gives A.
   */
  public List<NDArray> activations(Finer layers) {
    return pass.activations(layers);
  }

  /**
   * The gradients of the target's score at all finer layers and at A, in one pass. It gives the
   * outputs of these layers as well: asked for later, they cost no forward.
   */
  public Finer.Slopes gradients(Finer layers) {
    return gradients.atFiner(layers, index);
  }

  /**
   * Whether the score is linear in the spatial means of A: what follows the layer is global average
   * pooling and one linear layer, which is determined from what it computes and not from how it is
   * written.
   */
  public boolean linear() {
    return target().linear() && pass.linearHead();
  }

  /**
   * W[c], the weight of each channel in the target's score, (N, C), where the score is linear.
   *
   * @throws IllegalArgumentException if it is not
   */
  public NDArray classWeights() {
    NDArray gradients = gradients();
    if (!linear()) {
      throw new UnsupportedException(Conditions.notLinear(pass.layer().name()));
    }
    return gradients.sum(new int[] {2, 3});
  }

  /**
   * The same target at other pictures, which are changed copies of these, in their order. What the
   * target takes from a prediction stays that of the unchanged pictures.
   *
   * @param pictures (N, C, H, W); what is computed of them belongs to their manager
   */
  public Evidence at(NDArray pictures) {
    Pass.checkInterrupt();
    return pass.with(pictures).evidence(List.of(decided())).get(0).from(origin.ofCopies());
  }

  /**
   * The same target for changed copies of one picture.
   *
   * @param picture its index in the batch
   * @param copies (M, C, H, W); what is computed of them belongs to their manager
   */
  public Evidence copies(int picture, NDArray copies) {
    Pass.checkInterrupt();
    Target own = decided(target(), picture);
    return pass.with(copies).evidence(List.of(own)).get(0).from(origin.ofCopies());
  }

  /**
   * What a function makes of the same target for one picture at another size.
   *
   * @param method that needs it, with which a refusal begins
   * @param picture its index in the batch
   * @param copy (1, C, H', W'); what is computed of it belongs to its manager
   * @param function of the evidence for the copy
   * @throws UnsupportedException if the network does not take that size
   */
  public <T> T resized(String method, int picture, NDArray copy, Function<Evidence, T> function) {
    return pass.otherSizes()
        .run(method, copy.getShape(), () -> function.apply(copies(picture, copy)));
  }

  /**
   * What a method computes at once for all targets that are asked for together, such as from the
   * same changed copies.
   *
   * @param method the key, which equal methods share
   * @param compute from the evidence of all targets to one value for each, in their order
   * @return the value of this target
   */
  public <T> T together(Method method, Function<List<Evidence>, List<T>> compute) {
    return gradients.together(method, compute).get(index);
  }

  /**
   * A target of the pass for one picture, with what it takes from the prediction decided.
   *
   * @param any this target, or one that is asked for together with it
   * @param picture its index in the batch
   */
  public Target decided(Target any, int picture) {
    // That of copies is decided: their own prediction does not matter.
    return pass.ofCopies() ? any.slice(picture, 1) : any.of(picture, logits());
  }

  /** How many changed copies of a picture go through the network at once. */
  public int batch() {
    return pass.batches().copies();
  }

  /** The gradients of all targets that are asked for together. */
  TargetGradients ofTargets() {
    return gradients;
  }

  /** How many of them at once, if each needs a gradient. */
  int gradientsAtOnce() {
    return pass.batches().gradients();
  }

  /**
   * Scores of changed copies of one picture, batch by batch, each a forward pass of the whole
   * network.
   *
   * @param picture its index in the batch
   * @param count how many copies
   * @param copies makes them
   */
  public float[] scores(int picture, int count, PerturbedCopies copies) {
    return pass.perturbed().ofPicture(decided(target(), picture), count, copies);
  }

  /**
   * Scores of changed copies of one picture's activations, batch by batch, each a forward pass of
   * what follows the layer.
   *
   * @param picture its index in the batch
   * @param count how many copies
   * @param copies makes them
   */
  public float[] headScores(int picture, int count, PerturbedCopies copies) {
    return pass.perturbed().ofActivations(decided(target(), picture), picture, count, copies);
  }

  /**
   * Changed copies of one picture that do not depend on the target: each is scored once for all
   * targets and methods of a question.
   *
   * @param picture its index in the batch
   * @param source what makes them, such as a method: equal ones make the same copies
   */
  public SharedCopies shared(int picture, Object source) {
    return gradients.shared(this, index, picture, source);
  }

  /**
   * Keeps a number for each picture with its map, such as the error of an estimate.
   *
   * @param name what it is, in words
   * @param values one a picture
   */
  public void note(String name, double[] values) {
    notes.put(name, values.clone());
  }

  /** The notes, by name. */
  public Map<String, double[]> notes() {
    return Map.copyOf(notes);
  }

  /**
   * Keeps the values of the segments of a picture with its map.
   *
   * @param picture its index in the batch
   */
  @API(status = Status.INTERNAL)
  public void segments(int picture, List<SegmentValue> values) {
    segments.put(picture, List.copyOf(values));
  }

  /** The values of the segments of a picture; none where its map is not of segments. */
  @API(status = Status.INTERNAL)
  public List<SegmentValue> segments(int picture) {
    return segments.getOrDefault(picture, List.of());
  }

  /** The same evidence, with no notes. */
  public Evidence withoutNotes() {
    return from(origin);
  }

  /** The target with what it takes from the prediction decided, picture by picture. */
  private Target decided() {
    return Target.each(IntStream.range(0, size()).mapToObj(i -> decided(target(), i)).toList());
  }
}
