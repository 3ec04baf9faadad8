package dev.limelight.watch;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.method.Method;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains all probes, each for its targets.
 *
 * @param probes the pictures
 * @param method of the maps
 * @param targets what the maps speak for
 */
record ProbeExplainer(List<Probe> probes, Method method, ProbeTargets targets) {

  /** Always the same batches, as MXNet compiles a graph for each size. */
  List<ProbeOverlay> explain(Explainer explainer) {
    Question asked = Question.of(probes.stream().map(Probe::picture).toList()).methods(method);
    List<List<ProbeOverlay>> sets = new ArrayList<>();
    if (targets != ProbeTargets.PREDICTED) {
      Target own = Target.each(probes.stream().mapToInt(Probe::label).toArray());
      sets.add(overlays(explainer.explain(asked.targets(own)), "-true"));
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
      Probe probe = probes.get(i);
      String name = targets == ProbeTargets.BOTH ? probe.name() + ending : probe.name();
      Explanation seen = explanations.get(i);
      overlays.add(new ProbeOverlay(name, probe, seen, Localisation.of(seen, probe.mask())));
    }
    return overlays;
  }
}
