package dev.limelight.cli.options;

import dev.limelight.io.UnknownNameException;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.plugin.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for methods, whose arguments may contain commas. */
public final class MethodsOption {

  @Option(
      names = {"--methods", "--method"},
      paramLabel = "NAME",
      description = "Some of those that methods lists, with commas (default: ${DEFAULT-VALUE}).")
  private List<String> given;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The option where these are meant if it is not given. */
  public MethodsOption(String... names) {
    given = List.of(names);
  }

  /** Whether the user names them. */
  public boolean isGiven() {
    return spec.commandLine().getParseResult().hasMatchedOption("--methods");
  }

  /** The names with their arguments, in their order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    try {
      given.forEach(one -> names.addAll(Call.split(one)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return names;
  }

  /**
   * The methods.
   *
   * @param distinct leaves names out that are given several times
   */
  public List<Method> methods(UnaryOperator<List<String>> distinct) {
    return distinct.apply(names()).stream().map(name -> named(spec, name)).toList();
  }

  /** The method of an option. */
  public static Method named(CommandSpec spec, String text) {
    try {
      return Methods.named(text);
    } catch (UnknownNameException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
