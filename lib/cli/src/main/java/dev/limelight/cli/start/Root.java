package dev.limelight.cli.start;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands share. */
@Command(name = "limelight")
public class Root {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where an error came from.")
  private boolean verbose;

  /** Whether stack traces are printed. */
  public final boolean verbose() {
    return verbose;
  }
}
