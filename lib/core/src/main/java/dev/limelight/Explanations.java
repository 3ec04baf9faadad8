package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import dev.limelight.cam.About;
import dev.limelight.cam.CamMethod;
import dev.limelight.cam.CamMethods;
import dev.limelight.cam.Evidence;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.Cut;
import dev.limelight.model.Network;
import dev.limelight.model.NoGradientException;
import dev.limelight.model.SplitModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Makes plain explanations out of what the two parts of a model give.
 *
 * @param model whose they are
 * @param network the model, as it can be cut
 * @param labels the names of the classes, or none
 * @param sha256 the hash of the model's files, or null
 */
record Explanations(Model model, Network network, List<String> labels, String sha256) {

  /** One list for each method of each target, with one explanation a picture. */
  List<List<Explanation>> of(
      SplitModel split,
      Cut cut,
      List<Explanation.Subject> subjects,
      List<? extends CamMethod> methods,
      List<Target> targets) {
    List<Target> resolved = targets.stream().map(target -> target.resolve(labels)).toList();
    List<Function<NDArray, NDArray>> scores = new ArrayList<>();
    resolved.forEach(target -> scores.add(target::score));
    List<Evidence> evidence = Evidence.of(split, cut, scores);
    List<List<Explanation>> all = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      for (CamMethod method : methods) {
        NDArray maps = map(method, evidence.get(t));
        Provenance provenance = provenance(split, method, resolved.get(t));
        all.add(explanations(subjects, evidence.get(t), resolved.get(t), maps, method, provenance));
      }
    }
    return all;
  }

  private static NDArray map(CamMethod method, Evidence evidence) {
    try {
      return method.map(evidence);
    } catch (NoGradientException e) {
      throw e.offering(
          CamMethods.all().stream()
              .map(CamMethod::about)
              .filter(about -> !about.gradients())
              .map(About::name)
              .toList());
    }
  }

  private List<Explanation> explanations(
      List<Explanation.Subject> subjects,
      Evidence evidence,
      Target target,
      NDArray maps,
      CamMethod method,
      Provenance provenance) {
    int h = (int) maps.getShape().get(1);
    int w = (int) maps.getShape().get(2);
    float[] values = maps.toFloatArray();
    int k = (int) evidence.logits().getShape().get(1);
    float[] logits = evidence.logits().toFloatArray();
    int[] classes = target.classes(evidence.logits());
    checkLabels(k);
    List<Explanation> all = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      float[] own = Arrays.copyOfRange(logits, i * k, (i + 1) * k);
      checkFinite(own, subjects.get(i).picture(), i);
      Heatmap map =
          new Heatmap(w, h, Arrays.copyOfRange(values, i * w * h, (i + 1) * w * h), "logit");
      all.add(
          new Explanation(
              subjects.get(i),
              own,
              classes[i],
              labels.size() == 2 || target instanceof Target.Binary,
              map,
              method.about().name(),
              provenance));
    }
    return all;
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

  private Provenance provenance(SplitModel split, CamMethod method, Target target) {
    Engine engine = model.getNDManager().getEngine();
    String version = Explanations.class.getPackage().getImplementationVersion();
    return new Provenance(
        described(method),
        split.layer().name(),
        target.toString(),
        model.getName(),
        sha256,
        network.outputActivation(),
        engine.getEngineName() + " " + engine.getVersion(),
        version == null ? "development" : version);
  }

  /** The method's name and, where it has any, its arguments as its record tells them. */
  private static String described(CamMethod method) {
    String text = method.toString();
    String arguments = text.substring(text.indexOf('[') + 1, text.length() - 1);
    String name = method.about().name();
    return arguments.isEmpty() ? name : name + " (" + arguments + ")";
  }
}
