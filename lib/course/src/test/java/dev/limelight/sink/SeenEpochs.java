package dev.limelight.sink;

import ai.djl.Model;
import ai.djl.engine.Engine;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.cam.GradCam;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.train.ConvNet;
import dev.limelight.data.Example;
import dev.limelight.model.EngineName;
import dev.limelight.target.Target;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.WatchedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Epochs as a listener tells them, each of a network with other weights. */
final class SeenEpochs {

  private static final List<String> LABELS = List.of("circle", "cross");

  private SeenEpochs() {}

  /**
   * Epochs 0, 1, 2, ...; epoch 0 has no accuracy, the others 0.5 + epoch / 100.
   *
   * @param epochs how many
   * @param pictures in each
   */
  static List<EpochOverlays> of(int epochs, int pictures) {
    List<Scene> scenes =
        Scenes.builder()
            .optSide(32)
            .optLabels(LABELS.toArray(String[]::new))
            .build()
            .list(0, pictures);
    List<EpochOverlays> all = new ArrayList<>();
    for (int i = 0; i < epochs; i++) {
      Engine.getEngine("MXNet").setRandomSeed(i);
      try (Model model =
              new ConvNet(32, List.of(4, 8), 2, ConvNet.Head.POOLED)
                  .newModel("net", EngineName.MXNET);
          Explainer explainer =
              Explainer.builder()
                  .setModel(model)
                  .optLabels(LABELS.toArray(String[]::new))
                  .build()) {
        List<ProbeOverlay> overlays = new ArrayList<>();
        for (Scene scene : scenes) {
          Explanation seen =
              explainer.explain(scene.picture(), new GradCam(), Target.of(scene.label()));
          Example probe = scene.example();
          overlays.add(new ProbeOverlay(probe.name(), probe, seen, Map.of()));
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (i > 0) {
          metrics.put("validation/accuracy", 0.5 + i / 100.0);
        }
        metrics.put("localisation/pointing-game", i / 100.0);
        all.add(new EpochOverlays(i, metrics, overlays));
      }
    }
    return all;
  }

  /** The film of some epochs. */
  static EpochFilm film(List<EpochOverlays> epochs) {
    EpochFilm film = new EpochFilm();
    film.begin(
        new WatchedRun(
            "run",
            "grad-cam",
            LABELS,
            epochs.get(0).overlays().stream().map(ProbeOverlay::probe).toList(),
            Map.of()));
    epochs.forEach(film::epoch);
    film.close();
    return film;
  }
}
