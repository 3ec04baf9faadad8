package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.cli.help.HelpHeadings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {

  private static List<CommandLine> commands() {
    CommandLine main = Main.commandLine(new Main());
    List<CommandLine> all = new ArrayList<>(List.of(main));
    all.addAll(main.getSubcommands().values());
    return all;
  }

  @Test
  void everyOptionHasAHeading() {
    assertThat(commands()).hasSizeGreaterThan(8);
    for (CommandLine command : commands()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        assertThat(HelpHeadings.of(option))
            .as("the heading of %s of %s", option.longestName(), command.getCommandName())
            .isPresent();
      }
    }
  }

  @Test
  void everyOptionIsListedOnce() {
    for (CommandLine command : commands()) {
      String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
      for (OptionSpec option : command.getCommandSpec().options()) {
        assertThat(help.lines())
            .as("%s in the help of %s", option.longestName(), command.getCommandName())
            .filteredOn(
                line ->
                    line.matches(
                        " {2,6}(-\\w, )?(--[\\w-]+, )*" + option.longestName() + "(?![\\w-]).*"))
            .hasSize(1);
      }
    }
  }

  @Test
  void theModelComesFirst() {
    String help =
        Main.commandLine(new Main())
            .getSubcommands()
            .get("explain")
            .getUsageMessage(CommandLine.Help.Ansi.OFF);
    assertThat(help).containsSubsequence("The model:", "--model", "The pictures:", "--image");
    assertThat(help).containsSubsequence("What is written:", "--out", "Other options:", "--help");
  }
}
