package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Detection;
import dev.limelight.image.Framing;
import dev.limelight.image.Mask;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Reading;
import dev.limelight.support.UnsupportedException;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The score that a map explains, computed from the network's output z, (N, K). A network with one
 * output and two labels is a binary classifier: its sigmoid unit is evidence for the second label
 * where the logit is positive and for the first where it is negative. Its text form is the one that
 * {@link #parse} reads.
 */
public interface Target {

  /**
   * The score of each picture.
   *
   * @param logits the network's output, (N, K)
   * @return (N)
   */
  NDArray score(NDArray logits);

  /** The class that the score of each picture is evidence for, or -1 for none. */
  int[] classes(NDArray logits);

  /**
   * The target of one picture of the batch, for any number of changed copies of it. What depends on
   * the prediction is decided by that of the unchanged picture.
   *
   * @param picture its index in the batch
   * @param logits those of the unchanged batch, (N, K)
   */
  Target of(int picture, NDArray logits);

  /** Whether the score is a sum of weighted logits, plus a constant. */
  default boolean linear() {
    return false;
  }

  /** The unit of the score. */
  default String unit() {
    return "logit";
  }

  /** Whether it reads the output as classes, of which the network predicts one. */
  default boolean ofClasses() {
    return true;
  }

  /** Whether its score is the logit of one class of each picture. */
  default boolean oneClass() {
    return false;
  }

  /** Whether it reads one sigmoid unit as two classes. */
  default boolean binary() {
    return false;
  }

  /**
   * The same class without what speaks for other classes too: {@code z_c - log sum_(k != c)
   * exp(z_k)}, its log-odds; of one sigmoid unit the score itself.
   *
   * @throws UnsupportedException if it is not one class
   */
  default Target againstOthers() {
    throw new UnsupportedException(
        "one class can be weighed against the others, and the target "
            + this
            + " is not one class");
  }

  /**
   * The same target, knowing what the classes are called.
   *
   * @param labels a name for each class, or none
   * @throws IllegalArgumentException if it names a label that is not there
   */
  default Target resolve(List<String> labels) {
    return this;
  }

  /** The same target on an output of that kind, from which a class's probability is read. */
  default Target on(OutputKind kind) {
    return this;
  }

  /**
   * The same target on a network whose outputs are read so.
   *
   * @throws UnsupportedException if it is a class, and they give none for a whole picture
   */
  default Target reading(Reading reading) {
    if (ofClasses()) {
      reading.checkClasses("the target " + this);
    }
    return this;
  }

  /**
   * The same target for pictures, with what it has in their pixels in pixels of the input.
   *
   * @param pictures what the network sees of each
   * @param width of the input, in pixels
   * @param height of the input, in pixels
   */
  default Target seen(List<Framing> pictures, int width, int height) {
    return this;
  }

  /** What a prediction is read from, (N, K): the output, or the scores of the explained box. */
  default PlainArray prediction(NDArray output) {
    return PlainArray.of(output);
  }

  /** Whether it scores a place in the picture, so that a mirrored copy has it elsewhere. */
  default boolean ofPlace() {
    return false;
  }

  /** The box of each picture that it explains, in pixels of the input; none if it is no box. */
  default List<Detection> detections(NDArray output) {
    return List.of();
  }

  /** What the values of its {@link #prediction} are, where those of the output are of a kind. */
  default OutputKind kind(OutputKind ofOutput) {
    return ofOutput;
  }

  /**
   * The part for a range of the pictures.
   *
   * @param from the index of the first picture
   * @param count how many pictures
   */
  default Target slice(int from, int count) {
    return this;
  }

  /** Its name in a caption, with the names of the classes if they are known. */
  default String caption(List<String> labels) {
    return toString();
  }

  /** The class that the network gives the highest score, {@code max_k z_k}. */
  static Target top() {
    return new TopClass(false, OutputKind.LOGITS);
  }

  /** The class of that index, counted from 0: {@code z_c}. */
  static Target of(int index) {
    return new ClassIndex(new int[] {index}, false);
  }

  /**
   * The class of that name; the explainer needs to know the labels. Of classes with the same name
   * one is {@code NAME (INDEX)}, such as {@code crane (134)}.
   */
  static Target of(String label) {
    return new ClassLabel(label);
  }

  /** A class for each picture of the batch. */
  static Target each(int... indices) {
    return new ClassIndex(indices, false);
  }

  /** A target for each picture of the batch. */
  static Target each(List<? extends Target> targets) {
    return new TargetOfEachPicture(List.copyOf(targets));
  }

  /**
   * One side of a network whose only output is one sigmoid unit.
   *
   * @param positive true for what raises the logit, false for what lowers it
   */
  static Target binary(boolean positive) {
    return new BinaryClass(positive);
  }

  /**
   * The probability of a class: by the softmax of several outputs, by the sigmoid of one, and by
   * its own sigmoid on a network that ends in one.
   *
   * @throws IllegalArgumentException if the target is no class
   */
  static Target probability(Target of) {
    return ClassProbability.of(of, false);
  }

  /** The probability of the class of that index. */
  static Target probability(int index) {
    return probability(of(index));
  }

  /** The probability of the class of that name. */
  static Target probability(String label) {
    return probability(of(label));
  }

  /**
   * The natural logarithm of the probability of a class, which stays exact where the probability is
   * next to 0.
   *
   * @throws IllegalArgumentException if the target is no class
   */
  static Target logProbability(Target of) {
    return ClassProbability.of(of, true);
  }

  /** The natural logarithm of the probability of the class of that index. */
  static Target logProbability(int index) {
    return logProbability(of(index));
  }

  /** The natural logarithm of the probability of the class of that name. */
  static Target logProbability(String label) {
    return logProbability(of(label));
  }

  /** Negative evidence, against a target: its score times -1. */
  static Target not(Target target) {
    return new Negation(target);
  }

  /** The evidence against the class of that index. */
  static Target not(int index) {
    return not(of(index));
  }

  /** The evidence against the class of that name. */
  static Target not(String label) {
    return not(of(label));
  }

  /** Why one target and not another: the first score minus the second. */
  static Target difference(Target wanted, Target other) {
    return new Difference(wanted, other);
  }

  /** Why one class and not another: {@code z_wanted - z_other}. */
  static Target difference(int wanted, int other) {
    return difference(of(wanted), of(other));
  }

  /** Why one class and not another. */
  static Target difference(String wanted, String other) {
    return difference(of(wanted), of(other));
  }

  /** Several targets at once: the sum of their scores. */
  static Target all(Target... targets) {
    return new SumOfTargets(List.of(targets));
  }

  /** Several classes at once: the sum of their logits. */
  static Target all(String... labels) {
    return all(Stream.of(labels).map(Target::of).toArray(Target[]::new));
  }

  /**
   * One number of an output (N, K) or (N) that is no classifier's, such as a regression's, as it
   * is.
   *
   * @param index its index, counted from 0
   */
  static Target output(int index) {
    return new OutputValue(index);
  }

  /**
   * Any function of the output. Maps that need gradients need one that its engine differentiates.
   *
   * @param function from the network's output, (N, ...), to one number a picture, (N); it is given
   *     batches of any size
   * @param name what captions call it
   */
  static Target function(Function<NDArray, NDArray> function, String name) {
    return new OutputFunction(function, name);
  }

  /**
   * A class within a region of a segmentation network's output (N, K, H, W): {@code sum over (i, j)
   * in the mask of z[c, i, j]}.
   *
   * @param target the class
   * @param mask the region, W wide and H high
   * @see <a href="https://arxiv.org/abs/2002.11434">Vinogradova et al. 2020, Towards Interpretable
   *     Semantic Segmentation via Gradient-weighted Class Activation Mapping</a>
   */
  static Target inside(Target target, Mask mask) {
    return ClassInside.of(target, mask);
  }

  /** The class of that index within a region. */
  static Target inside(int index, Mask mask) {
    return inside(of(index), mask);
  }

  /** The class of that name within a region. */
  static Target inside(String label, Mask mask) {
    return inside(of(label), mask);
  }

  /**
   * The n-th box that a detector finds, after suppression: the score of its class, times the
   * objectness where there is one.
   *
   * @param n counted from 0, the highest score first
   */
  static Target box(int n) {
    return BoxTarget.of(new BoxChoice.Nth(n));
  }

  /**
   * A class at a place: its score at the candidate that overlaps a box best, found or not, times
   * the objectness where there is one.
   *
   * @param box in pixels of the picture; of the input where ready tensors are explained
   */
  static Target box(Target target, Rectangle2D box) {
    return BoxTarget.of(target, box);
  }

  /** The class of that name at a place. */
  static Target box(String label, Rectangle2D box) {
    return box(of(label), box);
  }

  /** The left edge of a box, in pixels of the input. */
  static Target left(Target box) {
    return BoxTarget.edge(box, BoxTarget.Part.LEFT);
  }

  /** The upper edge of a box, in pixels of the input. */
  static Target top(Target box) {
    return BoxTarget.edge(box, BoxTarget.Part.TOP);
  }

  /** The right edge of a box, in pixels of the input. */
  static Target right(Target box) {
    return BoxTarget.edge(box, BoxTarget.Part.RIGHT);
  }

  /** The lower edge of a box, in pixels of the input. */
  static Target bottom(Target box) {
    return BoxTarget.edge(box, BoxTarget.Part.BOTTOM);
  }

  /**
   * The similarity of an embedding and a reference: {@code z . r / (|z| |r|)}, from -1 to 1.
   *
   * @param reference r, another picture's embedding, as long as the network's output (N, D)
   * @param name what captions call the reference
   */
  static Target similarity(float[] reference, String name) {
    return new CosineSimilarity(reference, name);
  }

  /**
   * Reads a target: {@code top}, an index, a label, {@code positive}, {@code negative}, {@code
   * not(C)}, {@code difference(A,B)}, {@code probability(C)}, {@code log-probability(C)}, {@code
   * log-odds(C)}, {@code all(A,B,..)}, {@code each(I,J,..)}, {@code output(I)}, {@code box(N)},
   * {@code box(C,LEFT,TOP,RIGHT,BOTTOM)}, {@code left(B)}, {@code top(B)}, {@code right(B)}, {@code
   * bottom(B)} or {@code inside(C,MASK.png)}, where each letter may be a target of its own; the
   * mask is as large as the picture. A label that could be read as anything else is put in double
   * quotes, with a backslash before a double quote or a backslash in it.
   *
   * @throws IllegalArgumentException if it cannot be read; the message says how targets are written
   */
  static Target parse(String text) {
    return TargetParser.parse(text, List.of());
  }

  /**
   * The same where the classes' names are known: a label that would be read as a kind of target,
   * such as {@code not(a)}, is meant as the label. Each class can be written {@code NAME (INDEX)}
   * too, such as {@code crane (134)}.
   *
   * @throws IllegalArgumentException if it cannot be read, or may mean several classes: those that
   *     have the same name, or the class of an index and one with this number as its name. The
   *     message says how each is written
   */
  static Target parse(String text, List<String> labels) {
    return TargetParser.parse(text, labels);
  }
}
