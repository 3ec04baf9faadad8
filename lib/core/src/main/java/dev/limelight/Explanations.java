package dev.limelight;

import dev.limelight.method.Method;
import dev.limelight.target.Target;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The answer to a {@link Question}: an explanation for each target, method and picture. As a list
 * it goes through the pictures first, then the methods, then the targets, so that where one target
 * and one method were asked for it has one explanation a picture.
 */
public final class Explanations extends AbstractList<Explanation> {

  private final Question question;
  private final int pictures;
  private final List<Explanation> all;

  private Explanations(Question question, int pictures, List<Explanation> all) {
    this.question = question;
    this.pictures = pictures;
    this.all = all;
  }

  /** Puts the answers for the parts of a batch together. */
  static Explanations of(Question question, List<List<Explanation>> parts) {
    int slots = question.slots();
    List<Explanation> all = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      for (List<Explanation> part : parts) {
        int count = part.size() / slots;
        all.addAll(part.subList(slot * count, (slot + 1) * count));
      }
    }
    return new Explanations(question, all.size() / slots, List.copyOf(all));
  }

  @Override
  public Explanation get(int index) {
    return all.get(index);
  }

  @Override
  public int size() {
    return all.size();
  }

  /** How many pictures were explained. */
  public int pictures() {
    return pictures;
  }

  /**
   * The explanation of one picture.
   *
   * @param picture its place, counted from 0
   * @param target one of those that were asked for
   * @param method one of those that were asked for
   * @throws IllegalArgumentException if it was not asked for; the message lists what was
   */
  public Explanation get(int picture, Target target, Method method) {
    return of(target, method).get(picture);
  }

  /**
   * The explanations of all pictures.
   *
   * @param target one of those that were asked for
   * @param method one of those that were asked for
   * @throws IllegalArgumentException if it was not asked for; the message lists what was
   */
  public List<Explanation> of(Target target, Method method) {
    int t = place(target, question.targets(), "target");
    int m = place(method, question.methods(), "method");
    int from = (t * question.methods().size() + m) * pictures;
    return all.subList(from, from + pictures);
  }

  /**
   * The explanations of one picture: for each target, or each of the best classes, best first, one
   * a method.
   *
   * @param picture its place, counted from 0
   * @throws IndexOutOfBoundsException if there is no such picture
   */
  public List<Explanation> of(int picture) {
    if (picture < 0 || picture >= pictures) {
      throw new IndexOutOfBoundsException(
          "picture " + picture + " is out of range: " + pictures + " were explained");
    }
    return IntStream.range(0, question.slots())
        .mapToObj(slot -> all.get(slot * pictures + picture))
        .toList();
  }

  private static <T> int place(T value, List<T> values, String noun) {
    int index = values.indexOf(value);
    if (index < 0) {
      String list = values.stream().map(T::toString).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "the "
              + noun
              + " '"
              + value
              + "' was not asked for; asked for were "
              + (values.isEmpty() ? "the best classes, which of(picture) gives" : list));
    }
    return index;
  }
}
