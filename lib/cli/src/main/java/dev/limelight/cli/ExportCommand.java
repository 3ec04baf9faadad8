package dev.limelight.cli;

import dev.limelight.cli.isolation.IsolationOptions;
import dev.limelight.cli.options.GridOption;
import dev.limelight.io.Names;
import dev.limelight.model.Grid;
import dev.limelight.onnx.HeatmapExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight export}: writes a model and its heatmap as one file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Writes an ONNX model, a torch.export .pt2 or a TorchScript .pt and its heatmap as one .onnx file, which any"
            + " runtime of ONNX runs without Limelight: the output \"heatmap\" has a map in [0, 1] for each picture.")
final class ExportCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The model, an .onnx, a .pt2 or a TorchScript .pt.")
  private Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.onnx",
      description = "The file to write.")
  private Path out;

  @Option(
      names = "--method",
      defaultValue = "grad-cam",
      description =
          "How the map is computed: grad-cam (default), grad-cam++, grad-cam-elementwise, eigen-cam,"
              + " eigen-grad-cam, grad-spotlight, guided-backprop, hires-cam, input-x-gradient,"
              + " layer-cam, saliency, spotlight, which may be spotlight(focus=whole), or"
              + " xgrad-cam.")
  private String method;

  @Option(
      names = "--layer",
      description = "Where to cut; without it the last layer with spatial extent (see layers).")
  private @Nullable String layer;

  @Option(
      names = "--target",
      defaultValue = "top",
      paramLabel = "top|INDEX|input",
      description =
          "What is explained: the strongest class (default), the class of an index, or a second"
              + " input \"target\" of the file, -1 for the strongest class.")
  private String target;

  @Mixin private SignatureOptions signature;

  @Option(
      names = "--channels-last",
      description =
          "The model takes (N,H,W,C), which an .onnx file without lengths does not say; the written file takes the same.")
  private boolean channelsLast;

  @Mixin private GridOption gridOption;

  @Mixin private IsolationOptions isolation;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(model) && Files.exists(out) && Files.isSameFile(model, out)) {
      throw new ParameterException(
          spec.commandLine(), "--out must be another file than --model; choose another name");
    }
    FolderOptions.checkWritable(out, "--out");
    if (isolation.given()) {
      return isolation.run(
          Main.class, "exporting " + Names.printable(String.valueOf(model.getFileName())));
    }
    HeatmapExport export;
    try {
      export = HeatmapExport.of(model).optMethod(method).optTarget(target);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (layer != null) {
      export.optLayer(layer);
    }
    export.optChannelsLast(channelsLast);
    export.optOutput(signature.output());
    signature.constants().forEach(export::optConstant);
    Grid grid = gridOption.grid();
    if (grid != null) {
      export.optGrid(grid.height(), grid.width());
    }
    Notes notes = new Notes(spec);
    notes.add(export.write(out));
    notes.print();
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
