package dev.limelight.cli;

import dev.limelight.ExplainerBuilder;
import dev.limelight.model.signature.NetworkChoice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the outputs and inputs of a model that has several. */
public final class SignatureOptions {

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description =
          "The output to explain, by its name or its index from 0; without it the one that fits the"
              + " labels, is named logits, or is computed from the others (see layers).")
  private @Nullable String output;

  @Option(
      names = "--constant",
      paramLabel = "NAME=VALUE[,VALUE...]",
      description =
          "The value of an input beside the picture, the same for all pictures; any number of them.")
  private List<String> constants = List.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The name of the output, or null. */
  @Nullable String output() {
    return output;
  }

  /** The values of inputs, by their names. */
  Map<String, double[]> constants() {
    Map<String, double[]> all = new LinkedHashMap<>();
    for (String constant : constants) {
      int equals = constant.lastIndexOf('=');
      if (equals < 1) {
        throw wrong(constant);
      }
      List<Double> values = new ArrayList<>();
      for (String value : constant.substring(equals + 1).split(",", -1)) {
        values.add(number(value.strip(), constant));
      }
      String name = constant.substring(0, equals);
      if (all.put(name, values.stream().mapToDouble(Double::doubleValue).toArray()) != null) {
        throw new ParameterException(
            spec.commandLine(), "--constant gives " + name + " several times; give it once");
      }
    }
    return all;
  }

  /** What is asked of the model. */
  public NetworkChoice choice() {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    constants()
        .forEach((name, own) -> values.put(name, java.util.Arrays.stream(own).boxed().toList()));
    return new NetworkChoice(output, 0, values);
  }

  /** Gives a builder what is asked. */
  void set(ExplainerBuilder builder) {
    builder.optOutput(output);
    constants().forEach(builder::optConstant);
  }

  private double number(String text, String constant) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true") ? 1 : 0;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw wrong(constant);
    }
  }

  private ParameterException wrong(String constant) {
    return new ParameterException(
        spec.commandLine(),
        "--constant needs a name and numbers such as scale_factor=1,1, but got '" + constant + "'");
  }
}
