package dev.limelight.cli;

import dev.limelight.cam.About;
import dev.limelight.cam.CamMethod;
import dev.limelight.cam.CamMethods;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight methods}: what there is to choose from. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description =
        "Lists the methods: name, family, needs gradients, tells classes apart, cost beside one forward, paper.")
final class MethodsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Table table = new Table(CamMethods.all().size());
    for (CamMethod method : CamMethods.all()) {
      About about = method.about();
      table.row(
          about.name(),
          "cam",
          about.gradients() ? "gradients" : "no gradients",
          about.classes() ? "classes" : "one map for all classes",
          about.cost(),
          about.paper());
    }
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
