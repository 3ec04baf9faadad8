package dev.limelight.gradient;

import dev.limelight.method.Conditions;
import dev.limelight.method.Method;
import dev.limelight.method.Work;

/** A map of the picture's own pixels, made of the score's gradient with respect to them. */
public interface GradientMethod extends Method {

  @Override
  default String family() {
    return "gradient";
  }

  @Override
  default Work work(Conditions at) {
    return at.backward("gradient of the whole network");
  }
}
