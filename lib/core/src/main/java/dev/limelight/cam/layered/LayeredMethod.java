package dev.limelight.cam.layered;

import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Finer;
import dev.limelight.method.Method;
import dev.limelight.model.finer.FinerLayers;

/**
 * A method that reads the explained layer and finer ones: all there are, or those of some names.
 */
interface LayeredMethod extends Method {

  /** The names of the finer layers, joined by a plus, or empty to find them by their shapes. */
  String fine();

  /** The same with finer layers of some names. */
  Method with(String layers);

  /** Chooses the finer layers. */
  default Finer finer(Conditions.FinerChoice choice) {
    String name = info().name();
    return choice.choose(name, FinerLayers.ALL, FinerLayers.names(name, fine(), FinerLayers.ALL));
  }

  @Override
  default void prepare(Evidence evidence) {
    evidence.prepare(finer(evidence::finer));
  }

  @Override
  default Method resolved(Evidence evidence) {
    return with(String.join("+", finer(evidence::finer).names()));
  }

  /** Values that are divided by a maximum. */
  @Override
  default String unit(String score) {
    return "relative";
  }
}
