package dev.limelight.cli;

import dev.limelight.plugin.Distinct;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Lists of names, in which what is given several times counts once. */
final class GivenNames {

  private GivenNames() {}

  /** The names without repetitions, of which each is reported on standard error. */
  static List<String> of(CommandSpec spec, List<String> given, String kind) {
    Distinct<String> distinct = Distinct.names(given, kind);
    distinct.repetitions().forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getErr().flush();
    return distinct.values();
  }
}
