package dev.limelight.method;

import java.util.Locale;

/**
 * The description of a method, for users who choose one.
 *
 * @param name how it is called on the command line, such as "grad-cam"
 * @param family what its maps are computed from
 * @param gradients whether it needs an engine that differentiates
 * @param classes whether it distinguishes classes
 * @param control whether it is a control: a map that looks at no class, which any method should
 *     beat
 * @param cost its cost in addition to one forward pass
 * @param paper who proposed it, where and when
 */
public record MethodInfo(
    String name,
    Family family,
    boolean gradients,
    boolean classes,
    boolean control,
    String cost,
    String paper) {

  /** What a method's maps are computed from. */
  public enum Family {
    /** The channels of one layer, each weighted by what it means to the score. */
    CAM,
    /** The picture's own pixels, by the score's gradient with respect to them. */
    GRADIENT,
    /** The scores of changed copies of the picture. */
    PERTURBATION;

    /** In lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A class activation map: it distinguishes classes, and needs no gradients. */
  public static MethodInfo cam(String name) {
    return new MethodInfo(name, Family.CAM, false, true, false, "nothing", "");
  }

  /** A map of the pixels by their gradients: it distinguishes classes. */
  public static MethodInfo gradient(String name) {
    return new MethodInfo(name, Family.GRADIENT, true, true, false, "one backward", "");
  }

  /**
   * A map computed from the scores of changed copies: it distinguishes classes, and needs no
   * gradients.
   */
  public static MethodInfo perturbation(String name) {
    return new MethodInfo(name, Family.PERTURBATION, false, true, false, "nothing", "");
  }

  /** With another name. */
  public MethodInfo withName(String newName) {
    return new MethodInfo(newName, family, gradients, classes, control, cost, paper);
  }

  /** Needs an engine that differentiates. */
  public MethodInfo withGradients() {
    return new MethodInfo(name, family, true, classes, control, cost, paper);
  }

  /** Gives all classes one map. */
  public MethodInfo withoutClasses() {
    return new MethodInfo(name, family, gradients, false, control, cost, paper);
  }

  /** A control, which gives all classes one map. */
  public MethodInfo asControl() {
    return new MethodInfo(name, family, gradients, false, true, cost, paper);
  }

  /** With its cost in addition to one forward pass. */
  public MethodInfo withCost(String newCost) {
    return new MethodInfo(name, family, gradients, classes, control, newCost, paper);
  }

  /** With who proposed it, where and when. */
  public MethodInfo withPaper(String newPaper) {
    return new MethodInfo(name, family, gradients, classes, control, cost, newPaper);
  }
}
