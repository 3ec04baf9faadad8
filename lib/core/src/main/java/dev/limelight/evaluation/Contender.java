package dev.limelight.evaluation;

/**
 * A method at a layer, as an evaluation compares them.
 *
 * @param method its name
 * @param layer where the network was cut
 * @param control whether it looks at no class, so that any method should beat it
 */
public record Contender(String method, String layer, boolean control) {

  @Override
  public String toString() {
    return method + " at " + layer;
  }
}
