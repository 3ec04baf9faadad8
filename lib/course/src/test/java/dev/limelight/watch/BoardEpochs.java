package dev.limelight.watch;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.data.Example;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Epochs whose overlays the fixture made; the target turns, so that each epoch has others. */
public final class BoardEpochs {

  public static final List<Example> PROBES =
      Scenes.builder().build().list(0, 2).stream().map(Scene::example).toList();

  public static final WatchedRun RUN = run(PROBES);

  private BoardEpochs() {}

  public static WatchedRun run(List<Example> probes) {
    return new WatchedRun(
        "scenes",
        "grad-cam",
        TinyResNet.LABELS,
        probes,
        Map.of("layer", "layer3", "rule", "a|b <*c*>\nd"));
  }

  public static List<EpochOverlays> of(int first, int count) {
    return of(PROBES, first, count);
  }

  /** Epochs from a first one on, with the loss 1 / (1 + epoch). */
  public static List<EpochOverlays> of(List<Example> probes, int first, int count) {
    List<EpochOverlays> epochs = new ArrayList<>();
    try (Model model = TinyResNet.symbol();
        Explainer explainer =
            Explainer.builder()
                .setModel(model)
                .optPreprocessing(Preprocessing.of(64, 64))
                .optLabels(TinyResNet.LABELS)
                .build()) {
      for (int epoch = first; epoch < first + count; epoch++) {
        Target target = Target.of(epoch % 4);
        List<ProbeOverlay> overlays = new ArrayList<>();
        for (Example probe : probes) {
          Explanation seen = explainer.explain(probe.picture(), new GradCam(), target);
          overlays.add(
              new ProbeOverlay(probe.name(), probe, seen, Localisation.of(seen, probe.mask())));
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (epoch > 0) {
          metrics.put("train/loss", 1.0 / (1 + epoch));
          metrics.put("validation/accuracy", 1 - 0.1 / epoch);
        }
        metrics.put("localisation/energy-in-mask", epoch / 100.0);
        epochs.add(new EpochOverlays(epoch, metrics, overlays));
      }
    }
    return epochs;
  }

  /** Logs epochs as a listener does. */
  public static void log(OverlaySink sink, List<EpochOverlays> epochs) throws Exception {
    try (sink) {
      sink.begin(RUN);
      for (EpochOverlays epoch : epochs) {
        sink.epoch(epoch);
      }
    }
  }
}
