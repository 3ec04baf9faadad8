package dev.limelight.cli;

import dev.limelight.cli.help.HelpHeadings;
import dev.limelight.cli.start.Root;
import dev.limelight.cli.start.Startup;
import dev.limelight.io.AtomicFile;
import dev.limelight.io.Names;
import dev.limelight.io.UnknownNameException;
import dev.limelight.support.UnknownClassException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code limelight}. */
@Command(
    name = "limelight",
    description = "Shows what an image model looked at.",
    subcommands = {
      ExplainCommand.class,
      LayersCommand.class,
      MethodsCommand.class,
      CompareCommand.class,
      BenchmarkCommand.class,
      AuditCommand.class,
      ConceptsCommand.class,
      ExplainManyCommand.class,
      ExportCommand.class,
      DoctorCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel =
        "explain | layers | methods | compare | benchmark | audit | concepts | explain-many | export |"
            + " doctor | outputs | detect",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:What was asked for was done; pictures of a folder that could not be read are named on standard error.",
      "1:It could not be done, or doctor found something missing; the last line on standard error says why.",
      "2:An option is missing, unknown or not of its form, or names a method, metric, layer, label or class that does not exist; nothing was done."
    })
public final class Main extends Root implements Runnable {

  @CommandLine.Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: explain, layers, methods, compare, benchmark, audit, concepts, explain-many, export, doctor, outputs or detect");
  }

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    int code = run(Startup.prepare(), args);
    Startup.finish(code);
    System.exit(code);
  }

  static CommandLine commandLine(Main main) {
    return commandLine(main, Optional.empty());
  }

  /** To read the annotations of all commands takes longer than most of them do. */
  private static CommandLine commandLine(Root root, Optional<Class<?>> only) {
    CommandLine commandLine = new CommandLine(root);
    only.ifPresentOrElse(
        commandLine::addSubcommand, () -> Startup.further().forEach(commandLine::addSubcommand));
    HelpHeadings.useFor(commandLine);
    return commandLine;
  }

  private static int run(Runnable prepared, String... args) {
    Optional<Class<?>> only = Startup.command(Main.class, args);
    Root main = only.isPresent() ? new Root() : new Main();
    CommandLine commandLine = commandLine(main, only);
    Optional<String> unreadable = Stream.of(args).filter(Main::isUnreadable).findFirst();
    if (unreadable.isPresent()) {
      commandLine
          .getErr()
          .println(
              "limelight: '"
                  + unreadable.get()
                  + "' has letters that this terminal's character set, "
                  + System.getProperty("sun.jnu.encoding")
                  + ", does not have; set LC_ALL=C.UTF-8");
      return CommandLine.ExitCode.USAGE;
    }
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionStrategy(
        parsed -> {
          prepared.run();
          return new CommandLine.RunLast().execute(parsed);
        });
    commandLine.setParameterExceptionHandler(
        (error, arguments) -> {
          CommandLine command = error.getCommandLine();
          PrintWriter err = command.getErr();
          err.println(
              "limelight: "
                  + see(
                      usage(error, arguments),
                      command.getCommandSpec().qualifiedName() + " --help"));
          if (main.verbose()) {
            error.printStackTrace(err);
          }
          return CommandLine.ExitCode.USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (error, command, parsed) -> {
          command.getErr().println("limelight: " + listed(error));
          if (main.verbose()) {
            error.printStackTrace(command.getErr());
          }
          return error instanceof UnknownNameException || error instanceof UnknownClassException
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE;
        });
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      commandLine
          .getErr()
          .println(
              "limelight: "
                  + (e instanceof OutOfMemoryError
                      ? "not enough memory; give it more, such as LIMELIGHT_JAVA_OPTS=-Xmx4g, or explain fewer pictures"
                      : "an engine's library cannot be loaded: " + oneLine(e)));
      if (main.verbose()) {
        e.printStackTrace(commandLine.getErr());
      }
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  /** Whether an argument lost letters on its way into Java. */
  private static boolean isUnreadable(String argument) {
    return argument.indexOf('\uFFFD') >= 0
        && !"UTF-8".equals(System.getProperty("sun.jnu.encoding"));
  }

  /** What is wrong with the command line, with the nearest names for one that does not exist. */
  private static String usage(CommandLine.ParameterException error, String[] arguments) {
    CommandSpec command = error.getCommandLine().getCommandSpec();
    Map<String, ?> options = command.optionsMap();
    if (error instanceof MissingParameterException) {
      // What is missing may be there under another name.
      for (String argument : arguments) {
        String name = argument.replaceFirst("=.*", "");
        if (name.startsWith("--") && name.length() > 2 && !options.containsKey(name)) {
          return noSuch("option", name, options, "its options are ");
        }
      }
    }
    if (!(error instanceof UnmatchedArgumentException unmatched)) {
      return oneLine(error);
    }
    String first = unmatched.getUnmatched().get(0);
    if (unmatched.isUnknownOption()) {
      return noSuch("option", first.replaceFirst("=.*", ""), options, "its options are ");
    }
    return command.subcommands().isEmpty()
        ? "unexpected argument " + Names.quoted(first)
        : noSuch("command", first, command.subcommands(), "the commands are ");
  }

  private static String noSuch(String kind, String name, Map<String, ?> known, String lead) {
    return "no " + kind + " " + Names.quoted(name) + "; " + Names.offer(name, known.keySet(), lead);
  }

  /** The message, and the command that lists the names of its kind. */
  private static String listed(Exception error) {
    String kind = error instanceof UnknownNameException unknown ? unknown.kind() : "";
    return switch (kind) {
      case "layer" -> see(oneLine(error), "limelight layers");
      case "method" -> see(oneLine(error), "limelight methods");
      default -> oneLine(error);
    };
  }

  private static String see(String message, String command) {
    return message + (message.endsWith("?") ? " See " : "; see ") + command;
  }

  /** The first line of the message; an engine's message may continue with a native stack. */
  private static String oneLine(Throwable error) {
    Throwable cause =
        error instanceof UncheckedIOException
            ? Objects.requireNonNull(error.getCause(), "an UncheckedIOException has a cause")
            : error;
    String message =
        cause instanceof FileSystemException file ? AtomicFile.reason(file) : cause.getMessage();
    if (message == null || message.isBlank()) {
      message = cause.getClass().getSimpleName();
    } else if (!isPlain(cause)) {
      message = cause.getClass().getSimpleName() + ": " + message;
    }
    return message.strip().lines().findFirst().orElseThrow();
  }

  /** Whether the message can be understood without the name of the exception. */
  private static boolean isPlain(Throwable error) {
    return error instanceof IllegalArgumentException
        || error instanceof IllegalStateException
        || error instanceof CancellationException
        || error.getClass() == java.io.IOException.class
        || error instanceof FileSystemException
        || error.getClass().getName().startsWith("dev.limelight.")
        || error instanceof CommandLine.PicocliException;
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"limelight " + (version == null ? "development" : version)};
    }
  }
}
