package dev.limelight.cli.isolation;

import dev.limelight.ExplainerBuilder;
import dev.limelight.isolation.ChildCommand;
import dev.limelight.isolation.ChildJvm;
import dev.limelight.isolation.Isolation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for a model that is loaded and run in a separate process. */
public final class IsolationOptions {

  private static final double GIBIBYTE = 1L << 30;

  @Option(
      names = "--isolated",
      description =
          "Load and run the model in a separate process, for a file from a stranger: its crash or its endless loop ends in one sentence, and the next picture goes on.")
  private boolean isolated;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description =
          "With --isolated, which it implies: the time for loading and for each picture (default: 600).")
  private @Nullable Integer seconds;

  @Option(
      names = "--memory-limit",
      paramLabel = "GIB",
      description =
          "With --isolated, which it implies: the memory of the process, a quarter of it for Java's heap (default: 8).")
  private @Nullable Double memory;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether the model is isolated, and this is not its process. */
  public boolean given() {
    return (isolated || seconds != null || memory != null) && !ChildCommand.isThis();
  }

  /**
   * The limits.
   *
   * @throws ParameterException if one is too small
   */
  public Isolation limits() {
    Isolation limits = Isolation.STANDARD;
    try {
      limits = memory == null ? limits : limits.withMemory((long) (memory * GIBIBYTE));
      return seconds == null ? limits : limits.withSeconds(seconds);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Gives a builder what is asked. */
  public void set(ExplainerBuilder builder) {
    if (given()) {
      Isolation limits = limits();
      builder.optTimeLimit(Duration.ofSeconds(limits.seconds())).optMemoryLimit(limits.memory());
    }
  }

  /**
   * Runs the whole command in the process of the model, for a command that does nothing else.
   *
   * @param main the class of the command line
   * @param during what the command does, such as "listing the layers of net.pt"
   * @return the exit code
   */
  public int run(Class<?> main, String during) throws IOException {
    Isolation limits = limits();
    List<String> arguments = new ArrayList<>(List.of(main.getName()));
    arguments.addAll(spec.root().commandLine().getParseResult().originalArgs());
    try (ChildJvm child =
        ChildJvm.start(
            limits, true, ChildJvm.Streams.INHERITED, ChildCommand.class.getName(), arguments)) {
      return child.await(during);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while " + during);
    }
  }
}
