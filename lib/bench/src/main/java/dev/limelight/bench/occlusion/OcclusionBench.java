package dev.limelight.bench.occlusion;

import dev.limelight.bench.Report;
import dev.limelight.bench.Table;
import dev.limelight.onnx.translation.TranslatedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What occlusion could save at most if it computed alone what a window changes: the products of a
 * whole forward pass, divided by those at locations that see a part of the window. Nothing is
 * measured; the way to store, cut and paste activations would come on top.
 */
public final class OcclusionBench {

  private static final int SIDE = 224;

  private OcclusionBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table, and the folder of the TorchScript models
   */
  public static void main(String[] args) throws IOException {
    Table table =
        new Table(
            1,
            "network",
            "window",
            "stride",
            "share of the products that changes",
            "at most faster");
    for (String network : List.of("resnet50", "efficientnet-lite0")) {
      Path file = Path.of(args[1]).resolve(network + ".pt");
      ChangedShare share = new ChangedShare(new TranslatedFile(file).toOnnx().getGraph());
      for (int window : List.of(28, 32, 56)) {
        double changed = share.mean(SIDE, window, window / 2);
        table.row(network, window, window / 2, Table.ratio(changed), Table.ratio(1 / changed));
      }
    }
    new Report(Path.of(args[0])).write("occlusion", table.lines());
  }
}
