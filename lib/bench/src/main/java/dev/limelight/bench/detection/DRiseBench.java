package dev.limelight.bench.detection;

import dev.limelight.Explanation;
import dev.limelight.bench.Machine;
import dev.limelight.bench.Report;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Table;
import dev.limelight.course.data.Scene;
import dev.limelight.metric.Similarity;
import dev.limelight.metric.detection.BoxEnergy;
import dev.limelight.metric.detection.BoxPointingGame;
import dev.limelight.model.EngineName;
import dev.limelight.perturb.DRise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the settings of D-RISE do to its maps: whether the peak and the energy are in the box, and
 * how alike the maps of two seeds are.
 */
public final class DRiseBench {

  private static final EngineName ENGINE = EngineName.MXNET;
  private static final int SCENES = 14;
  private static final long[] SEEDS = {1, 2};

  /** Cells, the probability that one is seen, and the numbers of masks. */
  private record Grid(int cells, double kept, int... masks) {}

  private static final List<Grid> GRIDS =
      List.of(
          new Grid(8, 0.5, 250, 500, 1000, 2000),
          new Grid(8, 0.25, 1000),
          new Grid(8, 0.75, 1000),
          new Grid(16, 0.5, 250, 500, 1000, 2000));

  private DRiseBench() {}

  /**
   * Runs the bench.
   *
   * @param args the file of the table, a folder for the detector that is trained, and the numbers
   *     of cells that are looked at, or nothing for all
   */
  public static void main(String[] args) throws IOException {
    Table table =
        new Table(
            0,
            "cells",
            "seen",
            "masks",
            "peak in the own box, %",
            "in another, %",
            "energy in the own box, %",
            "correlation of two seeds",
            "s a picture");
    try (SceneDetector detector = SceneDetector.read(Path.of(args[1]), 1, ENGINE)) {
      List<List<SceneDetector.Found>> found = new ArrayList<>();
      for (Scene scene : SceneDetector.scenes(Setting.turns(SCENES))) {
        List<SceneDetector.Found> ofScene = detector.found(scene);
        if (!ofScene.isEmpty()) {
          found.add(ofScene);
        }
      }
      System.out.printf(
          "%d boxes, which cover %.1f %% of the picture each%n",
          found.stream().mapToInt(List::size).sum(),
          100
              * found.stream()
                  .flatMap(List::stream)
                  .mapToDouble(SceneDetector.Found::area)
                  .average()
                  .orElseThrow());
      List<String> chosen = List.of(args).subList(2, args.length);
      for (Grid grid : GRIDS) {
        if (!chosen.isEmpty() && !chosen.contains(String.valueOf(grid.cells()))) {
          continue;
        }
        for (int masks : grid.masks()) {
          row(table, detector, found, grid, masks);
        }
      }
    }
    Report report = new Report(Path.of(args[0]));
    report.write("d-rise", table.lines());
    report.write("d-rise machine", Machine.describe(SceneDetector.SIDE));
  }

  /** The map of one box for each seed. */
  private record Pair(SceneDetector.Found found, List<Explanation> maps) {

    double mean(ToDoubleFunction<Explanation> of) {
      return maps.stream().mapToDouble(of).average().orElseThrow();
    }
  }

  private static void row(
      Table table,
      SceneDetector detector,
      List<List<SceneDetector.Found>> found,
      Grid grid,
      int masks) {
    List<Pair> pairs = new ArrayList<>();
    long start = System.nanoTime();
    for (List<SceneDetector.Found> ofScene : found) {
      List<List<Explanation>> ofSeeds = new ArrayList<>();
      for (long seed : SEEDS) {
        ofSeeds.add(detector.maps(ofScene, new DRise(masks, grid.cells(), grid.kept(), seed)));
      }
      for (int i = 0; i < ofScene.size(); i++) {
        int box = i;
        pairs.add(new Pair(ofScene.get(i), ofSeeds.stream().map(maps -> maps.get(box)).toList()));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9 / (found.size() * SEEDS.length);
    table.row(
        String.valueOf(grid.cells()),
        String.valueOf(grid.kept()),
        String.valueOf(masks),
        100 * mean(pairs, pair -> pair.mean(map -> game(pair, map).own())),
        100 * mean(pairs, pair -> pair.mean(map -> game(pair, map).others())),
        100 * mean(pairs, pair -> pair.mean(map -> energy(pair, map).own())),
        Table.ratio(
            mean(
                pairs,
                pair -> Similarity.spearman(pair.maps().get(0).map(), pair.maps().get(1).map()))),
        Table.ratio(seconds));
    System.err.println(table.lines().get(table.lines().size() - 1));
  }

  private static double mean(List<Pair> pairs, ToDoubleFunction<Pair> of) {
    return pairs.stream().mapToDouble(of).average().orElseThrow();
  }

  private static BoxPointingGame game(Pair pair, Explanation map) {
    return BoxPointingGame.of(map, pair.found().box(), pair.found().others());
  }

  private static BoxEnergy energy(Pair pair, Explanation map) {
    return BoxEnergy.of(map, pair.found().box(), pair.found().others());
  }
}
