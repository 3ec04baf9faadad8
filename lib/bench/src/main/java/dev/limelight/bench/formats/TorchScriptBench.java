package dev.limelight.bench.formats;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.bench.GradCamBench;
import dev.limelight.bench.Report;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Cuts every network written by src/main/python/torchvision_models.py at the layers that it chose,
 * and compares the logits with those of the whole network.
 */
public final class TorchScriptBench {

  /** Relative to the largest logit. */
  private static final float TOLERANCE = 1e-5f;

  private TorchScriptBench() {}

  /**
   * Runs the benchmark.
   *
   * @param args the folder of the networks, and a Markdown file for the table
   */
  public static void main(String[] args) throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add(
        "| network | kind | layers cut / tried | all layers that can be cut | largest difference |");
    rows.add("|---|---|---:|---:|---:|");
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      for (Path layers : files.filter(f -> f.toString().endsWith(".layers")).sorted().toList()) {
        String name = layers.getFileName().toString().replace(".layers", "");
        float[] logits = new float[0];
        for (String kind : List.of("traced", "scripted")) {
          Path archive = layers.resolveSibling(name + "-" + kind + ".pt");
          try (Model model = new ModelFile(archive, EngineName.PYTORCH).load();
              NDManager scope = model.getNDManager().newSubManager()) {
            int size = name.startsWith("inception") ? 299 : 224;
            NDArray x = scope.arange(3 * size * size).mul(0.37f).sin().reshape(1, 3, size, size);
            // A scripted network with auxiliary outputs returns a tuple, which DJL does not
            // support.
            logits = kind.equals("traced") ? GradCamBench.forward(model, x) : logits;
            rows.add(row(name, kind, Network.of(model), x, logits, Files.readAllLines(layers)));
            System.out.println(rows.get(rows.size() - 1));
          }
        }
      }
    }
    new Report(Path.of(args[1])).write("torchscript", rows);
  }

  private static String row(
      String name, String kind, Network network, NDArray x, float[] logits, List<String> layers) {
    int cut = 0;
    float worst = 0;
    for (String layer : layers) {
      try (SplitModel split = network.split(LayerPath.of(layer))) {
        Cut parts = split.features(x);
        float difference = difference(split.head(parts).toFloatArray(), logits);
        worst = Math.max(worst, difference);
        if (difference <= TOLERANCE) {
          cut++;
        } else {
          System.out.println(name + " " + kind + " " + layer + ": differs by " + difference);
        }
      } catch (UnsupportedException e) {
        String reason = String.valueOf(e.getMessage()).replaceFirst("; it can be cut at: .*", "");
        System.out.println(name + " " + kind + " " + layer + ": " + reason);
      }
    }
    int all = network.layers(x.getShape().slice(1)).size();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d / %d | %d | %.1g |",
        name,
        kind,
        cut,
        layers.size(),
        all,
        worst);
  }

  private static float difference(float[] actual, float[] expected) {
    float largest = 0;
    float scale = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return largest / scale;
  }
}
