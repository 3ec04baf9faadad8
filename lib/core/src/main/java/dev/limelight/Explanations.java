package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.Network;
import dev.limelight.model.NoGradientException;
import dev.limelight.model.SplitModel;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes plain explanations out of what the two parts of a model give.
 *
 * @param model whose they are
 * @param network the model, as it can be cut
 * @param labels the names of the classes, or none
 * @param sha256 the hash of the model's files, or null
 * @param name what the model is called
 */
record Explanations(Model model, Network network, List<String> labels, String sha256, String name) {

  Explanations(Model model, Network network, List<String> labels, String sha256) {
    this(model, network, labels, sha256, model.getName());
  }

  /** One list for each method of each target, with one explanation a picture. */
  List<List<Explanation>> of(
      SplitModel split,
      Pass pass,
      List<Explanation.Subject> subjects,
      List<? extends Method> methods,
      List<Target> targets) {
    List<Target> resolved = targets.stream().map(target -> target.resolve(labels)).toList();
    List<Evidence> evidence = pass.evidence(resolved);
    List<List<Explanation>> all = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      for (Method method : methods) {
        // What one method notes says nothing of another's map.
        Evidence own = evidence.get(t).withoutNotes();
        NDArray maps = map(method, own);
        Provenance provenance = provenance(split, method, resolved.get(t));
        all.add(explanations(subjects, own, resolved.get(t), maps, method, provenance));
      }
    }
    return all;
  }

  private static NDArray map(Method method, Evidence evidence) {
    try {
      return method.map(evidence);
    } catch (NoGradientException e) {
      throw offering(e);
    }
  }

  private static NoGradientException offering(NoGradientException e) {
    return e.offering(
        Methods.all().stream()
            .map(Method::info)
            .filter(info -> !info.gradients())
            .map(MethodInfo::name)
            .toList());
  }

  /** What each method would take at one layer. */
  static List<Plan.Row> plan(
      SplitModel split, Pass pass, List<? extends Method> methods, Target target) {
    Conditions conditions = pass.conditions(target);
    List<Plan.Row> rows = new ArrayList<>();
    for (Method method : methods) {
      String name = method.info().name();
      String layer = split.layer().name();
      try {
        Work work = method.work(conditions);
        rows.add(new Plan.Row(name, layer, work, pass.bytes(work), null));
      } catch (NoGradientException e) {
        rows.add(new Plan.Row(name, layer, null, 0, offering(e).getMessage()));
      } catch (IllegalArgumentException e) {
        rows.add(new Plan.Row(name, layer, null, 0, e.getMessage()));
      }
    }
    return rows;
  }

  /** The explanations of several layers, put together picture by picture. */
  static List<List<Explanation>> fused(List<List<List<Explanation>>> layers) {
    List<List<Explanation>> all = new ArrayList<>();
    for (int i = 0; i < layers.get(0).size(); i++) {
      List<Explanation> row = new ArrayList<>();
      for (int picture = 0; picture < layers.get(0).get(i).size(); picture++) {
        List<Explanation> same = new ArrayList<>();
        for (List<List<Explanation>> layer : layers) {
          same.add(layer.get(i).get(picture));
        }
        row.add(Explanation.fused(same));
      }
      all.add(row);
    }
    return all;
  }

  private List<Explanation> explanations(
      List<Explanation.Subject> subjects,
      Evidence evidence,
      Target target,
      NDArray maps,
      Method method,
      Provenance provenance) {
    int h = (int) maps.getShape().get(1);
    int w = (int) maps.getShape().get(2);
    float[] values = maps.toFloatArray();
    int k = (int) evidence.logits().getShape().get(1);
    float[] logits = evidence.logits().toFloatArray();
    int[] classes = target.classes(evidence.logits());
    checkLabels(k);
    String unit = method.unit(target.unit());
    List<Explanation> all = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      float[] own = Arrays.copyOfRange(logits, i * k, (i + 1) * k);
      checkFinite(own, subjects.get(i).picture(), i);
      Heatmap map = new Heatmap(w, h, Arrays.copyOfRange(values, i * w * h, (i + 1) * w * h), unit);
      all.add(
          new Explanation(
              subjects.get(i),
              own,
              classes[i],
              target.caption(labels),
              labels.size() == 2 || target.binary(),
              map,
              method.info().name(),
              notes(evidence, i),
              provenance));
    }
    return all;
  }

  private static Map<String, Double> notes(Evidence evidence, int picture) {
    Map<String, Double> own = new LinkedHashMap<>();
    evidence.notes().forEach((name, values) -> own.put(name, values[picture]));
    return own;
  }

  private void checkLabels(int outputs) {
    int classes = Logits.classes(outputs, labels.size() == 2);
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new IllegalArgumentException(
          "this network has "
              + outputs
              + " outputs, and "
              + labels.size()
              + " labels came; give one label an output, or two for one sigmoid unit");
    }
  }

  private static void checkFinite(float[] logits, Picture picture, int place) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException(
            "the network's output for "
                + (picture == null ? "picture " + place : picture.name())
                + " is "
                + logit
                + "; check its weights for NaN and the range of its input");
      }
    }
  }

  private Provenance provenance(SplitModel split, Method method, Target target) {
    Engine engine = model.getNDManager().getEngine();
    String version = Explanations.class.getPackage().getImplementationVersion();
    return new Provenance(
        described(method),
        split.layer().name(),
        target.toString(),
        name,
        sha256,
        network.outputActivation(),
        engine.getEngineName() + " " + engine.getVersion(),
        version == null ? "development" : version);
  }

  /** The method's name and, where it has any, its arguments as its record tells them. */
  private static String described(Method method) {
    String text = method.toString();
    String arguments = text.substring(text.indexOf('[') + 1, text.length() - 1);
    String name = method.info().name();
    return arguments.isEmpty() ? name : name + " (" + arguments + ")";
  }
}
