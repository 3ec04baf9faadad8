package dev.limelight.cli;

import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight methods}: lists the methods. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description =
        "Lists the methods: name, family, needs gradients, tells classes apart, cost beside one forward, paper.")
final class MethodsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Table table = new Table(Methods.all().size());
    for (Method method : Methods.all()) {
      MethodInfo info = method.info();
      table.row(
          info.name(),
          info.family().toString(),
          info.gradients() ? "gradients" : "no gradients",
          info.classes() ? "classes" : "one map for all classes",
          info.cost(),
          info.paper());
    }
    table.print(spec.commandLine().getOut());
    return 0;
  }
}
