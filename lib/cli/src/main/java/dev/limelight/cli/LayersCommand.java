package dev.limelight.cli;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight layers}: lists the layers at which a model can be cut. */
@Command(
    name = "layers",
    mixinStandardHelpOptions = true,
    description =
        "Lists the layers at which a model can be cut: path, kind, output shape; * marks the default.")
final class LayersCommand implements Callable<Integer> {

  @Mixin private ModelOptions options;

  @Option(
      names = "--input",
      split = ",",
      paramLabel = "C,H,W",
      description = "The shape of one picture; without it what the model says, or 3,224,224.")
  private long @Nullable [] input;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (input != null && input.length != 3) {
      throw new ParameterException(
          spec.commandLine(),
          "--input needs three numbers such as 3,224,224, but got " + input.length);
    }
    if (input != null && Arrays.stream(input).anyMatch(length -> length < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--input must be at least 1,1,1, but got " + Arrays.toString(input));
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Model model = options.load()) {
      Network network = Network.of(model);
      Shape shape = shape(model);
      List<Layer> layers = network.layers(shape, options.grid());
      Layer chosen = network.defaultLayer(shape, options.grid());
      out.println("input: " + NetworkFormats.input(model).described(shape));
      Table table = new Table(layers.size());
      for (Layer layer : layers) {
        table.row(
            layer.equals(chosen) ? "*" : " ",
            layer.path().name(),
            layer.kind(),
            text(layer.shape()));
      }
      table.print(out);
    }
    return 0;
  }

  private Shape shape(Model model) throws IOException {
    if (input != null) {
      return new Shape(input);
    }
    Preprocessing ofModel = Preprocessing.of(model);
    Preprocessing used = options.companions().preprocessing(ofModel).orElse(ofModel);
    return new Shape(used.channels(), used.height(), used.width());
  }

  private static String text(Shape shape) {
    return shape.get(1) + "," + shape.get(2) + "," + shape.get(3);
  }
}
