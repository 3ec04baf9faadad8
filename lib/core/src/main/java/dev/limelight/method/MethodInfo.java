package dev.limelight.method;

import java.util.Locale;

/**
 * The description of a method, for users who choose one.
 *
 * @param name how it is called on the command line, such as "grad-cam"
 * @param summary what it shows, in one sentence
 * @param family what its maps are computed from
 * @param gradients whether it needs an engine that differentiates
 * @param classes whether it distinguishes classes
 * @param control whether it is a control: a map that looks at no class, which any method should
 *     beat
 * @param cost its cost in addition to one forward pass
 * @param paper who proposed it, where and when
 * @param link where to read the paper, or empty
 */
public record MethodInfo(
    String name,
    String summary,
    Family family,
    boolean gradients,
    boolean classes,
    boolean control,
    String cost,
    String paper,
    String link) {

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
    return new MethodInfo(name, "", Family.CAM, false, true, false, "nothing", "", "");
  }

  /** A map of the pixels by their gradients: it distinguishes classes. */
  public static MethodInfo gradient(String name) {
    return new MethodInfo(name, "", Family.GRADIENT, true, true, false, "one backward", "", "");
  }

  /**
   * A map computed from the scores of changed copies: it distinguishes classes, and needs no
   * gradients.
   */
  public static MethodInfo perturbation(String name) {
    return new MethodInfo(name, "", Family.PERTURBATION, false, true, false, "nothing", "", "");
  }

  /** With what it shows, in one sentence. */
  public MethodInfo withSummary(String newSummary) {
    return new MethodInfo(name, newSummary, family, gradients, classes, control, cost, paper, link);
  }

  /** With another name. */
  public MethodInfo withName(String newName) {
    return new MethodInfo(newName, summary, family, gradients, classes, control, cost, paper, link);
  }

  /** Needs an engine that differentiates. */
  public MethodInfo withGradients() {
    return new MethodInfo(name, summary, family, true, classes, control, cost, paper, link);
  }

  /** Gives all classes one map. */
  public MethodInfo withoutClasses() {
    return new MethodInfo(name, summary, family, gradients, false, control, cost, paper, link);
  }

  /** A control, which gives all classes one map. */
  public MethodInfo asControl() {
    return new MethodInfo(name, summary, family, gradients, false, true, cost, paper, link);
  }

  /** With its cost in addition to one forward pass. */
  public MethodInfo withCost(String newCost) {
    return new MethodInfo(name, summary, family, gradients, classes, control, newCost, paper, link);
  }

  /** With who proposed it, where and when. */
  public MethodInfo withPaper(String newPaper) {
    return new MethodInfo(name, summary, family, gradients, classes, control, cost, newPaper, link);
  }

  /** With where to read the paper. */
  public MethodInfo withLink(String newLink) {
    return new MethodInfo(name, summary, family, gradients, classes, control, cost, paper, newLink);
  }
}
