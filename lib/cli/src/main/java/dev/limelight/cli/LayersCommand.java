package dev.limelight.cli;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cli.console.Table;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.signature.Port;
import dev.limelight.model.signature.Signature;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
        "Lists the layers at which a model can be cut: path, kind, output shape; * marks the default. Before a stride of 2, layer-cam, hires-cam and grad-cam-elementwise show a checkerboard.")
final class LayersCommand implements Callable<Integer> {

  @Mixin private ModelOptions options;

  @Option(
      names = "--input",
      split = ",",
      paramLabel = "C,H,W",
      description = "The shape of one picture; without it what the model says, or 3,224,224.")
  private long @Nullable [] input;

  @Mixin private JsonOption json;

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
    if (options.isolation().given()) {
      return options.isolation().run(Main.class, "listing the layers of " + options.name());
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Model model = options.load()) {
      Network network =
          Network.of(model, options.signature().choice().withReader(options.reader().name()));
      Shape shape = shape(model);
      Notes notes = new Notes(spec);
      notes.add(options.file().notes());
      notes.add(network.signature().notes());
      notes.add(options.companions().notes(true, true));
      List<Layer> layers = network.layers(shape, options.grid());
      Layer chosen = network.defaultLayer(shape, options.grid());
      notes.print();
      if (json.given()) {
        layers.forEach(layer -> JsonOption.print(out, fields(layer, layer.equals(chosen))));
        return 0;
      }
      out.println("input: " + NetworkFormats.input(model).described(shape));
      Table table = new Table(layers.size());
      for (int i = 0; i < layers.size(); i++) {
        Layer layer = layers.get(i);
        table.row(
            layer.equals(chosen) ? "*" : " ",
            layer.path().name(),
            layer.kind(),
            text(layer.shape()),
            i + 1 < layers.size() && halved(layer.shape(), layers.get(i + 1).shape())
                ? "before a stride of 2"
                : "");
      }
      table.print(out);
      print(network.signature(), out);
    }
    return 0;
  }

  private static Map<String, Object> fields(Layer layer, boolean chosen) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("layer", layer.path().name());
    fields.put("kind", layer.kind());
    fields.put("shape", Arrays.copyOfRange(layer.shape().getShape(), 1, 4));
    fields.put("default", chosen);
    return fields;
  }

  /** Whether the next layer has half the rows and columns. */
  private static boolean halved(Shape shape, Shape next) {
    return shape.get(2) > 2
        && next.get(2) == (shape.get(2) + 1) / 2
        && shape.get(3) > 2
        && next.get(3) == (shape.get(3) + 1) / 2;
  }

  /** Where there are several inputs or outputs, all of them. */
  private static void print(Signature signature, PrintWriter out) {
    if (signature.inputs().size() > 1) {
      out.println("inputs: " + text(signature.inputs()));
    }
    if (signature.outputs().size() > 1) {
      out.println("outputs: " + text(signature.outputs()));
    }
    out.flush();
  }

  private static String text(List<Port> ports) {
    return ports.stream().map(Port::text).collect(Collectors.joining(", "));
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
