package dev.limelight.fuzz;

import dev.limelight.fuzz.Campaign.Tally;
import dev.limelight.fuzz.Outcome.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./lab fuzz}: reads damaged files of each format and counts how that ends. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description =
        "Reads damaged files of each format: each must be refused with a sentence, or read.")
public final class FuzzCommand implements Callable<Integer> {

  private static final double NANOS_OF_A_MINUTE = 60e9;

  @Parameters(
      arity = "0..2",
      paramLabel = "[FORMAT] [MINUTES]",
      description = "One format, and how long each takes; without them all, a minute each.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--seed", description = "The cases follow from it. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "Run N cases a format, the same on each machine, instead of minutes.")
  private @Nullable Long cases;

  @Option(names = "--case", paramLabel = "N", description = "Run this case of the format alone.")
  private @Nullable Long number;

  @Option(names = "--seconds", description = "Of a core, that a case may take. Default: 20.")
  private int seconds = 20;

  @Option(names = "--root", description = "The repository, which has the files to damage.")
  private Path root = Path.of("");

  @Option(names = "--out", description = "Where findings are written. Default: .lab/fuzz.")
  private Path out = Path.of(".lab/fuzz");

  @Spec private CommandSpec spec;

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FuzzCommand()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    List<String> formats =
        new ArrayList<>(FuzzFormats.all().stream().map(FuzzFormat::name).toList());
    double minutes = 1;
    for (String word : words) {
      if (Character.isDigit(word.charAt(0))) {
        minutes = minutes(word);
      } else {
        formats = List.of(format(word));
      }
    }
    PrintWriter print = spec.commandLine().getOut();
    Path home = root.toAbsolutePath().normalize();
    Findings findings = new Findings(out.toAbsolutePath().normalize());
    List<Tally> tallies = new ArrayList<>();
    for (String format : formats) {
      try (Campaign campaign =
          new Campaign(format, home, seed, seconds, findings, line -> say(print, line))) {
        if (number != null) {
          say(print, campaign.next(number).toString());
          tallies.add(campaign.tally());
        } else if (cases != null) {
          tallies.add(campaign.run(cases, Long.MAX_VALUE));
        } else {
          long end = System.nanoTime() + (long) (minutes * NANOS_OF_A_MINUTE);
          tallies.add(campaign.run(Long.MAX_VALUE, end));
        }
      }
    }
    return print(tallies, print);
  }

  private double minutes(String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "minutes are a number such as 0.5, not " + word, e);
    }
  }

  private String format(String word) {
    try {
      return FuzzFormats.named(word).name();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static int print(List<Tally> tallies, PrintWriter print) {
    String row = "%-12s %8s %8s %10s %11s %8s %6s %8s %9s %10s %8s";
    say(
        print,
        row.formatted(
            "format",
            "cases",
            "refused",
            "succeeded",
            "exceptions",
            "over 4G",
            "hangs",
            "crashes",
            "findings",
            "memory MB",
            "in case"));
    for (Tally tally : tallies) {
      say(
          print,
          String.format(
              Locale.ROOT,
              row,
              tally.format(),
              tally.counts().values().stream().mapToInt(Integer::intValue).sum(),
              tally.count(Kind.REFUSED),
              tally.count(Kind.SUCCEEDED),
              tally.count(Kind.EXCEPTION),
              tally.count(Kind.MEMORY),
              tally.count(Kind.HANG),
              tally.count(Kind.CRASH),
              tally.findings(),
              tally.memory() >> 10,
              tally.largest()));
    }
    long failed = tallies.stream().filter(tally -> tally.findings() > 0).count();
    say(print, (tallies.size() - failed) + " passed, " + failed + " failed");
    return failed > 0 ? 1 : 0;
  }

  private static void say(PrintWriter print, String line) {
    print.println(line);
    print.flush();
  }
}
