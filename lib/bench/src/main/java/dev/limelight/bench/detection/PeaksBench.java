package dev.limelight.bench.detection;

import dev.limelight.Explanation;
import dev.limelight.bench.Machine;
import dev.limelight.bench.Report;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Table;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.Odam;
import dev.limelight.course.data.Scene;
import dev.limelight.method.Method;
import dev.limelight.metric.detection.BoxPointingGame;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where the peaks of the maps of boxes are, of detectors that were trained with several seeds, on
 * both engines.
 */
public final class PeaksBench {

  private static final int SEEDS = 3;
  private static final int SCENES = 100;

  private PeaksBench() {}

  /**
   * Runs the bench.
   *
   * @param args the file of the table, and a folder for the detectors that are trained
   */
  public static void main(String[] args) throws IOException {
    Table table =
        new Table(
            2,
            "seed",
            "engine",
            "shapes that were found, %",
            "odam: peak in the own box, %",
            "in another, %",
            "grad-cam: peak in the own box, %",
            "in another, %");
    List<Scene> scenes = SceneDetector.scenes(Setting.turns(SCENES));
    for (int seed = 1; seed <= SEEDS; seed++) {
      for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
        try (SceneDetector detector = SceneDetector.read(Path.of(args[1]), seed, engine)) {
          List<List<SceneDetector.Found>> found =
              scenes.stream().map(detector::found).filter(all -> !all.isEmpty()).toList();
          int count = found.stream().mapToInt(List::size).sum();
          Peaks odam = Peaks.of(detector, found, new Odam());
          Peaks gradCam = Peaks.of(detector, found, new GradCam());
          table.row(
              String.valueOf(seed),
              engine,
              100.0 * count / scenes.stream().mapToInt(one -> one.shapes().size()).sum(),
              odam.own(),
              odam.others(),
              gradCam.own(),
              gradCam.others());
          System.err.println(table.lines().get(table.lines().size() - 1));
        }
      }
    }
    Report report = new Report(Path.of(args[0]));
    report.write("peaks", table.lines());
    report.write("peaks machine", Machine.describe(SceneDetector.SIDE));
  }

  /** Percentages of the boxes. */
  private record Peaks(double own, double others) {

    static Peaks of(SceneDetector detector, List<List<SceneDetector.Found>> found, Method method) {
      List<BoxPointingGame> games = new ArrayList<>();
      for (List<SceneDetector.Found> ofScene : found) {
        List<Explanation> maps = detector.maps(ofScene, method);
        for (int i = 0; i < maps.size(); i++) {
          SceneDetector.Found one = ofScene.get(i);
          games.add(BoxPointingGame.of(maps.get(i), one.box(), one.others()));
        }
      }
      return new Peaks(
          percent(games, BoxPointingGame::own), percent(games, BoxPointingGame::others));
    }

    /** Of all boxes: a map without a peak has none in any. */
    private static double percent(
        List<BoxPointingGame> games, ToDoubleFunction<BoxPointingGame> share) {
      return 100 * games.stream().mapToDouble(share).filter(Double::isFinite).sum() / games.size();
    }
  }
}
