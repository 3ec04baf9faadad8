package dev.limelight.cli.concept;

import dev.limelight.concept.ConceptSettings;
import dev.limelight.concept.Tcav;
import dev.limelight.target.Target;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for concepts, and for the test of a concept by examples. */
public final class ConceptOptions {

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description =
          "The class, as a label or an index (default: the one that is predicted most often).")
  private @Nullable String target;

  @Option(
      names = "--concepts",
      paramLabel = "K",
      defaultValue = "10",
      description = "How many concepts (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--crops",
      paramLabel = "SHARE",
      description = "The width of a crop as a share of the picture's, 0.1 to 1 (default: a third).")
  private double crops = ConceptSettings.USUAL.crops();

  @Option(
      names = "--examples",
      paramLabel = "FOLDER",
      description =
          "Test concepts of your own instead (TCAV): pictures that show it, or a folder of such pictures for each.")
  private @Nullable Path examples;

  @Option(
      names = "--random",
      paramLabel = "FOLDER",
      description =
          "With --examples: pictures of anything, at least ten and best twice as many as examples.")
  private @Nullable Path random;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "" + Tcav.RUNS,
      description =
          "With --examples: how often random pictures are drawn (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * Checks the options before any work.
   *
   * @throws ParameterException if one is out of range or goes without another
   */
  public void check() {
    settings(null);
    if ((examples == null) != (random == null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--examples and --random go together: a test compares examples of a concept with pictures"
              + " of anything");
    }
    if (examples != null && target == null) {
      throw new ParameterException(
          spec.commandLine(), "--examples needs --class: a test is of one class");
    }
    if (runs < 3) {
      throw new ParameterException(
          spec.commandLine(), "--runs must be at least 3, but got " + runs);
    }
  }

  /** How concepts are found. */
  public ConceptSettings settings(@Nullable Target chosen) {
    try {
      ConceptSettings some = ConceptSettings.USUAL.concepts(count).cropped(crops);
      return chosen == null ? some : some.of(chosen);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** The class, or null for the one that is predicted most often. */
  public @Nullable Target target(List<String> labels) {
    return target == null ? null : Target.parse(target, labels);
  }

  /** The folder of examples, or null where concepts are to be found. */
  public @Nullable Path examples() {
    return examples;
  }

  /** The folder of random pictures, if there is one of examples. */
  public @Nullable Path random() {
    return random;
  }

  /** How often random pictures are drawn. */
  public int runs() {
    return runs;
  }
}
