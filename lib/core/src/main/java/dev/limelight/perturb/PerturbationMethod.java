package dev.limelight.perturb;

import dev.limelight.method.Method;

/** A map made of the scores of changed copies of the picture; it needs no gradient. */
public interface PerturbationMethod extends Method {

  @Override
  default String family() {
    return "perturbation";
  }
}
