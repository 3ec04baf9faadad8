package dev.limelight.cli.detection;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cli.InputOptions;
import dev.limelight.cli.JsonOption;
import dev.limelight.cli.Main;
import dev.limelight.cli.ModelOptions;
import dev.limelight.cli.Notes;
import dev.limelight.cli.console.Table;
import dev.limelight.cli.options.FurtherCommand;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputReaders;
import dev.limelight.output.OutputShapes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight outputs}: says what a model's outputs are taken for. */
@Command(
    name = "outputs",
    mixinStandardHelpOptions = true,
    description =
        "Lists a model's outputs, and for each reader whether it reads them and why; * marks the one that is taken by --reader auto.",
    footer =
        "%nWith --json each output is an object with output and shape (-1 where it differs), and each reader one with reader, title, fits (yes, if asked or no), why and chosen.")
public final class OutputsCommand implements FurtherCommand {

  @Mixin private ModelOptions options;

  @Mixin private InputOptions inputs;

  @Mixin private JsonOption json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    inputs.check();
    String asked = OutputReaders.checked(options.reader().name());
    if (options.isolation().given()) {
      return options.isolation().run(Main.class, "reading the outputs of " + options.name());
    }
    try (Model model = options.load()) {
      List<String> labels = labels(model);
      NetworkChoice choice =
          options.signature().choice().withLabels(labels.size()).withReader(OutputReaders.AUTO);
      Network network = Network.of(model, choice);
      Notes notes = new Notes(spec);
      notes.add(options.file().notes());
      notes.add(network.signature().notes());
      notes.print();
      Preprocessing ofModel = Preprocessing.of(model);
      Preprocessing used =
          inputs.preprocessing(options.companions().preprocessing(ofModel).orElse(ofModel));
      Shape picture = new Shape(used.channels(), used.height(), used.width());
      try (SplitModel whole = network.whole()) {
        print(network.sampledOutputs(whole, picture, labels.size()), asked);
      }
    }
    return 0;
  }

  private List<String> labels(Model model) throws IOException {
    List<String> given = inputs.labels();
    if (!given.isEmpty()) {
      return given;
    }
    List<String> beside = options.companions().labels();
    return beside.isEmpty() ? ModelMetadata.labels(model) : beside;
  }

  private void print(OutputShapes outputs, @Nullable String asked) {
    PrintWriter out = spec.commandLine().getOut();
    Map<OutputReader, Fit> fits = OutputReaders.fits(outputs);
    long fitting = fits.values().stream().filter(Fit::fits).count();
    if (json.given()) {
      for (OutputShapes.Output output : outputs.outputs()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("output", output.name());
        fields.put("shape", output.lengths());
        JsonOption.print(out, fields);
      }
      fits.forEach(
          (reader, fit) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("reader", reader.name());
            fields.put("title", reader.title());
            fields.put("fits", answer(fit));
            fields.put("why", fit.why());
            fields.put("chosen", isChosen(reader, fit, asked, fitting));
            JsonOption.print(out, fields);
          });
      return;
    }
    out.println("input: " + outputs.width() + "x" + outputs.height() + ", outputs:");
    Table shapes = new Table(outputs.size());
    outputs.outputs().forEach(one -> shapes.row(" ", one.name(), Arrays.toString(one.lengths())));
    shapes.print(out);
    out.println("readers:");
    Table table = new Table(fits.size());
    fits.forEach(
        (reader, fit) ->
            table.row(
                isChosen(reader, fit, asked, fitting) ? "*" : " ",
                reader.name(),
                answer(fit),
                fit.why()));
    table.print(out);
    if (asked == null || asked.equals(OutputReaders.AUTO)) {
      out.println(
          fitting == 1
              ? "one reader fits, and is taken by --reader auto"
              : fitting == 0
                  ? "no reader fits: name one output by --output, or see docs/DETECTORS.md"
                  : fitting + " readers fit: choose one by --reader, or give --labels");
    }
    out.flush();
  }

  private static boolean isChosen(
      OutputReader reader, Fit fit, @Nullable String asked, long fitting) {
    return asked == null || asked.equals(OutputReaders.AUTO)
        ? fit.fits() && fitting == 1
        : reader.name().equals(asked) && fit.answer() != Fit.Answer.NO;
  }

  private static String answer(Fit fit) {
    return fit.answer().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
