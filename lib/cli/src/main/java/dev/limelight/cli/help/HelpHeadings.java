package dev.limelight.cli.help;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The headings under which the options of a command are listed. A table of names, as picocli's own
 * groups take no mixins.
 */
public enum HelpHeadings {
  MODEL(
      "The model",
      "--model --engine --device --threads --output --reader --constant --channels-last --grid"
          + " --block-factory"),
  STRANGERS("A model from a stranger", "--isolated --time-limit --memory-limit"),
  PICTURES(
      "The pictures",
      "--image --images --tensor --limit --true-class --labels --input --size --fit --crop-share"
          + " --resize --channels --channel-order --scale --mean --std --range"),
  SCENES("The scenes", "--cut-outs --backgrounds --scenes --sizes --objects --set"),
  EXPLANATION(
      "The explanation",
      "--class --concepts --crops --examples --random --runs --method --methods --for --costly"
          + " --top-k --layer --target --aug-smooth --eigen-smooth --boxes --score --overlap"),
  TRUST("How far it can be trusted", "--verdict --verdicts --check --metrics --audit --seed"),
  RESULTS("What is written", "--out --results --title --json --plan"),
  SPARK("Apache Spark", "--master --conf --batch"),
  OTHER("Other options", "--help --version --verbose");

  private final String title;
  private final String names;

  HelpHeadings(String title, String names) {
    this.title = title;
    this.names = " " + names + " ";
  }

  /** The heading of an option, if it has one. */
  public static Optional<HelpHeadings> of(OptionSpec option) {
    return Arrays.stream(values()).filter(heading -> heading.has(option)).findFirst();
  }

  private boolean has(OptionSpec option) {
    return Arrays.stream(option.names()).anyMatch(name -> names.contains(" " + name + " "));
  }

  /** Lists the options of a command and of all within it under these headings. */
  public static void useFor(CommandLine command) {
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpHeadings::text);
    command.getSubcommands().values().forEach(HelpHeadings::useFor);
  }

  private static String text(Help help) {
    List<OptionSpec> all =
        help.commandSpec().options().stream().filter(option -> !option.hidden()).toList();
    StringBuilder text = new StringBuilder();
    for (HelpHeadings heading : values()) {
      List<OptionSpec> own =
          all.stream().filter(option -> of(option).orElse(OTHER) == heading).toList();
      if (!own.isEmpty()) {
        Help.Layout layout = help.createDefaultLayout();
        layout.addOptions(own, help.createDefaultParamLabelRenderer());
        String end = System.lineSeparator();
        text.append(end).append(heading.title).append(':').append(end).append(layout);
      }
    }
    return text.toString();
  }
}
