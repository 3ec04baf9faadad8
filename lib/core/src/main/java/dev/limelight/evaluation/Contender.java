package dev.limelight.evaluation;

import java.util.Set;

/**
 * A method at a layer, as an evaluation compares them.
 *
 * @param method its name
 * @param layer where the network was cut
 */
public record Contender(String method, String layer) {

  private static final Set<String> CONTROLS = Set.of("random-cam", "center-blob", "sobel");

  /** Whether it is one of those that look at no class, which any method should beat. */
  public boolean isControl() {
    return CONTROLS.contains(method);
  }

  @Override
  public String toString() {
    return method + " at " + layer;
  }
}
