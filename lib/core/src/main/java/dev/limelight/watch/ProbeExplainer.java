package dev.limelight.watch;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.data.Example;
import dev.limelight.method.Method;
import dev.limelight.target.Target;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Explains all probes, each for its targets.
 *
 * @param probes the pictures
 * @param method of the maps
 * @param targets what the maps explain
 */
record ProbeExplainer(List<Example> probes, Method method, ProbeTargets targets) {

  /**
   * Checks what probes need beyond other examples.
   *
   * @param classes the names of the classes; none if unknown
   * @throws IllegalArgumentException if a name occurs twice, or a class is missing or not among the
   *     names
   */
  static void check(List<Example> probes, List<String> classes) {
    Set<String> names = new HashSet<>();
    for (Example probe : probes) {
      if (!names.add(probe.name())) {
        throw new IllegalArgumentException(
            "probes need different names, but got '"
                + probe.name()
                + "' twice; rename one by new Example(name, ...)");
      }
      if (probe.label() < 0) {
        throw new IllegalArgumentException(
            "probe '" + probe.name() + "' has no class; give its true class, counted from 0");
      }
      if (!classes.isEmpty() && probe.label() >= classes.size()) {
        throw new IllegalArgumentException(
            "probe '"
                + probe.name()
                + "' is of class "
                + probe.label()
                + ", and there are "
                + classes.size()
                + " labels, counted from 0");
      }
    }
  }

  /** Always the same batches, as MXNet compiles a graph for each size. */
  List<ProbeOverlay> explain(Explainer explainer) {
    Question asked = Question.of(probes.stream().map(Example::picture).toList()).methods(method);
    List<List<ProbeOverlay>> sets = new ArrayList<>();
    if (targets != ProbeTargets.PREDICTED) {
      Target trueClasses = Target.each(probes.stream().mapToInt(Example::label).toArray());
      sets.add(overlays(explainer.explain(asked.targets(trueClasses)), "-true"));
    }
    if (targets != ProbeTargets.TRUE_CLASS) {
      sets.add(overlays(explainer.explain(asked), "-predicted"));
    }
    List<ProbeOverlay> all = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      for (List<ProbeOverlay> set : sets) {
        all.add(set.get(i));
      }
    }
    return all;
  }

  private List<ProbeOverlay> overlays(List<Explanation> explanations, String ending) {
    List<ProbeOverlay> overlays = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      Example probe = probes.get(i);
      String name = targets == ProbeTargets.BOTH ? probe.name() + ending : probe.name();
      Explanation explanation = explanations.get(i);
      overlays.add(
          new ProbeOverlay(name, probe, explanation, Localisation.of(explanation, probe.mask())));
    }
    return overlays;
  }
}
