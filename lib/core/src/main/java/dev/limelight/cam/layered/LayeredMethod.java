package dev.limelight.cam.layered;

import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Finer;
import dev.limelight.method.Method;
import dev.limelight.model.finer.FinerLayers;

/** A method that reads the explained layer and finer ones, found by their shapes or named. */
interface LayeredMethod extends Method {

  /** The names of the finer layers, joined by a plus, or empty to find them by their shapes. */
  String fine();

  /** How many finer layers it reads; all there are by default. */
  default int layers() {
    return FinerLayers.ALL;
  }

  /** The same with finer layers of some names. */
  Method with(String layers);

  /** Chooses the finer layers. */
  default Finer finer(Conditions.FinerChoice choice) {
    String name = info().name();
    return choice.choose(name, layers(), FinerLayers.names(name, fine(), layers()));
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
