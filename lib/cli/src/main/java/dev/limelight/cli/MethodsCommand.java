package dev.limelight.cli;

import dev.limelight.cli.console.Table;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limelight methods}: lists the methods. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description =
        "Lists the methods: name, family, needs gradients, tells classes apart, cost beside one forward, paper.")
final class MethodsCommand implements Callable<Integer> {

  @Mixin private JsonOption json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (json.given()) {
      Methods.all()
          .forEach(method -> JsonOption.print(spec.commandLine().getOut(), fields(method.info())));
      return 0;
    }
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

  private static Map<String, Object> fields(MethodInfo info) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", info.name());
    fields.put("summary", info.summary());
    fields.put("family", info.family().toString());
    fields.put("gradients", info.gradients());
    fields.put("classes", info.classes());
    fields.put("cost", info.cost());
    fields.put("paper", info.paper());
    fields.put("link", info.link());
    return fields;
  }
}
